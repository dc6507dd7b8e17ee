import Autodiff
import PPL

/// The chi-squared distribution: a sum of squares of independent standard normal variables, the gamma distribution
/// of shape ν/2 and rate 1/2.
///
///     p(x) = x^(ν/2 - 1) exp(-x / 2) / (2^(ν/2) Γ(ν/2)),    x > 0,    ν = degreesOfFreedom
///
/// - Shape: batch is that of `degreesOfFreedom`; event `[]`.
/// - Reference: Johnson, Kotz and Balakrishnan (1994), *Continuous Univariate Distributions* 1, ch. 18.
public struct Chi2: SpecialCase, HasMoments {
  /// The number of squared standard normal variables in the sum; any positive number, batch shape.
  public let degreesOfFreedom: Tensor

  /// A batch with one distribution for each element of `degreesOfFreedom`.
  public init(_ degreesOfFreedom: Tensor) { self.degreesOfFreedom = degreesOfFreedom }

  /// The same distribution as a gamma distribution.
  public var gamma: Gamma { Gamma(shape: 0.5 * degreesOfFreedom, rate: 0.5) }

  var general: Gamma { gamma }
  public var parameters: [Parameter] {
    [.init("degreesOfFreedom", degreesOfFreedom, .positive)]
  }
  public var support: Support { .positive }

  public var mean: Tensor { degreesOfFreedom }
  public var variance: Tensor { 2 * degreesOfFreedom }
}
