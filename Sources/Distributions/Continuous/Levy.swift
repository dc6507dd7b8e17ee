import Autodiff
import PPL

/// The Lévy distribution: the first time at which a Brownian motion reaches a level, stable with index 1/2.
///
///     p(x) = √(scale / (2π)) exp(-scale / (2 d)) d^(-3/2),    d = x - location > 0
///
/// - Shape: batch is `location` and `scale` broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`.
/// - Reference: Nolan (2020), *Univariate Stable Distributions*, §1.1.
public struct Levy: HasQuantiles, HasMoments, HasEntropy {
  /// The lower end and the scale, in the units of `x`; batch shape each.
  public let location, scale: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location` and `scale`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor) {
    (self.location, self.scale) = (location, scale)
    batchShape = Distributions.batchShape(
      of: "Levy", ["location": location.shape, "scale": scale.shape])
  }

  public var parameters: [Parameter] {
    [.init("location", location, .real), .init("scale", scale, .positive)]
  }
  public var support: Support { .greaterThan(location) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    quantile(key.innerUniform(shape + batchShape))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let distance = x - location
    // Below this scale / distance² is not finite, and the density is below exp(-10¹⁴⁰).
    let isInner = distance .> scale * 1e-140
    let d = select(isInner, distance, scale)
    let kernel = 0.5 * (log(scale) - scale / d) - 1.5 * log(d)
    return select(isInner, kernel - Tensor(Constant.halfLogTwoPi), Tensor(-.infinity))
  }

  /// The distribution function `erfc(√(scale / (2 d)))`: twice the probability that a normal variable exceeds
  /// the inverse root.
  public func cdf(_ x: Tensor) -> Tensor {
    let (root, isInner) = inverseRoot(x)
    return keepingNaN(of: x, select(isInner, 2 * normalCDF(-root), 0))
  }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(
      p, lower: { location + scale * steep($0) },
      upper: { location + scale * reciprocal($0) }, quantile(_:))
  }
  private func quantile(_ p: Tensor) -> Tensor { quantile(root: normalQuantile(0.5 * p)) }
  /// The quantile that belongs to an inverse root.
  private func quantile(root: Tensor) -> Tensor { location + scale / square(root) }

  public func logCDF(_ x: Tensor) -> Tensor {
    let (root, isInner) = inverseRoot(x)
    // Where the lower tail is large, the upper tail is small.
    let isLow = root .> 1
    let low = logNormalCDF(-select(isLow, root, 1)) + Tensor(Constant.logTwo)
    let high = log1p(-erf(select(isLow, 1, root) * Tensor(0.5.squareRoot())))
    return keepingNaN(of: x, select(isInner, select(isLow, low, high), Tensor(-.infinity)))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { _ in location }, upper: { location + scale * reciprocal($0) }
    ) {
      onNearerTail(
        $0, own: { quantile(root: logNormalQuantile($0 - Tensor(Constant.logTwo))) },
        other: { quantile(root: Tensor(2.0.squareRoot()) * erfInverse($0)) })
    }
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let (root, isInner) = inverseRoot(x)
    let z = root * Tensor(0.5.squareRoot())
    return keepingNaN(
      of: x, select(isInner, Distributions.logProbability(erf(z), rest: erfc(z)), 0))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { location + scale * exp(-$0) },
      upper: { location + scale * steep($0) }
    ) {
      onNearerTail(
        $0, own: { quantile(root: Tensor(2.0.squareRoot()) * erfInverse(exp($0))) },
        other: quantile(_:))
    }
  }

  public var mean: Tensor { .full(.infinity, batchShape) }
  public var variance: Tensor { .full(.infinity, batchShape) }
  public var entropy: Tensor {
    let standard = 0.5 + 1.5 * Constant.eulerGamma + 0.5 * (Constant.logPi + 4 * Constant.logTwo)
    return (log(scale) + Tensor(standard)).broadcast(to: batchShape)
  }

  private func inverseRoot(_ x: Tensor) -> (root: Tensor, isInner: Tensor) {
    let distance = x - location
    let isInner = distance .> scale * 1e-140
    return (sqrt(scale / select(isInner, distance, scale)), isInner)
  }
}
