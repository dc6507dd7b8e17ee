import Autodiff
import CNumerics
import LinearAlgebra
import Preconditions

/// The Lorenz-96 model: forty chaotic variables on a ring, the usual test model of filters.
///
///     dx_i/dt = (x_{i+1} - x_{i-2}) x_{i-1} - x_i + F
///
/// A step is one of the classical Runge-Kutta method.
///
/// - Units: A time of 1 is five days of weather, by its growth of errors.
/// - Reference: Lorenz and Emanuel (1998), *Optimal sites for supplementary weather observations*, eq. (1).
public struct Lorenz96: TangentLinearModel {
  public let dimension: Int
  /// The forcing F.
  public let forcing: Double
  /// The length of one Runge-Kutta step, in the time of the equations.
  public let timeStep: Double
  /// The noise that is added after each step; nil for none.
  public let noise: NormalNoise?

  /// A model with the usual parameters, if not given.
  ///
  /// - Precondition: There are at least four points.
  public init(
    points: Int = 40, forcing: Double = 8, timeStep: Double = 0.05, noise: NormalNoise? = nil
  ) {
    require(points >= 4, "Lorenz96: \(points) points, but must be at least 4.")
    (dimension, self.forcing, self.timeStep, self.noise) = (points, forcing, timeStep, noise)
  }

  public func advance(_ states: inout Matrix, to step: Int, noise key: RandomKey?) {
    var work = Array(repeating: 0.0, count: 4 * dimension + 6)
    states.withMutablePointer { rows, count in
      ppl_lorenz96(rows, count, dimension, forcing, timeStep, &work)
    }
    if let noise, let key { noise.add(to: &states, key: key) }
  }

  public func advanceTangent(_ changes: inout Matrix, at state: [Double], to step: Int) {
    var work = Array(repeating: 0.0, count: 7 * dimension + 18)
    changes.withMutablePointer { rows, count in
      ppl_lorenz96_tangent(rows, count, dimension, state, forcing, timeStep, &work)
    }
  }

  public var errorCovariance: Matrix? { noise?.covariance }
}
