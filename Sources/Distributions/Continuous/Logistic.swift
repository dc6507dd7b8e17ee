import Autodiff
import PPL

/// The logistic distribution: a bell curve with exponential tails, whose distribution function is the sigmoid.
///
///     p(x) = exp(-z) / (scale (1 + exp(-z))²),    z = (x - location) / scale
///
/// - Shape: batch is `location` and `scale` broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`.
/// - Reference: Johnson, Kotz and Balakrishnan (1995), *Continuous Univariate Distributions* 2, ch. 23.
public struct Logistic: SymmetricDistribution, HasMoments, HasEntropy {
  /// The mean and the scale, in the units of `x`; batch shape each.
  public let location, scale: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location` and `scale`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor) {
    (self.location, self.scale) = (location, scale)
    batchShape = Distributions.batchShape(
      of: "Logistic", ["location": location.shape, "scale": scale.shape])
  }

  public var parameters: [Parameter] {
    [.init("location", location, .real), .init("scale", scale, .positive)]
  }
  public var support: Support { .real }
  public var center: Tensor { location }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let u = key.uniform(shape + batchShape, in: Double.ulpOfOne..<1)
    return location + (log(u) - log1p(-u)) * scale
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let z = abs((x - location) / scale)  // symmetric, and exp(-|z|) does not overflow
    return -z - 2 * log1p(exp(-z)) - log(scale)
  }

  public func cdf(_ x: Tensor) -> Tensor { sigmoid((x - location) / scale) }
  public func icdf(_ p: Tensor) -> Tensor { location + scale * (log(p) - log1p(-p)) }
  public func logCDF(_ x: Tensor) -> Tensor { logSigmoid((x - location) / scale) }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    location + scale * (logProbability - logOneMinusExp(logProbability))
  }

  public var mean: Tensor { location.broadcast(to: batchShape) }
  public var variance: Tensor {
    (square(scale) * Tensor(.pi * .pi / 3)).broadcast(to: batchShape)
  }
  public var entropy: Tensor { (log(scale) + 2).broadcast(to: batchShape) }
}
