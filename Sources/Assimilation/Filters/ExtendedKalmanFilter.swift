import Autodiff
import LinearAlgebra

/// The Kalman filter of a model made linear along the estimate's own path.
///
///     x becomes m(x),    A becomes inflation (M A Mᵀ + Q),    M = dm/dx
///
/// For a linear model without inflation it is the Kalman filter.
///
/// - Reference: Jazwinski (1970), *Stochastic processes and filtering theory*, theorem 8.1.
public struct ExtendedKalmanFilter: Filter {
  /// What the covariance is multiplied by in each step, for the growth of errors that the tangent misses.
  public let stepInflation: Double

  /// The filter with this inflation.
  public init(stepInflation: Double = 1) { self.stepInflation = stepInflation }

  public var name: String { "Extended KF" }

  /// - Throws: `FilterError.inflation` for one that is not positive and finite.
  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    try FilterError.check(inflation: stepInflation, of: name)
    return FilterState(estimate: initial.mean, covariance: initial.covariance)
  }

  /// - Throws: `FilterError.noTangent` for a model that is neither a `TangentLinearModel` nor a `LinearDynamicalModel`.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    let propagate = try Self.propagation(by: model)
    var covariance = try state.takeCovariance()
    var estimate = Matrix(rows: 1, columns: state.estimate.count, state.estimate)
    for k in stride(from: state.step + 1, through: step, by: 1) {
      propagate(&covariance, estimate.scalars, k)
      if stepInflation != 1 { covariance.scale(by: stepInflation) }
      model.advance(&estimate, to: k, noise: nil)
    }
    (state.step, state.estimate, state.covariance) = (step, estimate.scalars, covariance)
  }

  /// A becomes M A Mᵀ + Q, along the path from a state to a step.
  private static func propagation(
    by model: any DynamicalModel
  ) throws(FilterError) -> (_ covariance: inout Matrix, _ state: [Double], _ step: Int) -> Void {
    if let model = model as? any TangentLinearModel {
      return { model.propagate(&$0, at: $1, to: $2) }
    }
    if let model = model as? any LinearDynamicalModel {
      return { covariance, _, step in model.propagate(&covariance, to: step) }
    }
    throw .noTangent(model: "\(type(of: model))")
  }

  /// - Throws: `AnalysisError`; `FilterError.notFinite`; `NotPositiveDefinite` for exact observations of what is certain.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    let seen = try observations.distinct(pointCount: state.estimate.count)
    guard seen.count > 0 else { return nil }
    try state.checkFinite(name)
    return try state.assimilate(seen)
  }

  public func variances(of state: FilterState) -> [Double]? { state.covariance?.diagonal }
}
