import PPL
import Parallel

/// Stochastic variational inference: fits a guide to a conditioned model by descending an ELBO.
///
///     let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: Adam(learningRate: 0.01))
///     let fit = try svi.run(steps: 2_000, key: RandomKey(0))
///
/// A step — the guide's draw, the model, its gradient, the update — is recorded once and replayed. One key gives the same digits
/// every time, with or without a progress line, in one run or in several.
///
/// - Reference: Hoffman et al. (2013), *Stochastic variational inference*; order of keys as NumPyro's `SVI`.
public struct SVI: Sendable {
  let model: Model<Void>
  let guide: any Guide
  let optimizer: any Optimizer
  let loss: any ELBO

  /// A fit of `guide` to `model`, which has its data; nothing runs before `run` or `initialState`.
  public init(
    _ model: Model<some Sendable>, guide: some Guide, optimizer: some Optimizer,
    loss: some ELBO = TraceELBO()
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
    /// What the optimizer remembers.
    public var optimizer: [Tensor]
    let layout: ParameterLayout
    let guide: any PreparedGuide
    /// The sites of guide and model, which no step may change.
    let sites: SiteList
  }

  /// Traces guide and model once, checks every site, and finds where to start.
  ///
  /// - Throws: `ModelError` for anything wrong with a site, its parameters or its data; `InferenceError` if guide and
  ///   model do not match, no valid start is found, or a number of the optimizer, the loss or the guide is not allowed.
  public func initialState(key: RandomKey) throws -> State {
    try validate()
    let keys = key.split(3)
    let (modelKey, guideKey) = (keys[1], keys[2])
    let prepared = try guide.prepared(key: guideKey)
    let guideTrace = try firstTrace(ofGuide: prepared.model, key: guideKey)
    let modelTrace = try checkingSupports(of: prepared.model, key: guideKey) {
      try firstTrace(at: guideTrace, key: modelKey)
    }
    try checkMatch(guideTrace, modelTrace)
    try checkShared(guideTrace, modelTrace)
    let plates = PlateCheck(guide: guideTrace, model: modelTrace)
    try plates.checkLatentSites()
    try plates.checkObservedSites { rows in
      try model.seeded(by: modelKey).replaying(guideTrace).under(Substitute(rows)).trace()
    }

    let sites = (Array(guideTrace) + Array(modelTrace)).filter { $0.kind == .parameter }
    var seen: Set<String> = []
    let layout = ParameterLayout(sites.filter { seen.insert($0.name).inserted })
    return State(
      key: keys[0], parameters: layout.start,
      optimizer: try throwingMistakesAsErrors {
        optimizer.initialState(layout.vector(Tensor(layout.start)))
      }, layout: layout, guide: prepared,
      sites: SiteList(guide: guideTrace, model: modelTrace))
  }

  /// Checks the numbers that optimizer and loss were made with.
  func validate() throws(InferenceError) {
    try optimizer.validate()
    try loss.validate()
  }

  private func checkMatch(_ guide: Trace, _ model: Trace) throws {
    let inGuide = guide.latent.filter { !$0.configuration.isAuxiliary }.map(\.name)
    let inModel = model.latent.map(\.name)
    let (guideSites, modelSites) = (Set(inGuide), Set(inModel))
    let onlyInGuide = inGuide.filter { !modelSites.contains($0) }
    let onlyInModel = inModel.filter { !guideSites.contains($0) }
    if !onlyInGuide.isEmpty || !onlyInModel.isEmpty {
      throw InferenceError.guideMismatch(onlyInGuide: onlyInGuide, onlyInModel: onlyInModel)
    }
    for site in guide.latent {
      guard let distribution = site.distribution, !distribution.isDiscrete,
        !distribution.hasReparameterizedDraws
      else { continue }
      throw InferenceError.drawWithoutGradient(site.name, distribution: distribution.name)
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
  ///   - stopping: Ends the fit before `steps` where the loss has ceased to fall.
  ///   - progress: Where the course of the fit is shown.
  ///   - callback: Called after each step with its number, from 1, and its record; false ends the fit there.
  /// - Throws: As `initialState(key:)`; `Divergence` when a parameter is no longer finite or the loss not a number (the
  ///   optimizer's `skippingNonFinite()` leaves such steps out instead); `ChangedSites` when a step has other sites, or
  ///   sites of other shapes, than the start.
  public func run(
    steps: Int, key: RandomKey, stopping: EarlyStopping? = nil,
    progress: ProgressDisplay = .automatic,
    callback: (Int, StepRecord) -> Bool = { _, _ in true }
  ) throws -> SVIFit {
    let state = try initialState(key: key)
    return try run(
      steps: steps, from: state, stopping: stopping, progress: progress, callback: callback)
  }

  /// Goes on from a state; `run(steps: a)` and then `b` more gives the digits of `a + b` at once.
  public func run(
    steps: Int, from state: State, stopping: EarlyStopping? = nil,
    progress: ProgressDisplay = .automatic,
    callback: (Int, StepRecord) -> Bool = { _, _ in true }
  ) throws -> SVIFit {
    try run(
      steps: steps, from: state, stopping: stopping, progress: progress,
      observing: { step, record, _ in callback(step, record) })
  }

  /// Goes on from a state, and can be asked for the fit on the way, such as for a checkpoint.
  ///
  /// - Parameters:
  ///   - steps: The number of steps to take.
  ///   - state: The state of an earlier fit or of `initialState(key:)`, from which the first step starts.
  ///   - stopping: Ends the fit before `steps` where the loss has ceased to fall.
  ///   - progress: Where the course of the fit is shown.
  ///   - observe: Called after each step with its number in this run, from 1, its record, and a function that copies the
  ///     fit as it is then; false ends the fit there, an error too.
  /// - Throws: As `run(steps:key:)`; what `observe` throws.
  public func run(
    steps: Int, from state: State, stopping: EarlyStopping? = nil,
    progress: ProgressDisplay = .automatic,
    observing observe: (_ step: Int, _ record: StepRecord, _ fit: () -> SVIFit) throws -> Bool
  ) throws -> SVIFit {
    guard steps > 0 else { throw InferenceError.count("the number of steps", steps) }
    try stopping?.validate()
    var history = StepHistory()
    var skipped: [SkippedStep] = []
    let start = state.start
    let function = try function(state)
    var replay: StepReplay
    do {
      replay = try StepReplay(function, from: start)
    } catch InferenceError.sitesChanged(let change) {
      throw ChangedSites(step: state.step + 1, change: change, fit: unchangedFit(at: state))
    }
    progress.warn(ofReads: replay.reads)
    // Where the fit stands: what the next step would start from.
    func reached(_ replay: borrowing StepReplay) -> [Tensor] {
      replay.start(shapes: start.map(\.shape))
    }
    func fit(_ replay: borrowing StepReplay) -> SVIFit {
      SVIFit(
        model: model, state: state.moved(to: reached(replay), steps: history.count),
        history: history, reads: replay.reads, skipped: skipped, minimization: nil)
    }
    var stopping = stopping
    var bar = FitProgress(progress.bar("SVI", steps))
    defer { bar.finish() }

    for step in 1...steps {
      let (record, isUsable): (StepRecord, Bool)
      do {
        (record, isUsable) = try replay.run()
      } catch InferenceError.sitesChanged(let change) {
        throw ChangedSites(step: state.step + step, change: change, fit: fit(replay))
      }
      guard isUsable else {
        let bad = replay.endParameters.firstIndex { !$0.isFinite }
        throw Divergence(
          step: state.step + step, parameter: bad.map { state.layout.name(at: $0) },
          cause: function.complaint(reached(replay)), record: record, fit: fit(replay))
      }
      // A fit whose every step is left out would otherwise keep a sentence for each.
      if record.isSkipped, skipped.count < 1_000 {
        skipped.append(
          SkippedStep(step: state.step + step, cause: function.complaint(reached(replay))))
      }
      replay.advance()
      history.append(record)
      bar.update(step, record.loss)
      let goesOn = stopping?.takes(record.loss) ?? true
      if try !observe(step, record, { fit(replay) }) || !goesOn { break }
    }
    let result = fit(replay).withOutsideSupport(by: loss)
    progress.warn(of: result.outside)
    return result
  }

  /// The fit as it is at a state, before any step from there.
  private func unchangedFit(at state: State) -> SVIFit {
    SVIFit(
      model: model, state: state, history: StepHistory(), reads: [], skipped: [],
      minimization: nil)
  }

  func function(_ state: State) throws -> StepFunction {
    try validate()
    guard state.parameters.count == state.layout.count else {
      throw InferenceError.checkpointMismatch(
        stored: state.parameters.count, expected: state.layout.count)
    }
    let start = state.layout.constrained(state.layout.split(Tensor(state.parameters)))
    let drawLayout = try loss.drawLayout(model, state.guide.model, parameters: start)
    return StepFunction(
      model: model, guide: state.guide.model, layout: state.layout, loss: loss,
      optimizer: optimizer, sites: state.sites, drawLayout: drawLayout)
  }
}

extension SVI.State {
  /// What a step starts from, in the order of `StepFunction`.
  var start: [Tensor] { [Tensor(parameters), key.words] + optimizer }

  fileprivate func moved(to start: [Tensor], steps: Int) -> SVI.State {
    var state = self
    state.step += steps
    (state.parameters, state.key) = (start[0].scalars, RandomKey(words: start[1]))
    state.optimizer = Array(start.dropFirst(2))
    return state
  }
}
