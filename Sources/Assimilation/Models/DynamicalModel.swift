import Autodiff
import LinearAlgebra

/// How a state changes from one step to the next. Many states are advanced at once, as the rows of a matrix.
public protocol DynamicalModel: Sendable {
  /// How many numbers a state has.
  var dimension: Int { get }

  /// Advances each row of `states` from the step before `step` to it, in place.
  ///
  /// - Parameters:
  ///   - states: `[states, dimension]`.
  ///   - step: From 1. Models may change with it.
  ///   - key: Where the model's errors come from, other ones for each row; none if nil. The same key gives the same
  ///     errors to as many rows.
  func advance(_ states: inout Matrix, to step: Int, noise key: RandomKey?)
}

/// A model that is linear, so that covariances can be advanced as well.
public protocol LinearDynamicalModel: DynamicalModel {
  /// Advances a covariance from the step before `step` to it, the model's errors included, in place.
  ///
  ///     A becomes F A Fᵀ + Q
  func propagate(_ covariance: inout Matrix, to step: Int)
}

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
