import Autodiff
import LinearAlgebra

/// An ensemble filter: a conforming type implements the update of the mean and the deviations only.
public protocol EnsembleFilter: Filter {
  /// The ensemble size N, at least 2.
  var members: Int { get }

  /// The factor of the members' deviations from their mean after each analysis; 1 by default.
  var inflation: Double { get }

  /// The taper that damps covariances with distance; nil, the default, for none.
  var localization: Localization? { get }

  /// Updates the mean and the deviations of an ensemble by observations.
  ///
  /// - Parameters:
  ///   - ensemble: The forecast, which becomes the analysis before inflation; discarded if the update throws.
  ///   - observations: The observations, at least one, and one for each observed point in the order of points.
  ///   - key: The source of perturbations of observations and of rotations.
  func update(_ ensemble: inout Ensemble, _ observations: Observations, key: RandomKey) throws
}

extension EnsembleFilter {
  /// The default inflation 1, which is none.
  public var inflation: Double { 1 }

  /// The default localization nil, which is none.
  public var localization: Localization? { nil }

  /// The ensemble size N.
  public var memberCount: Int? { members }

  /// Draws the members.
  ///
  /// - Throws: `FilterError.inflation`; `AnalysisError` for fewer than two members or draws that are not finite.
  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    try FilterError.check(inflation: inflation, of: name)
    guard members >= 2 else {
      throw AnalysisError.ensembleTooSmall(members: members, needed: 2)
    }
    let ensemble = initial.draws(members, key)
    try AnalysisError.check(ensemble, "members")
    return FilterState(estimate: ensemble.columnMeans, ensemble: ensemble)
  }

  /// Advances each member with independent model errors; the estimate is their mean.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    // Taken out of the state, so that it can be changed in place.
    guard var ensemble = state.ensemble.take() else { throw FilterError.missing("ensemble") }
    try model.advance(&ensemble, from: state.step, to: step, noise: key)
    state.step = step
    state.estimate = ensemble.columnMeans
    state.ensemble = ensemble
  }

  /// Assimilates observations by `update(_:_:key:)`, and inflates the deviations afterwards. Without observations of finite
  /// variance the state stays as it is, to the bit.
  ///
  /// - Returns: The innovations, whose covariance is formed on demand; nil without observations.
  /// - Throws: `AnalysisError` for members that are not finite, and for a localization or observations that do not fit;
  ///   what the update throws.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    if let localization {
      try AnalysisError.check(
        "the localization", points: localization.pointCount, expected: state.estimate.count)
    }
    let seen = try observations.distinct(pointCount: state.estimate.count)
    if let members = state.ensemble { try AnalysisError.check(members, "members") }
    guard seen.count > 0 else { return nil }
    // A copy, so that an analysis that fails leaves the state as it was.
    guard let members = state.ensemble else { throw FilterError.missing("ensemble") }
    var ensemble = Ensemble(members: members)
    try update(&ensemble, seen, key: key)
    let innovations = Innovations(of: state, self, seen)
    state.estimate = ensemble.mean
    state.ensemble = (consume ensemble).members(inflation: inflation)
    return innovations
  }

  /// The covariance of innovations, H B Hᵀ + R, with B that of the members, damped by the localization.
  public func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix? {
    state.innovationCovariance(
      points: points, variances: variances, localization: localization)
  }
}
