import Autodiff
import LinearAlgebra
import Preconditions

/// Linear advection with damping and noise: a field that moves around a ring by one point a step.
///
///     x_j becomes damping x_{j+1} + noise_j
///
/// - Reference: Raanes, Carrassi and Bertino (2015), *Extending the square root method to account for additive forecast
///   noise in ensemble methods*, section 5; DAPPER 1.8.1, `dapper/mods/LA/raanes2015.py`.
public struct LinearAdvection: LinearDynamicalModel {
  public let dimension: Int
  /// The factor of the field in each step.
  public let damping: Double
  /// The noise that is added after each step; nil for none.
  public let noise: NormalNoise?

  /// A model on a ring of this many points.
  ///
  /// - Precondition: There is a point.
  public init(points: Int, damping: Double = 1, noise: NormalNoise? = nil) {
    require(points > 0, "LinearAdvection: \(points) points.")
    (dimension, self.damping, self.noise) = (points, damping, noise)
  }

  public func advance(_ states: inout Matrix, to step: Int, noise key: RandomKey?) {
    states.rotateRows(scaledBy: damping)
    if let noise, let key { noise.add(to: &states, key: key) }
  }

  public func propagate(_ covariance: inout Matrix, to step: Int) {
    covariance.rotateRows(scaledBy: damping)
    covariance = covariance.transposed()
    covariance.rotateRows(scaledBy: damping)
    if let noise { covariance.add(noise.covariance) }
  }
}
