import Autodiff
import PPL

/// The Laplace (double exponential) distribution: two exponential tails back to back.
///
///     p(x) = exp(-|z|) / (2 scale),    z = (x - location) / scale
///
/// - Shape: batch is `location` and `scale` broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`.
public struct Laplace: SymmetricDistribution, HasMoments, HasEntropy {
  /// The mode and the mean distance from it, in the units of `x`; batch shape each.
  public let location, scale: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location` and `scale`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor) {
    (self.location, self.scale) = (location, scale)
    batchShape = Distributions.batchShape(
      of: "Laplace", ["location": location.shape, "scale": scale.shape])
  }

  public var parameters: [Parameter] {
    [.init("location", location, .real), .init("scale", scale, .positive)]
  }
  public var support: Support { .real }
  public var corner: Tensor? { location }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    // -1 itself would have an infinite logarithm.
    let u = key.uniform(shape + batchShape, in: (-1.0).nextUp..<1)
    return location + scale * sign(u) * log1p(-abs(u))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let z = (x - location) / scale
    let distance = select(z .< 0, -z, z)  // its slope at 0 is 1, as JAX takes it
    return -distance - log(2 * scale)
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let z = (x - location) / scale
    let tail = 0.5 * exp(-abs(z))
    return select(z .< 0, tail, 1 - tail)
  }

  public func icdf(_ p: Tensor) -> Tensor {
    onProbability(p) {
      let fromMedian = $0 - 0.5
      return location - scale * sign(fromMedian) * log1p(-2 * abs(fromMedian))
    }
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let z = (x - location) / scale
    let upper = log1p(-0.5 * exp(-maximum(z, 0)))
    return select(z .< 0, minimum(z, 0) - Tensor(Constant.logTwo), upper)
  }

  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    let isLower = logProbability .< Tensor(-Constant.logTwo)
    let lower = select(isLower, logProbability + Tensor(Constant.logTwo), 0)
    let upper = -log(-2 * expm1(select(isLower, Tensor(-Constant.logTwo), logProbability)))
    return location + scale * select(isLower, lower, upper)
  }
  public var center: Tensor { location }

  public var mean: Tensor { location.broadcast(to: batchShape) }
  public var variance: Tensor { (2 * square(scale)).broadcast(to: batchShape) }
  public var entropy: Tensor { (1 + log(2 * scale)).broadcast(to: batchShape) }
}
