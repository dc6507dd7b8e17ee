import PPL

/// Optimal interpolation: an analysis of each time's observations alone, from the mean and covariance of the climate.
///
/// - Reference: Gandin (1963), *Objective analysis of meteorological fields*.
public struct OptimalInterpolation: Filter {
  /// The background of each analysis and the covariance of its errors.
  public let climatology: Climatology

  /// The filter of this climate.
  public init(_ climatology: Climatology) { self.climatology = climatology }

  public var name: String { "Optimal interpolation" }

  public func start(_ initial: InitialLaw, key: RandomKey) throws -> FilterState {
    FilterState(estimate: climatology.mean, covariance: climatology.covariance)
  }

  /// Forgets what was: the background is the climate's.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    state = FilterState(
      step: step, estimate: climatology.mean, covariance: climatology.covariance)
  }

  /// - Throws: `AnalysisError`; `NotPositiveDefinite` for exact observations of what never varies.
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws {
    try state.bringIn(observations.distinct(pointCount: state.estimate.count))
  }

  public func variances(of state: FilterState) -> [Double]? { state.covariance?.diagonal }
}
