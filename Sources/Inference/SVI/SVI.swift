import PPL
import Parallel
import Preconditions

/// Stochastic variational inference: fits a guide to a conditioned model by maximizing an ELBO.
///
///     let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: Adam(learningRate: 0.01))
///     let fit = try svi.run(steps: 2_000, key: RandomKey(0))
///
/// A step (the guide's draw, the model, its gradient and the update) is recorded once and replayed. One key gives the same
/// digits every time, with or without a progress line, in one run or in several.
///
/// - Reference: Hoffman et al. (2013), *Stochastic variational inference*; order of keys as NumPyro's `SVI`.
public struct SVI: Sendable {
  let model: Model<Void>
  let guide: any Guide
  let optimizer: any GradientTransformation
  let loss: any ELBO

  /// A fit of `guide` to a conditioned `model`; nothing runs before `run` or `initialState`.
  public init(
    _ model: Model<some Sendable>, guide: some Guide, optimizer: some GradientTransformation,
    loss: some ELBO = TraceELBO()
  ) {
    self.model = model.discardingOutput
    (self.guide, self.optimizer, self.loss) = (guide, optimizer, loss)
  }

  /// The state of a fit between two steps.
  public struct State: Sendable {
    /// The number of steps so far.
    public var step = 0
    /// The key of the next step.
    public var key: RandomKey
    /// All parameters, unconstrained, in one vector.
    public var parameters: [Double]
    /// The tensors of the optimizer's state.
    public var optimizer: [Tensor]
    let layout: ParameterLayout
    let guide: any PreparedGuide
    /// The sites of guide and model, which no step may change.
    let sites: SiteList
  }

  /// The state before the first step, after checks of guide and model by one trace of each.
  ///
  /// - Throws: `ModelError` for an invalid site, its parameters or its data; `InferenceError` if guide and model do not match,
  ///   no valid start is found, or a setting of the optimizer, the loss or the guide is invalid.
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

  /// Checks the settings of optimizer and loss.
  func validate() throws(InferenceError) {
    try optimizer.validate()
    try loss.validate()
  }

  /// Fits from the start.
  ///
  /// - Parameters:
  ///   - steps: The number of steps to take.
  ///   - key: The key of the start and of every draw.
  ///   - stopping: The rule that ends the fit before `steps` where the loss no longer falls.
  ///   - progress: The display of the fit's progress.
  ///   - callback: Called after each step with its number, from 1, and its record; false ends the fit there.
  /// - Throws: As `initialState(key:)`; `Divergence` when a parameter is no longer finite or the loss is NaN (the
  ///   optimizer's `skippingNonFinite()` skips such steps instead); `ChangedSites` when the sites of a step, or their shapes,
  ///   differ from those at the start.
  public func run(
    steps: Int, key: RandomKey, stopping: EarlyStopping? = nil,
    progress: ProgressDisplay = .automatic,
    callback: (Int, StepRecord) -> Bool = { _, _ in true }
  ) throws -> SVIFit {
    let state = try initialState(key: key)
    return try run(
      steps: steps, from: state, stopping: stopping, progress: progress, callback: callback)
  }

  /// Continues from a state; `a` steps and then `b` more have the digits of `a + b` steps at once.
  public func run(
    steps: Int, from state: State, stopping: EarlyStopping? = nil,
    progress: ProgressDisplay = .automatic,
    callback: (Int, StepRecord) -> Bool = { _, _ in true }
  ) throws -> SVIFit {
    try run(
      steps: steps, from: state, stopping: stopping, progress: progress,
      observing: { step, record, _ in callback(step, record) })
  }

  /// Continues from a state, with access to the fit after each step, such as for a checkpoint.
  ///
  /// - Parameters:
  ///   - steps: The number of steps to take.
  ///   - state: The state of an earlier fit or of `initialState(key:)`, from which the first step starts.
  ///   - stopping: The rule that ends the fit before `steps` where the loss no longer falls.
  ///   - progress: The display of the fit's progress.
  ///   - observe: Called after each step with its number in this run, from 1, its record, and a function that copies the
  ///     current fit; false, or an error, ends the fit there.
  /// - Throws: As `run(steps:key:)`; what `observe` throws.
  public func run(
    steps: Int, from state: State, stopping: EarlyStopping? = nil,
    progress: ProgressDisplay = .automatic,
    observing observe: (_ step: Int, _ record: StepRecord, _ fit: () -> SVIFit) throws -> Bool
  ) throws -> SVIFit {
    guard steps > 0 else { throw InferenceError.count("the number of steps", steps) }
    try stopping?.validate()
    var loop = try loop(from: state)
    progress.warn(ofReads: loop.reads)
    var stopping = stopping
    var bar = FitProgress(progress.bar("SVI", steps))
    defer { bar.finish() }
    for step in 1...steps {
      let record = try loop.step()
      bar.update(step, record.loss)
      let shouldContinue = stopping?.shouldContinue(after: record.loss) ?? true
      if try !observe(step, record, { loop.fit() }) || !shouldContinue { break }
    }
    let result = loop.fit()
    progress.warn(of: result.sitesOutsideSupport)
    return result
  }

  func function(_ state: State) throws -> StepFunction {
    try validate()
    guard state.parameters.count == state.layout.count else {
      throw InferenceError.checkpointMismatch(
        stored: state.parameters.count, expected: state.layout.count)
    }
    let start = state.layout.constrained(state.layout.split(Tensor(state.parameters)))
    let seedLayout = try loss.seedLayout(model, state.guide.model, parameters: start)
    return StepFunction(
      model: model, guide: state.guide.model, layout: state.layout, loss: loss,
      optimizer: optimizer, sites: state.sites, seedLayout: seedLayout)
  }
}

extension SVI {
  /// Unavailable: SVI takes a model.
  @available(
    *, unavailable,
    message: "SVI takes a model, not a closure: SVI(Model { p in … }, guide: …)"
  )
  public init(
    _ body: (inout Context) -> some Any, guide: some Guide, optimizer: some GradientTransformation
  ) { unavailable() }
}
