import Autodiff
import LinearAlgebra

/// The four-dimensional ensemble variational method (4DEnVar): one analysis of the start of a window by all observations in
/// it, with the covariances between the start and their times from the ensemble, in place of an adjoint model.
///
///     J(x) = (x - x̄)ᵀ B⁻¹ (x - x̄) / 2 + sum_k (d_k - H_k X_kᵀ w)ᵀ R_k⁻¹ (d_k - H_k X_kᵀ w) / 2,    x = x̄ + Xᵀ w
///
/// Windows do not overlap. Observations are kept until the last of the window, when the start is analysed and the members
/// advance through the window again; before that, the state is a forecast. With a taper, B and the covariances of all times are
/// localized by distance. The minimum is found by the equal Kalman gain; deviations are those of the ETKF or, with a taper, of
/// the DEnKF.
///
/// - Complexity: N states through the window twice, and the analysis of a filter for states of all its times.
/// - Reference: Liu, Xiao and Wang (2008), *An ensemble-based four-dimensional variational data assimilation scheme. Part I*;
///   Desroziers, Camino and Berre (2014), *4DEnVar: link with 4D state formulation of variational assimilation and different
///   possible implementations*.
public struct FourDEnVar: Filter {
  /// The ensemble size N.
  public let members: Int
  /// The number of analysis times in a window.
  public let window: Int
  /// The factor of the deviations at the start of the window after each analysis.
  public let inflation: Double
  private let localization: Localization?

  /// A method without localization.
  ///
  /// - Parameters:
  ///   - members: The ensemble size N, at least 2.
  ///   - window: The number of analysis times in a window, at least 1.
  ///   - inflation: The factor of the deviations at the start of the window after each analysis.
  public init(members: Int, window: Int, inflation: Double = 1) {
    (self.members, self.window, self.inflation) = (members, window, inflation)
    localization = nil
  }

  /// A method with covariances that a taper damps by distance.
  ///
  /// - Parameters:
  ///   - members: The ensemble size N, at least 2.
  ///   - window: The number of analysis times in a window, at least 1.
  ///   - inflation: The factor of the deviations at the start of the window after each analysis.
  ///   - taper: The taper.
  ///   - grid: The grid of the points at one time.
  /// - Precondition: There is a time in the window.
  public init(
    members: Int, window: Int, inflation: Double = 1, taper: Taper, on grid: any Grid
  ) {
    (self.members, self.window, self.inflation) = (members, window, inflation)
    localization = Localization(taper, on: TiledGrid(grid, copies: max(1, window) + 1))
  }

  public var name: String { "4DEnVar" }
  public var memberCount: Int? { members }

  /// Draws the members at the start of the first window.
  ///
  /// - Throws: `FilterError.inflation`, and `FilterError.setting` for a window below 1; `AnalysisError` for fewer than two
  ///   members or draws that are not finite.
  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    try FilterError.check("window", Double(window), window >= 1, "at least 1", of: name)
    var state = try EnKF(members: members, inflation: inflation).start(initial, key: key)
    (state.past, state.smoothed) = ([state], [])
    return state
  }

  /// Advances the members.
  ///
  /// - Throws: `FilterError.modelErrors`; `FilterError.missing` for a state of another filter.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    if let known = model.errorCovariance(to: step), known != nil {
      throw FilterError.modelErrors(filter: name, model: "\(type(of: model))")
    }
    guard var ensemble = state.ensemble.take() else { throw FilterError.missing("ensemble") }
    try model.advance(&ensemble, from: state.step, to: step, noise: nil)
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

  /// Keeps the observations or, at the end of the window, assimilates all of them.
  ///
  /// - Throws: `AnalysisError`; `FilterError`; what `KalmanGain` or the ETKF throws.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, with model: any DynamicalModel,
    key: RandomKey
  ) throws -> Innovations? {
    guard let past = state.past, !past.isEmpty, let present = state.ensemble else {
      throw FilterError.missing("window of earlier states")
    }
    try AnalysisError.check(present, "members")
    let seen = try observations.distinct(pointCount: state.estimate.count)
    let innovations = seen.count > 0 ? Innovations(of: state, self, seen) : nil
    var now = FilterState(step: state.step, estimate: state.estimate, ensemble: present)
    now.observations = seen
    var times = past + [now]
    if times.count > window {
      try analyse(&times, key: key)
      try advance(&times, with: model)
      let last = times.removeLast()
      (state.estimate, state.ensemble) = (last.estimate, last.ensemble)
      (state.past, state.smoothed) = ([last], times)
    } else {
      (state.past, state.smoothed) = (times, [])
    }
    return innovations
  }

  /// Updates the first of the times by the observations of all.
  private func analyse(_ times: inout [FilterState], key: RandomKey) throws {
    let n = times[0].estimate.count
    var all: (points: [Int], values: [Double], variances: [Double]) = ([], [], [])
    for (k, time) in times.enumerated() {
      guard k > 0, let seen = time.observations else { continue }
      all.points += seen.points.map { $0 + k * n }
      all.values += seen.values
      all.variances += seen.variances
    }
    guard !all.points.isEmpty else { return }
    let seen = try Observations(points: all.points, values: all.values, variances: all.variances)
    var ensemble = Ensemble(members: Matrix(sideBySide: times.compactMap(\.ensemble)))
    if let localization {
      try AnalysisError.check(
        "the localization", points: localization.pointCount, expected: ensemble.mean.count)
      try DEnKF(members: members, localization: localization).update(&ensemble, seen, key: key)
    } else {
      try ETKF(members: members).update(&ensemble, seen, key: key)
    }
    let start = ensemble.part(columns: 0..<n)
    times[0].estimate = start.mean
    times[0].ensemble = start.members(inflation: inflation)
  }

  /// Advances the first of the times to the others.
  private func advance(_ times: inout [FilterState], with model: any DynamicalModel) throws {
    for k in times.indices.dropFirst() {
      guard var ensemble = times[k - 1].ensemble else { throw FilterError.missing("ensemble") }
      try model.advance(&ensemble, from: times[k - 1].step, to: times[k].step, noise: nil)
      times[k].estimate = ensemble.columnMeans
      (times[k].ensemble, times[k].observations) = (ensemble, nil)
    }
  }
}
