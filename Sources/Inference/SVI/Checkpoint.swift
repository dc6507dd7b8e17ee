import PPL

/// A fit on its way, to be stored and gone on with: the same digits as if it had never stopped.
///
/// Any coder will do: losses that are not finite, which JSON does not have, are stored as "inf", "-inf" and "nan".
public struct Checkpoint: Codable, Sendable {
  /// How many steps lie behind it.
  public let step: Int
  /// The two words of the next step's key.
  public let key: [Double]
  /// The names of the parameters, in the order of the vector.
  public let names: [String]
  /// All parameters, unconstrained.
  public var parameters: [Double] { storedParameters.values }
  /// The tensors of the optimizer's state, each row by row.
  public var optimizer: [[Double]] { storedOptimizer.map(\.values) }
  /// One record a step, from the first.
  public var records: [StepRecord] { course.records }

  let storedParameters: StoredNumbers
  let storedOptimizer: [StoredNumbers]
  let course: Course

  private enum CodingKeys: String, CodingKey {
    case step, key, names
    case storedParameters = "parameters"
    case storedOptimizer = "optimizer"
    case course
  }
}

/// The records of a fit by columns: stored, a fifth of the size of one object a step, and the time to write it.
struct Course: Codable, Sendable {
  let loss, gradientNorm: StoredNumbers
  let zeroed: [Int]
  /// The steps, from 0, in which the gradient was shortened, and those that were left out.
  let clipped, skipped: [Int]

  init(_ records: [StepRecord]) {
    loss = StoredNumbers(records.map(\.loss))
    gradientNorm = StoredNumbers(records.map(\.gradientNorm))
    zeroed = records.map(\.zeroed)
    clipped = records.indices.filter { records[$0].isClipped }
    skipped = records.indices.filter { records[$0].isSkipped }
  }

  var records: [StepRecord] {
    let (clipped, skipped) = (Set(clipped), Set(skipped))
    return zip(zip(loss.values, gradientNorm.values), zeroed).enumerated().map { step, values in
      var record = StepRecord(loss: values.0.0)
      (record.gradientNorm, record.zeroed) = (values.0.1, values.1)
      (record.isClipped, record.isSkipped) = (clipped.contains(step), skipped.contains(step))
      return record
    }
  }
}

extension SVI {
  /// What to store of a fit.
  ///
  /// - Parameters:
  ///   - fit: The fit to store.
  ///   - earlier: The records of the runs before this one.
  public static func checkpoint(
    _ fit: SVIFit, after earlier: [StepRecord] = []
  ) -> Checkpoint {
    let state = fit.state
    return Checkpoint(
      step: state.step, key: state.key.words.scalars, names: state.layout.entries.map(\.name),
      storedParameters: StoredNumbers(state.parameters),
      storedOptimizer: state.optimizer.map { StoredNumbers($0.scalars) },
      course: Course(earlier + fit.records))
  }

  /// The state that a checkpoint holds.
  ///
  /// - Parameters:
  ///   - checkpoint: What `checkpoint(_:after:)` made, or a file gave back.
  ///   - key: The key that the fit was begun with; guide and model are prepared from it again.
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
      "must be two whole numbers from 0 to 2^32 - 1; start anew")
    state.step = checkpoint.step
    state.key = RandomKey(words: Tensor(checkpoint.key))
    state.parameters = checkpoint.parameters
    state.optimizer = zip(checkpoint.optimizer, state.optimizer).map { Tensor($0, shape: $1.shape) }
    return state
  }

  /// The fit that a checkpoint holds: draws, quantiles and predictions without another step.
  ///
  /// - Parameters:
  ///   - checkpoint: What `checkpoint(_:after:)` made, or a file gave back.
  ///   - key: The key that the fit was begun with.
  /// - Throws: As `state(from:key:)`.
  public func fit(from checkpoint: Checkpoint, key: RandomKey) throws -> SVIFit {
    SVIFit(
      model: model, state: try state(from: checkpoint, key: key), records: checkpoint.records,
      reads: [], skipped: [], minimization: nil)
  }
}
