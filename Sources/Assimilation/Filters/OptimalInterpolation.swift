import Autodiff
import LinearAlgebra

/// Optimal interpolation: at each time an analysis with the climatological mean and covariance as background.
///
/// - Reference: Gandin (1963), *Objective analysis of meteorological fields*.
public struct OptimalInterpolation: Filter {
  /// The background of each analysis and the covariance of its errors.
  public let climatology: Climatology

  /// A filter with this climatology.
  public init(_ climatology: Climatology) { self.climatology = climatology }

  public var name: String { "Optimal interpolation" }

  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    climatology.state()
  }

  /// Sets the state to the background of the next analysis, the climatological mean.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    state = climatology.state(step: step)
  }

  /// Assimilates observations by the Kalman update of the climatology.
  ///
  /// - Throws: `AnalysisError`; `NotPositiveDefinite` for exact observations of a point without variance.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    try state.assimilate(observations, name)
  }
}
