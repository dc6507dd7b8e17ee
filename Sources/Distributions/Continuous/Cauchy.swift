import Autodiff
import PPL

/// The Cauchy (Lorentz) distribution: a bell curve with tails so heavy that no mean exists.
///
///     p(x) = 1 / (π scale (1 + z²)),    z = (x - location) / scale
///
/// - Shape: batch is `location` and `scale` broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`.
public struct Cauchy: SymmetricDistribution, HasMoments, HasEntropy {
  /// Median and half the interquartile range, in the units of `x`; batch shape each.
  public let location, scale: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location` and `scale`, whose shapes must broadcast.
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
    return -log1pSquare(z) - log(scale) - Tensor(Constant.logPi)
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let (center, tail, side) = parts(x)
    return select(side .== 0, center, select(side .< 0, tail, 1 - tail))
  }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(
      p, lower: { location - scale * reciprocal($0) },
      upper: { location + scale * reciprocal($0) }
    ) {
      location + scale * cauchyQuantile(fromMedian: $0 - 0.5, tail: minimum($0, 1 - $0))
    }
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let (center, tail, side) = parts(x)
    let outer = select(side .< 0, logOrNothing(tail), log1p(-tail))
    return select(side .== 0, log(center), outer)
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { location - scale * exp(-$0) },
      upper: { location + scale * reciprocal($0) }
    ) {
      let tail = minimum(exp($0), -expm1($0))
      return location + scale * cauchyQuantile(fromMedian: exp($0) - 0.5, tail: tail)
    }
  }

  /// The probability below `x` between the quartiles, otherwise the tail probability beyond `x` and its side.
  private func parts(_ x: Tensor) -> (center: Tensor, tail: Tensor, side: Tensor) {
    let z = (x - location) / scale
    let isFar = abs(z) .> 1
    let tail = atan(reciprocal(abs(select(isFar, z, 1)))) * Tensor(1 / .pi)
    let center = 0.5 + atan(select(isFar, 0, z)) * Tensor(1 / .pi)
    return (center, tail, select(isFar, sign(z), 0))
  }

  public var center: Tensor { location }

  /// The mean, which does not exist: not a number.
  public var mean: Tensor { .full(.nan, batchShape) }
  /// The variance, which does not exist: not a number.
  public var variance: Tensor { .full(.nan, batchShape) }
  public var entropy: Tensor {
    (log(scale) + Tensor(2 * Constant.logTwo + Constant.logPi)).broadcast(to: batchShape)
  }
}

/// `tan(π fromMedian)` for a probability given by its distance from the median and by the tail beyond it. Far out,
/// the cotangent of the tail keeps the digits.
func cauchyQuantile(fromMedian: Tensor, tail: Tensor) -> Tensor {
  let isFar = tail .< 0.25
  let beyond = Tensor(.pi) * abs(select(isFar, tail, 0.25))  // a tail may be -0
  let angle = Tensor(.pi) * select(isFar, 0, fromMedian)
  return select(isFar, sign(fromMedian) * cos(beyond) / sin(beyond), sin(angle) / cos(angle))
}
