import Autodiff
import LinearAlgebra

/// A sequential filter: a forecast from one observation time to the next, and an analysis there.
///
/// A filter is a value without state, so that one serves many runs at once.
public protocol Filter: Sendable {
  /// The name of the filter, for tables and in checkpoints.
  var name: String { get }

  /// The ensemble size N of its states, 0 without an ensemble; nil, the default, if the filter does not say.
  var memberCount: Int? { get }

  /// The filter's state before the first step.
  func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState

  /// Advances the state to model step `step`, if that is ahead. With one key, filters with the same number of members have the
  /// same model errors.
  func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey) throws

  /// Assimilates the observations of the state's step. With one key, filters with the same number of members have the same
  /// perturbations of observations.
  ///
  /// - Returns: The innovations of the observations of finite variance; nil without any, or if the filter ignores them.
  @discardableResult
  func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations?

  /// Assimilates the observations of the state's step by a method that runs the model in its analysis, such as an iterative
  /// smoother. By default it is the analysis without the model.
  @discardableResult
  func analyse(
    _ state: inout FilterState, _ observations: Observations, with model: any DynamicalModel,
    key: RandomKey
  ) throws -> Innovations?

  /// The error variance of the estimate at each point, `[n]`: the diagonal of the state's covariance, or the variance of its
  /// ensemble; nil if it carries neither.
  ///
  /// It does not include changes within an analysis, such as the inflation and prior of a `ControlFilter`; for the B of the
  /// next analysis see `innovationCovariance(of:points:variances:)`.
  func variances(of state: FilterState) -> [Double]?

  /// The innovation covariance H B Hᵀ + R at these points, `[points, points]`, with the B that an analysis of the state would
  /// use, by its lower triangle; nil if the filter has none. By default B is the state's covariance or, without one, that of
  /// its ensemble.
  func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix?
}

extension Filter {
  /// An unknown ensemble size: nil.
  public var memberCount: Int? { nil }

  /// The analysis without the model.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, with model: any DynamicalModel,
    key: RandomKey
  ) throws -> Innovations? {
    try analyse(&state, observations, key: key)
  }

  /// The diagonal of the state's covariance or, without one, the variances of its ensemble.
  public func variances(of state: FilterState) -> [Double]? {
    state.covariance?.diagonal ?? state.ensemble?.columnVariances
  }

  /// The innovation covariance by the state's covariance or, without one, by its ensemble.
  public func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix? {
    state.innovationCovariance(points: points, variances: variances)
  }
}
