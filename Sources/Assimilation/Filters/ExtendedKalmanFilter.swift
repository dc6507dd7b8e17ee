import Autodiff
import LinearAlgebra

/// The extended Kalman filter: the Kalman filter with the model linearized about the estimate.
///
///     x becomes m(x),    A becomes inflation (M A Mᵀ + Q),    M = dm/dx
///
/// For a linear model without inflation it is the Kalman filter.
///
/// - Reference: Jazwinski (1970), *Stochastic processes and filtering theory*, theorem 8.1.
public struct ExtendedKalmanFilter: Filter {
  /// The factor of the covariance in each step, for the error growth that the tangent linear model misses.
  public let stepInflation: Double

  /// An extended Kalman filter with this inflation.
  public init(stepInflation: Double = 1) { self.stepInflation = stepInflation }

  public var name: String { "Extended KF" }

  /// The state with the mean and covariance of the initial distribution.
  ///
  /// - Throws: `FilterError.inflation` for an inflation that is not positive and finite.
  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    try FilterError.check(inflation: stepInflation, of: name)
    return FilterState(estimate: initial.mean, covariance: initial.covariance)
  }

  /// Advances the estimate by the model, and its covariance by the tangent linear model.
  ///
  /// - Throws: `FilterError.noTangent` for a model that is neither a `TangentLinearModel` nor a `LinearDynamicalModel`.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    let tangent = model as? any TangentLinearModel
    let linear = model as? any LinearDynamicalModel
    guard tangent != nil || linear != nil else {
      throw FilterError.noTangent(model: "\(type(of: model))")
    }
    try state.advance(with: model, to: step) { covariance, estimate, next in
      if let tangent {
        tangent.propagate(&covariance, at: estimate, to: next)
      } else {
        linear?.propagate(&covariance, to: next)
      }
      if stepInflation != 1 { covariance.scale(by: stepInflation) }
    }
  }

  /// Assimilates observations by the Kalman update.
  ///
  /// - Throws: `AnalysisError`; `FilterError.notFinite`; `NotPositiveDefinite` for exact observations of a point without variance.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    try state.assimilate(observations, name)
  }
}
