import Autodiff
import PPL

/// The chi-squared distribution: a sum of squares of independent standard normal variables, the gamma distribution
/// of shape ν/2 and rate 1/2.
///
///     p(x) = x^(ν/2 - 1) exp(-x / 2) / (2^(ν/2) Γ(ν/2)),    x > 0,    ν = degreesOfFreedom
///
/// - Shape: batch is that of `degreesOfFreedom`; event `[]`.
/// - Reference: Johnson, Kotz and Balakrishnan (1994), *Continuous Univariate Distributions* 1, ch. 18.
public struct Chi2: HasQuantiles, HasMoments, HasEntropy {
  /// The number of squared standard normal variables in the sum; any positive number, batch shape.
  public let degreesOfFreedom: Tensor

  /// A batch with one distribution for each element of `degreesOfFreedom`.
  public init(_ degreesOfFreedom: Tensor) { self.degreesOfFreedom = degreesOfFreedom }

  /// The same distribution as a gamma distribution.
  public var gamma: Gamma { Gamma(shape: 0.5 * degreesOfFreedom, rate: 0.5) }

  public var parameters: [Parameter] {
    [.init("degreesOfFreedom", degreesOfFreedom, .positive)]
  }
  public var support: Support { .positive }
  public var batchShape: [Int] { degreesOfFreedom.shape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { gamma.sample(shape, key: key) }
  public func logProb(_ x: Tensor) -> Tensor { gamma.logProb(x) }
  public func cdf(_ x: Tensor) -> Tensor { gamma.cdf(x) }
  public func icdf(_ p: Tensor) -> Tensor { gamma.icdf(p) }
  public func logCDF(_ x: Tensor) -> Tensor { gamma.logCDF(x) }
  public func logSurvival(_ x: Tensor) -> Tensor { gamma.logSurvival(x) }
  public func icdf(logCDF logProbability: Tensor) -> Tensor { gamma.icdf(logCDF: logProbability) }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    gamma.icdf(logSurvival: logProbability)
  }
  public var mean: Tensor { degreesOfFreedom }
  public var variance: Tensor { 2 * degreesOfFreedom }
  public var entropy: Tensor { gamma.entropy }
}
