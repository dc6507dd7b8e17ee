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
    // The state before a step, for a step that fails; copied in place, since a step allocates nothing.
    var before = state
    var records: [StepRecord] = []
    records.reserveCapacity(steps)
    var replay = try StepReplay(loss, parameters: state.parameters, key: state.key) {
      try record(state.layout, state.guide.model, $0, key: $1)
    }
    var bar = progress.bar("SVI", steps)
    var gradient = Array(repeating: 0.0, count: state.parameters.count)
    defer { bar.finish() }

    for step in 1...steps {
      let key = replay.key
      before.parameters.copy(state.parameters)
      optimizer.copy(state.optimizer, to: &before.optimizer)

      let loss = try replay(state.parameters, gradient: &gradient)
      var record = StepRecord(loss: loss)
      optimizer.update(&gradient, state: &state.optimizer, record: &record)
      state.parameters.add(gradient)
      state.step += 1
      if let bad = state.parameters.firstIndex(where: { !$0.isFinite }) {
        (before.step, before.key) = (state.step - 1, RandomKey(key))
        throw Divergence(
          step: state.step, parameter: state.layout.name(at: bad), record: record,
          fit: fit(before, records, replay.reads))
      }
      records.append(record)
      bar.update(step, loss)
      if !callback(step, record) { break }
    }
    state.key = RandomKey(replay.key)
    return fit(state, records, replay.reads)
  }

  private func fit(_ state: State, _ records: [StepRecord], _ reads: [String]) -> SVIFit<O> {
    SVIFit(model: model, state: state, records: records, reads: reads)
  }

  /// The loss of one particle and its gradient. Inputs: parameters and the particle's key.
  private func record(
    _ layout: ParameterLayout, _ guide: Model<Void>, _ parameters: [Double], key: Tensor
  ) throws -> Program {
    try Program(
      recording: { inputs in
        let (value, gradient) = try valueWithGradient(
          of: { parameters in
            let values = layout.constrained(parameters)
            return try loss(model, guide, parameters: values, key: RandomKey(words: inputs[1]))
          }, at: layout.split(inputs[0]))
        let flat = gradient.map { $0.reshaped(to: [-1]) }
        return [value, flat.isEmpty ? Tensor([]) : concatenate(flat)]
      }, on: [Tensor(parameters), key])
  }
}

extension RandomKey {
  fileprivate init(_ words: (Double, Double)) { self.init(words: Tensor([words.0, words.1])) }
}

extension SVI {
  /// Where the time of a step goes, by replaying it at a state.
  ///
  ///     print(try svi.profile(at: fit.state))
  ///
  /// - Parameters:
  ///   - steps: How many replays to take the mean of.
  /// - Returns: One entry an operation of the guide's draw, the model and the reverse pass, for one particle.
  /// - Throws: `ModelError` from the model; `InferenceError.count` if `steps` is not positive.
  public func profile(at state: State, steps: Int = 300) throws -> Profile {
    guard steps > 0 else { throw InferenceError.count("the number of steps", steps) }
    let key = state.key.words
    let program = try record(state.layout, state.guide.model, state.parameters, key: key)
    return program.profile([Tensor(state.parameters), key], replays: steps)
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
