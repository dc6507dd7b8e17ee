import PPL

/// A checkpoint of a fit; a resumed fit has the same digits as an uninterrupted one.
///
/// Any coder can store it: losses that are not finite, which JSON cannot hold, become "inf", "-inf" and "nan".
public struct Checkpoint: Codable, Sendable, Equatable {
  /// The number of steps so far.
  public let step: Int
  /// The two words of the next step's key.
  public let key: [Double]
  /// The names of the parameters, in the order of the vector.
  public let names: [String]
  /// All unconstrained parameters, `[P]`.
  public var parameters: [Double] { storedParameters.values }
  /// The tensors of the optimizer's state, each row by row.
  public var optimizer: [[Double]] { storedOptimizer.map(\.values) }
  /// The records of all steps, from the first: complete up to 100,000 steps.
  public var history: StepHistory { course.history }
  /// The records that are kept, one a step up to 100,000 steps.
  public var records: [StepRecord] { course.records }

  let storedParameters: StoredNumbers
  let storedOptimizer: [StoredNumbers]
  let course: StoredHistory

  private enum CodingKeys: String, CodingKey {
    case step, key, names
    case storedParameters = "parameters"
    case storedOptimizer = "optimizer"
    case course
  }
}

extension Checkpoint {
  /// Reads a checkpoint.
  ///
  /// - Throws: `DecodingError`, also for counts that do not agree.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    step = try values.decode(Int.self, forKey: .step)
    key = try values.decode([Double].self, forKey: .key)
    names = try values.decode([String].self, forKey: .names)
    storedParameters = try values.decode(StoredNumbers.self, forKey: .storedParameters)
    storedOptimizer = try values.decode([StoredNumbers].self, forKey: .storedOptimizer)
    course = try values.decode(StoredHistory.self, forKey: .course)
    let isWord = { (word: Double) in (0...0xffff_ffff).contains(word) && word == word.rounded() }
    let complaint =
      step < 0
      ? "the step is \(step)"
      : key.count != 2 || !key.allSatisfy(isWord)
        ? "the key is \(key), not two 32-bit words" : course.complaint
    if let complaint {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: complaint))
    }
  }
}

extension SVI {
  /// The checkpoint of a fit.
  ///
  /// - Parameters:
  ///   - fit: The fit to store.
  ///   - earlier: The records of the runs before this one.
  public static func checkpoint(
    _ fit: SVIFit, after earlier: [StepRecord] = []
  ) -> Checkpoint {
    checkpoint(
      fit, history: earlier.isEmpty ? fit.history : StepHistory(earlier + fit.records))
  }

  /// The checkpoint of a fit.
  ///
  /// - Parameters:
  ///   - fit: The fit to store.
  ///   - history: The records of all its steps, including those of earlier runs.
  public static func checkpoint(_ fit: SVIFit, history: StepHistory) -> Checkpoint {
    let state = fit.state
    return Checkpoint(
      step: state.step, key: state.key.words.scalars, names: state.layout.entries.map(\.name),
      storedParameters: StoredNumbers(state.parameters),
      storedOptimizer: state.optimizer.map { StoredNumbers($0.scalars) },
      course: StoredHistory(history))
  }

  /// The state that a checkpoint holds.
  ///
  /// - Parameters:
  ///   - checkpoint: A checkpoint from `checkpoint(_:after:)` or from a file.
  ///   - key: The key of the start of the fit, from which guide and model are prepared again.
  /// - Throws: As `initialState(key:)`; `InferenceError.checkpointMismatch` or `.otherOptimizer` if the checkpoint is of
  ///   another model or optimizer.
  public func state(from checkpoint: Checkpoint, key: RandomKey) throws -> State {
    var state = try initialState(key: key)
    let names = state.layout.entries.map(\.name)
    guard checkpoint.names == names, checkpoint.parameters.count == state.parameters.count else {
      throw InferenceError.checkpointMismatch(
        stored: checkpoint.parameters.count, expected: state.parameters.count)
    }
    let (stored, expected) = (checkpoint.optimizer.map(\.count), state.optimizer.map(\.count))
    guard stored == expected else {
      throw InferenceError.otherOptimizer(stored: stored, expected: expected)
    }
    try demand(
      checkpoint.key.count == 2 && checkpoint.key.allSatisfy { UInt32(exactly: $0) != nil },
      of: "the checkpoint", "its key is \(checkpoint.key)",
      "must be two whole numbers from 0 to 2^32 - 1; start again")
    state.step = checkpoint.step
    state.key = RandomKey(words: Tensor(checkpoint.key))
    state.parameters = checkpoint.parameters
    state.optimizer = zip(checkpoint.optimizer, state.optimizer).map { Tensor($0, shape: $1.shape) }
    return state
  }

  /// The fit that a checkpoint holds, for draws, quantiles and predictions.
  ///
  /// - Parameters:
  ///   - checkpoint: A checkpoint from `checkpoint(_:after:)` or from a file.
  ///   - key: The key of the start of the fit.
  /// - Throws: As `state(from:key:)`.
  public func fit(from checkpoint: Checkpoint, key: RandomKey) throws -> SVIFit {
    SVIFit(
      self, state: try state(from: checkpoint, key: key), history: checkpoint.history, reads: [],
      skipped: [])
  }
}
