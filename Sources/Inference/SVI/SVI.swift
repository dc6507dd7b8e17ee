import PPL

/// Stochastic variational inference: fits a guide to a conditioned model by descending an ELBO.
///
///     let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: Adam(learningRate: 0.01))
///     let fit = try svi.run(steps: 2_000, key: RandomKey(0))
///
/// A step — the guide's draw, the model, its gradient — is recorded once and replayed. One key gives the same digits
/// every time, with or without a progress line, in one run or in several.
///
/// - Reference: Hoffman et al. (2013), *Stochastic variational inference*; order of keys as NumPyro's `SVI`.
public struct SVI<O: Optimizer>: Sendable {
  let model: Model<Void>
  let guide: any Guide
  let optimizer: O
  let loss: TraceELBO

  public init(
    _ model: Model<some Sendable>, guide: some Guide, optimizer: O, loss: TraceELBO = TraceELBO()
  ) {
    self.model = Model { p in _ = model(&p) }
    (self.guide, self.optimizer, self.loss) = (guide, optimizer, loss)
  }

  /// All that a fit needs to go on.
  public struct State: Sendable {
    /// Steps so far.
    public var step = 0
    /// The key of the next step.
    public var key: RandomKey
    /// All parameters, unconstrained, in one vector.
    public var parameters: [Double]
    public var optimizer: O.State
    let layout: ParameterLayout
    let guide: any PreparedGuide
  }

  /// Traces guide and model once, checks every site, and finds where to start.
  ///
  /// - Throws: `ModelError` for anything wrong with a site, its parameters or its data; `InferenceError` if guide and
  ///   model do not match or no valid start is found.
  public func initialState(key: RandomKey) throws -> State {
    let keys = key.split(3)
    let (modelKey, guideKey) = (keys[1], keys[2])
    let prepared = try guide.prepared(key: guideKey)
    let guideTrace = try prepared.model.seeded(by: guideKey).trace()
    let modelTrace = try model.seeded(by: modelKey).replaying(guideTrace).trace()
    try checkMatch(guideTrace, modelTrace)

    let sites = (Array(guideTrace) + Array(modelTrace)).filter { $0.kind == .parameter }
    var seen: Set<String> = []
    let layout = ParameterLayout(sites.filter { seen.insert($0.name).inserted })
    return State(
      key: keys[0], parameters: layout.start, optimizer: optimizer.initialState(layout.start),
      layout: layout, guide: prepared)
  }

  private func checkMatch(_ guide: Trace, _ model: Trace) throws {
    let inGuide = guide.latent.filter { !$0.configuration.isAuxiliary }.map(\.name)
    let inModel = model.latent.map(\.name)
    let onlyInGuide = inGuide.filter { !inModel.contains($0) }
    let onlyInModel = inModel.filter { !inGuide.contains($0) }
    if !onlyInGuide.isEmpty || !onlyInModel.isEmpty {
      throw InferenceError.guideMismatch(onlyInGuide: onlyInGuide, onlyInModel: onlyInModel)
    }
    for site in model.latent {
      guard let distribution = site.distribution, let value = site.value else { continue }
      if distribution.isDiscrete { throw InferenceError.discreteSite(site.name) }
      // A value that broadcasts would count once in the guide and many times in the model.
      guard value.shape == distribution.shape else {
        throw ModelError.valueShape(
          site: site.name, given: value.shape, expected: distribution.shape)
      }
    }
  }

  /// Fits from the start.
  ///
  /// - Parameters:
  ///   - steps: How many steps to take.
  ///   - key: Decides the start and every draw.
  ///   - progress: Where the course of the fit is shown.
  ///   - callback: Called after each step with its number, from 1, and its record; false ends the fit there.
  /// - Throws: As `initialState(key:)`; `Divergence` when a parameter stops being a number.
  public func run(
    steps: Int, key: RandomKey, progress: ProgressDisplay = .automatic,
    callback: (Int, StepRecord) -> Bool = { _, _ in true }
  ) throws -> SVIFit<O> {
    let state = try initialState(key: key)
    return try run(steps: steps, from: state, progress: progress, callback: callback)
  }

  /// Goes on from a state; `run(steps: a)` and then `b` more gives the digits of `a + b` at once.
  public func run(
    steps: Int, from state: State, progress: ProgressDisplay = .automatic,
    callback: (Int, StepRecord) -> Bool = { _, _ in true }
  ) throws -> SVIFit<O> {
    guard steps > 0 else { throw InferenceError.count("the number of steps", steps) }
    var state = state
    var records: [StepRecord] = []
    records.reserveCapacity(steps)
    let program = try record(state)
    let execution = Execution(program)
    var bar = progress.bar("SVI", steps)
    var gradient = Array(repeating: 0.0, count: state.parameters.count)
    defer { bar.finish() }

    for step in 1...steps {
      let previous = state
      let loss =
        program.isReplayable
        ? replay(execution, &state, &gradient) : try runOnce(&state, &gradient)
      var record = StepRecord(loss: loss)
      optimizer.update(&gradient, state: &state.optimizer, record: &record)
      for i in gradient.indices { state.parameters[i] += gradient[i] }
      state.step += 1
      if let bad = state.parameters.firstIndex(where: { !$0.isFinite }) {
        throw Divergence(
          step: state.step, parameter: state.layout.name(at: bad), record: record,
          fit: fit(previous, records, program.reads))
      }
      records.append(record)
      bar.update(step, loss)
      if !callback(step, record) { break }
    }
    return fit(state, records, program.reads)
  }

  private func fit(_ state: State, _ records: [StepRecord], _ reads: [String]) -> SVIFit<O> {
    SVIFit(model: model, state: state, records: records, reads: reads)
  }

  // MARK: One step

  /// Inputs: parameters and key. Outputs: loss, gradient, the next key.
  private func record(_ state: State) throws -> Program {
    let layout = state.layout
    let guide = state.guide.model
    return try Program(
      recording: { inputs in
        let (next, key) = RandomKey(words: inputs[1]).split()
        let (value, gradient) = try valueWithGradient(
          of: { parameters in
            try loss(model, guide, parameters: layout.constrained(parameters), key: key)
          }, at: layout.split(inputs[0]))
        let flat = gradient.map { $0.reshaped(to: [-1]) }
        return [value, flat.isEmpty ? Tensor([]) : concatenate(flat), next.words]
      }, on: [Tensor(state.parameters), state.key.words])
  }

  private func replay(
    _ execution: borrowing Execution, _ state: inout State, _ gradient: inout [Double]
  ) -> Double {
    execution.setInput(0, state.parameters)
    execution.withInput(1) { input in
      let words = state.key.words.scalars
      (input[0], input[1]) = (words[0], words[1])
    }
    execution.run()
    execution.withOutput(1) { output in
      for i in output.indices { gradient[i] = output[i] }
    }
    state.key = RandomKey(words: Tensor(execution.output(2)))
    return execution.withOutput(0) { $0[0] }
  }

  /// A step of a model whose control flow depends on drawn values: recorded anew each time.
  private func runOnce(_ state: inout State, _ gradient: inout [Double]) throws -> Double {
    let results = try record(state)([Tensor(state.parameters), state.key.words])
    gradient = results[1].scalars
    state.key = RandomKey(words: results[2])
    return results[0].scalar
  }
}

/// A fit whose parameters ceased to be numbers.
public struct Divergence<O: Optimizer>: Error, CustomStringConvertible {
  public let step: Int
  public let parameter: String
  /// What that step did.
  public let record: StepRecord
  /// The fit as it was before that step.
  public let fit: SVIFit<O>

  public var description: String {
    "step \(step): parameter \"\(parameter)\" is no longer finite. Lower the learning rate, clip the gradient, or "
      + "start inside the support; the \(step - 1) steps before it are kept."
  }
}
