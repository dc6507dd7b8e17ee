import Autodiff
import LinearAlgebra

/// A smoother that estimates the state at the start of a window, whose members are advanced from there to the newest
/// observations: an iterative or variational method.
///
/// A conforming type implements the analysis of the start only. The window slides by one analysis time, and each observation is
/// assimilated once. The model must have no errors, so that a window is decided by its start.
public protocol WindowSmoother: Filter {
  /// The ensemble size N, at least 2.
  var members: Int { get }
  /// The number of intervals between analyses in the window, at least 1; 1 estimates the state at the time before.
  var lag: Int { get }
  /// The factor of the deviations at the start of the window after each analysis.
  var inflation: Double { get }
  /// The rotation of the deviations at the start of the window after each analysis.
  var rotation: EnsembleRotation { get }

  /// The analysis of the start of the window.
  ///
  /// - Parameters:
  ///   - window: The ensemble at the start, that at the observations, and the model from one to the other.
  ///   - key: The random key of perturbations.
  func analysis(of window: SmootherWindow, key: RandomKey) throws -> SmootherAnalysis
}

/// The window of a smoother with its newest observations.
public struct SmootherWindow {
  /// The ensemble at the start of the window.
  public let start: Ensemble
  /// The members at the time of the observations, as advanced from the start, `[N, n]`.
  public let forecast: Matrix
  /// The observations, one for each observed point in the order of points.
  public let observations: Observations
  /// The members at the time of the observations for other members at the start, `[N, n]` both.
  public let advance: (_ start: Matrix) throws -> Matrix
}

/// The analysis of a window by a smoother.
public struct SmootherAnalysis {
  /// The ensemble at the start of the window.
  public let start: Ensemble
  /// The ensemble at the time of the observations.
  public let present: Ensemble
  /// The iterations of the analysis.
  public let iterations: FilterState.Iterations?

  /// An analysis with these ensembles.
  public init(start: Ensemble, present: Ensemble, iterations: FilterState.Iterations? = nil) {
    (self.start, self.present, self.iterations) = (start, present, iterations)
  }
}

extension WindowSmoother {
  /// The ensemble size N.
  public var memberCount: Int? { members }

  /// Draws the members at the start of the first window.
  ///
  /// - Throws: `FilterError.inflation`, and `FilterError.setting` for a lag below 1; `AnalysisError` for fewer than two members
  ///   or draws that are not finite.
  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    try FilterError.check(inflation: inflation, of: name)
    try FilterError.check("lag", Double(lag), lag >= 1, "at least 1", of: name)
    guard members >= 2 else {
      throw AnalysisError.ensembleTooSmall(members: members, needed: 2)
    }
    let ensemble = initial.draws(members, key)
    try AnalysisError.check(ensemble, "members")
    var state = FilterState(estimate: ensemble.columnMeans, ensemble: ensemble)
    (state.past, state.smoothed) = ([state], [])
    return state
  }

  /// Advances the members from the start of the window.
  ///
  /// - Throws: `FilterError.modelErrors`; `FilterError.missing` for a state of another filter.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    try checkPerfect(model, to: step)
    guard let start = state.past?.first, var ensemble = start.ensemble else {
      throw FilterError.missing("window of earlier states")
    }
    try model.advance(&ensemble, from: start.step, to: step, noise: nil)
    state.step = step
    state.estimate = ensemble.columnMeans
    state.ensemble = ensemble
  }

  /// Refuses the analysis without a model.
  ///
  /// - Throws: `FilterError.needsModel`.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    throw FilterError.needsModel(filter: name)
  }

  /// Assimilates observations into the start of the window, which then slides.
  ///
  /// - Throws: `AnalysisError`; `FilterError`; what the analysis of the window throws.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, with model: any DynamicalModel,
    key: RandomKey
  ) throws -> Innovations? {
    guard var past = state.past, let first = past.first, let members = first.ensemble,
      let forecast = state.ensemble
    else { throw FilterError.missing("window of earlier states") }
    try checkPerfect(model, to: state.step)
    let seen = try observations.distinct(pointCount: state.estimate.count)
    try AnalysisError.check(forecast, "members")
    let (own, other) = key.split()
    var analysed = state
    var innovations: Innovations?
    analysed.iterations = nil
    if seen.count > 0 {
      innovations = Innovations(of: state, self, seen)
      let now = state.step
      let window = SmootherWindow(
        start: Ensemble(members: members), forecast: forecast, observations: seen
      ) { start in
        var states = start
        try model.advance(&states, from: first.step, to: now, noise: nil)
        return states
      }
      let analysis = try analysis(of: window, key: own)
      var start = analysis.start
      rotation.apply(to: &start.anomalies, key: other)
      past[0].estimate = start.mean
      past[0].ensemble = start.members(inflation: inflation)
      analysed.set(analysis.present)
      analysed.iterations = analysis.iterations
    }
    past.append(FilterState(step: state.step, estimate: analysed.estimate))
    analysed.smoothed = try slide(&past, model)
    analysed.past = past
    state = analysed
    return innovations
  }

  /// Slides the window until it has no more intervals than the lag, the next one included, and returns the states that leave it.
  private func slide(
    _ past: inout [FilterState], _ model: any DynamicalModel
  ) throws -> [FilterState] {
    var left: [FilterState] = []
    while past.count > lag {
      let first = past.removeFirst()
      left.append(first)
      guard var ensemble = first.ensemble, let next = past.first else { break }
      try model.advance(&ensemble, from: first.step, to: next.step, noise: nil)
      past[0].estimate = ensemble.columnMeans
      past[0].ensemble = ensemble
    }
    return left
  }

  /// Refuses a model with errors.
  private func checkPerfect(_ model: any DynamicalModel, to step: Int) throws(FilterError) {
    if let known = model.errorCovariance(to: step), known != nil {
      throw .modelErrors(filter: name, model: "\(type(of: model))")
    }
  }
}
