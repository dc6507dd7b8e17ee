import Autodiff
import PPL

/// The soft Laplace (hyperbolic secant) distribution: smooth at its mode, with Laplace tails.
///
///     p(x) = 1 / (π scale cosh z),    z = (x - location) / scale
///
/// - Shape: batch is `location` and `scale` broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`.
/// - Reference: Johnson, Kotz and Balakrishnan (1995), *Continuous Univariate Distributions* 2, §23.11;
///   named and scaled as NumPyro's.
public struct SoftLaplace: SymmetricDistribution, HasMoments, HasEntropy {
  /// The mode and the scale, in the units of `x`; batch shape each.
  public let location, scale: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location` and `scale`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor) {
    (self.location, self.scale) = (location, scale)
    batchShape = Distributions.batchShape(
      of: "SoftLaplace", ["location": location.shape, "scale": scale.shape])
  }

  public var parameters: [Parameter] {
    [.init("location", location, .real), .init("scale", scale, .positive)]
  }
  public var support: Support { .real }
  public var center: Tensor { location }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    quantile(key.innerUniform(shape + batchShape))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let z = abs((x - location) / scale)
    let logTwiceCosh = z + log1p(exp(-2 * z))
    return Tensor(Constant.logTwo - Constant.logPi) - log(scale) - logTwiceCosh
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let z = (x - location) / scale
    let isLower = z .< 0
    let tail = beyond(select(isLower, z, -z))
    return select(isLower, tail, 1 - tail)
  }

  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(
      p, lower: { location + scale * log($0) }, upper: { location - scale * log($0) }, quantile)
  }
  private func quantile(_ p: Tensor) -> Tensor {
    let isLower = p .< 0.5
    let tail = select(isLower, p, 1 - p)
    let z = logTangent(tail)
    return location + scale * select(isLower, z, -z)
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let z = (x - location) / scale
    // atan(e^z) = e^z to rounding below -20.
    let isFar = z .< -20
    let far = minimum(z, -20) + Tensor(Constant.logTwo - Constant.logPi)
    let near = select(isFar, 0, z)
    let isLower = near .< 0
    let tail = beyond(select(isLower, near, -near))
    let inner = select(isLower, log(tail), log1p(-tail))
    return select(isFar, far, inner)
  }

  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    let z = onOpenLogProbability(logProbability, lower: { $0 }, upper: { -log($0) }) {
      onNearerTail(
        $0,
        own: {
          let isFar = $0 .< -20
          let far = $0 + Tensor(Constant.logPi - Constant.logTwo)
          return select(isFar, far, logTangent(exp(select(isFar, -1, $0))))
        }, other: { -logTangent($0) })
    }
    return location + scale * z
  }

  public var mean: Tensor { location.broadcast(to: batchShape) }
  public var variance: Tensor {
    square(Tensor(0.5 * .pi) * scale).broadcast(to: batchShape)
  }
  public var entropy: Tensor {
    (log(scale) + Tensor(2 * Constant.halfLogTwoPi)).broadcast(to: batchShape)
  }

  /// The probability below `z` ≤ 0, in scales from the mode. At the mode it has the slope of its own side, where
  /// the slope of an absolute value would be 0.
  private func beyond(_ z: Tensor) -> Tensor { Tensor(2 / Double.pi) * atan(exp(z)) }

  /// The logarithm of `tan(π p / 2)`.
  private func logTangent(_ p: Tensor) -> Tensor {
    let angle = Tensor(0.5 * .pi) * p
    return log(sin(angle) / cos(angle))
  }
}
