import Autodiff
import LinearAlgebra

/// A sequential filter: forecast from one time of observations to the next, analysis there.
///
/// A filter is a value without state of its own, so that one serves many runs at once.
public protocol Filter: Sendable {
  /// For tables, and to know states of the filter by.
  var name: String { get }

  /// How many members its states have, 0 without an ensemble; nil, the default, if the filter does not say.
  var memberCount: Int? { get }

  /// The state before the first step.
  func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState

  /// Advances the state, step by step, up to `step`; a step that it has reached or passed changes nothing. The same key gives
  /// the same model errors to filters with as many members.
  func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey) throws

  /// Assimilates the observations of the state's step. The same key gives the same perturbations of observations to filters
  /// with as many members.
  ///
  /// - Returns: The innovations with the factor of their covariance, if the analysis made one; nil otherwise.
  @discardableResult
  func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations?

  /// The error variance of the estimate at each point, by what the state carries: the diagonal of its covariance, or the
  /// variance of its ensemble; nil if it carries neither.
  ///
  /// What a filter does to an ensemble within an analysis, such as the inflation and prior of a `ControlFilter`, is not in it:
  /// the B of the next analysis is in `innovationCovariance(of:points:variances:)`.
  func variances(of state: FilterState) -> [Double]?

  /// The covariance that the filter takes for innovations at these points, H B Hᵀ + R with the B that an analysis of the state
  /// would use, by its lower triangle; nil if it takes none. By default that of the state's covariance or, without one, of its
  /// ensemble.
  func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix?
}

extension Filter {
  /// Does not say.
  public var memberCount: Int? { nil }

  /// Of the state's covariance or, without one, of its ensemble.
  public func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix? {
    state.innovationCovariance(points: points, variances: variances)
  }
}
