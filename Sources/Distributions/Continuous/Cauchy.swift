import Autodiff
import PPL

/// A bell curve with tails so heavy that no mean exists.
///
///     p(x) = 1 / (π scale (1 + z²)),    z = (x - location) / scale
///
/// - Shape: batch is `location` and `scale` broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`.
public struct Cauchy: SymmetricDistribution, Moments, HasEntropy {
  /// Median and half the interquartile range, in the units of `x`.
  public let location, scale: Tensor
  public let batchShape: [Int]

  /// One law for each element of `location` and `scale`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor) {
    (self.location, self.scale) = (location, scale)
    batchShape = Distributions.batchShape(
      of: "Cauchy", ["location": location.shape, "scale": scale.shape])
  }

  public var parameters: [Parameter] {
    [.init("location", location, .real), .init("scale", scale, .positive)]
  }
  public var support: Support { .real }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    location + key.cauchy(shape + batchShape) * scale
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let z = (x - location) / scale
    return -log1p(square(z)) - log(scale) - Tensor(Constant.logPi)
  }

  /// That of Student's law with one degree of freedom.
  public func cdf(_ x: Tensor) -> Tensor { StudentT(1, location, scale).cdf(x) }

  public func icdf(_ p: Tensor) -> Tensor {
    let angle = Tensor(.pi) * (p - 0.5)
    return location + scale * sin(angle) / cos(angle)
  }

  public var center: Tensor { location }

  /// Not a number: the mean does not exist.
  public var mean: Tensor { .full(.nan, batchShape) }
  /// Not a number: the variance does not exist.
  public var variance: Tensor { .full(.nan, batchShape) }
  public var entropy: Tensor {
    (log(scale) + Tensor(2 * Constant.logTwo + Constant.logPi)).broadcast(to: batchShape)
  }
}
