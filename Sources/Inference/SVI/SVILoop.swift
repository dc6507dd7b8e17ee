import PPL

/// A fit in progress, for custom loops: one step at a time, recorded once and replayed.
///
///     var loop = try svi.loop(from: svi.initialState(key: key))
///     while loop.state.step < 1_000 { print(try loop.step().loss) }
///     let fit = loop.fit()
///
/// `SVI.run` is such a loop, with the same digits.
public struct SVILoop: ~Copyable {
  /// The descriptions of values that the model's control flow read; empty for a step that is replayed.
  public var reads: [String] { replay.reads }

  private let svi: SVI
  private let begin: SVI.State
  private let function: StepFunction
  private let plan: EpochPlan?
  private var replay: StepReplay
  private var history = StepHistory()
  private var skipped: [SkippedStep] = []

  init(_ svi: SVI, from state: SVI.State, over plan: EpochPlan? = nil) throws {
    let function = try svi.function(state)
    let replay = try Self.replay(function, svi, from: state, over: plan)
    (self.svi, begin, self.function, self.plan) = (svi, state, function, plan)
    self.replay = replay
  }

  private static func replay(
    _ function: StepFunction, _ svi: SVI, from state: SVI.State, over plan: EpochPlan?
  ) throws -> StepReplay {
    do {
      return try StepReplay(function, from: state.start, step: state.step, plan: plan)
    } catch InferenceError.sitesChanged(let change) {
      let unchanged = SVIFit(svi, state: state, history: StepHistory(), reads: [], skipped: [])
      throw ChangedSites(step: state.step + 1, change: change, fit: unchanged)
    }
  }

  /// Takes a step.
  ///
  /// - Returns: The record of the step, with the loss at the parameters before it.
  /// - Throws: `Divergence` when a parameter is no longer finite or the loss is NaN, `ChangedSites` when the step has other
  ///   sites than the start; the state of the loop is then unchanged.
  /// - Complexity: One replay, which allocates nothing on one thread.
  public mutating func step() throws -> StepRecord {
    let step = begin.step + history.count + 1
    let (record, isUsable): (StepRecord, Bool)
    do {
      (record, isUsable) = try replay.run()
    } catch InferenceError.sitesChanged(let change) {
      throw ChangedSites(step: step, change: change, fit: fit())
    }
    guard isUsable && (plan == nil || record.loss.isFinite) else {
      let bad = replay.endParameters.firstIndex { !$0.isFinite }
      throw Divergence(
        step: step, parameter: bad.map { begin.layout.name(at: $0) },
        // The rows of a plan differ from drawn ones.
        cause: plan == nil ? function.complaint(reached) : nil, record: record, fit: fit())
    }
    // Bounds the memory of a fit that skips every step.
    if record.isSkipped, skipped.count < 1_000 {
      skipped.append(SkippedStep(step: step, cause: function.complaint(reached)))
    }
    replay.advance()
    history.append(record)
    return record
  }

  /// Changes the learning rate of an `AdjustableRate` from the next step on.
  func setRate(_ rate: Double) { replay.setRate(rate) }

  /// The state from which the next step starts.
  public var state: SVI.State { begin.moved(to: reached, steps: history.count) }

  /// The current fit, with the records of the loop's steps.
  public func fit() -> SVIFit {
    SVIFit(svi, state: state, history: history, reads: replay.reads, skipped: skipped)
  }

  /// The tensors from which the next step starts.
  private var reached: [Tensor] { replay.start(shapes: begin.start.map(\.shape)) }
}

extension SVI {
  /// A fit in progress from a state, for custom loops.
  ///
  /// - Parameter state: The state of an earlier fit or of `initialState(key:)`, from which the first step starts.
  /// - Throws: `ChangedSites` if guide or model have other sites than at the start; as `run(steps:from:)`.
  public func loop(from state: State) throws -> SVILoop { try SVILoop(self, from: state) }

  /// One step from a state.
  ///
  /// - Returns: The state after the step, and its record.
  /// - Throws: As `SVILoop.step()`.
  /// - Complexity: One recording and one replay; `loop(from:)` records once for all steps.
  public func step(_ state: State) throws -> (state: State, record: StepRecord) {
    var loop = try loop(from: state)
    let record = try loop.step()
    return (loop.state, record)
  }
}

extension SVI.State {
  /// The tensors from which a step starts, in the order of `StepFunction`.
  var start: [Tensor] { [Tensor(parameters), key.words] + optimizer }

  fileprivate func moved(to start: [Tensor], steps: Int) -> SVI.State {
    var state = self
    state.step += steps
    (state.parameters, state.key) = (start[0].scalars, RandomKey(words: start[1]))
    state.optimizer = Array(start.dropFirst(2))
    return state
  }
}
