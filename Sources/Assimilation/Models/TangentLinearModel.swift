import LinearAlgebra

/// A model that knows how small changes of its state grow: what an extended Kalman filter needs.
public protocol TangentLinearModel: DynamicalModel {
  /// Advances each row, a small change of `state`, from the step before `step` to it, in place.
  ///
  ///     each row d becomes M d,    M = d advance / d state
  func advanceTangent(_ changes: inout Matrix, at state: [Double], to step: Int)

  /// The covariance of the model's errors in one step, `[n, n]`; nil for a model without.
  var errorCovariance: Matrix? { get }
}

extension TangentLinearModel {
  /// None.
  public var errorCovariance: Matrix? { nil }

  /// Advances a covariance along the path that starts from `state`, in place: A becomes M A Mᵀ + Q.
  ///
  /// - Complexity: Twice what n changes cost.
  public func propagate(_ covariance: inout Matrix, at state: [Double], to step: Int) {
    advanceTangent(&covariance, at: state, to: step)
    covariance = covariance.transposed()
    advanceTangent(&covariance, at: state, to: step)
    if let errorCovariance { covariance.add(errorCovariance) }
  }
}
