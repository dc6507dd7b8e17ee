import Autodiff
import LinearAlgebra

/// A dynamical model: a map from the state at one step to that at the next. Many states are advanced at once, as the rows of
/// a matrix.
public protocol DynamicalModel: Sendable {
  /// The state dimension n.
  var dimension: Int { get }

  /// Advances each row of `states` from the step before `step` to it, in place.
  ///
  /// - Parameters:
  ///   - states: The states, one a row, `[states, dimension]`.
  ///   - step: The number of the step, from 1. Models may change with it.
  ///   - key: The random key of the model errors, independent from row to row; no errors if nil. One key gives ensembles of
  ///     one size the same errors.
  func advance(_ states: inout Matrix, to step: Int, noise key: RandomKey?)

  /// Advances each row of `states` from step `start` to step `end`, in place, with the errors of each step drawn from
  /// `key.foldIn(step)`; no errors if `key` is nil. Filters and twin experiments call this method.
  ///
  /// By default it calls `advance(_:to:noise:)` step by step. Only a model that can fail, such as `ExternalModel`, or one that
  /// takes many steps at once has its own.
  ///
  /// - Throws: The error of a model that fails, which ends the filter's run.
  func advance(
    _ states: inout Matrix, from start: Int, to end: Int, noise key: RandomKey?) throws
}

extension DynamicalModel {
  /// Advances each row of `states` step by step.
  public func advance(
    _ states: inout Matrix, from start: Int, to end: Int, noise key: RandomKey?
  ) throws {
    for step in stride(from: start + 1, through: end, by: 1) {
      advance(&states, to: step, noise: key?.foldIn(UInt32(step)))
    }
  }
}

/// A linear dynamical model, which can advance covariances as well.
public protocol LinearDynamicalModel: DynamicalModel {
  /// Advances a covariance from the step before `step` to it, the model's errors included, in place.
  ///
  ///     A becomes F A Fᵀ + Q
  func propagate(_ covariance: inout Matrix, to step: Int)
}

/// A dynamical model with a tangent linear model, as needed by `ExtendedKalmanFilter`.
public protocol TangentLinearModel: DynamicalModel {
  /// Advances each row, a small change of `state`, from the step before `step` to it, in place.
  ///
  ///     each row d becomes M d,    M = d advance / d state
  func advanceTangent(_ changes: inout Matrix, at state: [Double], to step: Int)

  /// The covariance of the model's errors in one step, `[n, n]`; nil for a model without errors.
  var errorCovariance: Matrix? { get }
}

extension TangentLinearModel {
  /// No model errors: nil.
  public var errorCovariance: Matrix? { nil }

  /// Advances a covariance along the path that starts from `state`, in place: A becomes M A Mᵀ + Q.
  ///
  /// - Complexity: Twice that of advancing n changes.
  public func propagate(_ covariance: inout Matrix, at state: [Double], to step: Int) {
    advanceTangent(&covariance, at: state, to: step)
    covariance = covariance.transposed()
    advanceTangent(&covariance, at: state, to: step)
    if let errorCovariance { covariance.add(errorCovariance) }
  }
}
