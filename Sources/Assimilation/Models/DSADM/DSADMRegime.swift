import Autodiff
import Foundation
import Preconditions

extension DSADM {
  /// The variability of the coefficients of the equation in space and time.
  ///
  ///     U = Ū + U*
  ///     rho = rhō [(1 + e_rho) g(rho*) - e_rho],    nu = nū [(1 + e_nu) g(nu*) - e_nu],    sigma = sigmā g(sigma*)
  ///     g(z) = (1 + e) / (1 + exp(1 - z))
  ///
  /// Starred fields are Gaussian. Where rho or nu is negative the process is locally unstable.
  ///
  /// - Reference: Tsyrulnikov and Rakitko (2019), section 2.3 and table 3.
  public struct Regime: Sendable, Equatable {
    /// The standard deviation of U*, in m/s.
    public var velocityDeviation: Double
    /// The strength kappa: the starred fields of rho, nu and sigma have the standard deviation log kappa; 1 for none.
    public var strength: Double
    /// The probability that rho is negative.
    public var negativeDecay: Double
    /// The probability that nu is negative.
    public var negativeDiffusion: Double

    /// A regime with these standard deviations and probabilities.
    ///
    /// - Precondition: The deviation is not negative, the strength at least 1, and probabilities are in [0, 1/2).
    public init(
      velocityDeviation: Double, strength: Double, negativeDecay: Double = 0,
      negativeDiffusion: Double = 0
    ) {
      let probabilities = 0..<0.5
      require(
        velocityDeviation >= 0 && strength >= 1 && probabilities.contains(negativeDecay)
          && probabilities.contains(negativeDiffusion),
        "DSADM.Regime: deviation \(velocityDeviation), strength \(strength), probabilities \(negativeDecay) and "
          + "\(negativeDiffusion).")
      (self.velocityDeviation, self.strength) = (velocityDeviation, strength)
      (self.negativeDecay, self.negativeDiffusion) = (negativeDecay, negativeDiffusion)
    }

    /// Regime 0: constant coefficients.
    public static let stationary = Regime(velocityDeviation: 0, strength: 1)
    /// Regime 1: velocities that vary by 5 m/s, kappa = 2, decay negative one time in a hundred.
    public static let weaklyNonStationary = Regime(
      velocityDeviation: 5, strength: 2, negativeDecay: 0.01)
    /// Regime 2, the default of the published experiments: velocities that vary by 10 m/s, kappa = 3.
    public static let standard = Regime(
      velocityDeviation: 10, strength: 3, negativeDecay: 0.02, negativeDiffusion: 0.01)
    /// Regime 3: velocities that vary by 20 m/s, kappa = 6. The spectrum network is trained in it.
    public static let stronglyNonStationary = Regime(
      velocityDeviation: 20, strength: 6, negativeDecay: 0.04, negativeDiffusion: 0.02)

    /// The published regimes 0 to 3.
    public static let all = [stationary, weaklyNonStationary, standard, stronglyNonStationary]

    /// The offset e_rho of the decay rate.
    public var decayOffset: Double { offset(negativeDecay) }
    /// The offset e_nu of the diffusivity.
    public var diffusionOffset: Double { offset(negativeDiffusion) }

    /// The offset e with which (1 + e) g - e is negative with this probability: e = G / (1 - G), G = g(Φ⁻¹(p) log kappa).
    private func offset(_ probability: Double) -> Double {
      guard probability > 0 else { return 0 }
      let level = Self.transformed(
        normalQuantile(Tensor(probability)).scalars[0] * log(strength))
      return level / (1 - level)
    }

    /// The transform g(z) = (1 + e) / (1 + exp(1 - z)), which increases from 0 to 1 + e and is 1 at 0.
    public static func transformed(_ z: Double) -> Double { (1 + exp(1)) / (1 + exp(1 - z)) }
  }
}
