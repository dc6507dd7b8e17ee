import Autodiff
import CNumerics
import LinearAlgebra

/// The Lorenz-63 model: three equations of convection, the smallest chaotic flow.
///
///     dx/dt = σ (y - x),    dy/dt = x (ρ - z) - y,    dz/dt = x y - β z
///
/// A step is one of the classical Runge-Kutta method.
///
/// - Reference: Lorenz (1963), *Deterministic nonperiodic flow*, eqs. (25)-(27).
public struct Lorenz63: TangentLinearModel {
  /// The parameters σ, ρ and β.
  public let sigma, rho, beta: Double
  /// The length of one Runge-Kutta step, in the time of the equations.
  public let timeStep: Double
  /// The noise that is added after each step; nil for none.
  public let noise: NormalNoise?

  /// A model with the usual parameters, if not given.
  public init(
    sigma: Double = 10, rho: Double = 28, beta: Double = 8.0 / 3, timeStep: Double = 0.01,
    noise: NormalNoise? = nil
  ) {
    (self.sigma, self.rho, self.beta) = (sigma, rho, beta)
    (self.timeStep, self.noise) = (timeStep, noise)
  }

  public var dimension: Int { 3 }

  public func advance(_ states: inout Matrix, to step: Int, noise key: RandomKey?) {
    states.withMutablePointer { rows, count in
      ppl_lorenz63(rows, count, [sigma, rho, beta], timeStep)
    }
    if let noise, let key { noise.add(to: &states, key: key) }
  }

  public func advanceTangent(_ changes: inout Matrix, at state: [Double], to step: Int) {
    changes.withMutablePointer { rows, count in
      ppl_lorenz63_tangent(rows, count, state, [sigma, rho, beta], timeStep)
    }
  }

  public var errorCovariance: Matrix? { noise?.covariance }
}
