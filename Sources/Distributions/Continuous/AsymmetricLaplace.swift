import Autodiff
import PPL

/// The asymmetric Laplace distribution: two exponential tails of different scale, joined at the mode.
///
///     p(x) = exp(-|x - location| / tail) / (left + right)
///     left = scale asymmetry (for x below location),    right = scale / asymmetry
///
/// - Shape: batch is all three parameters broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`; `asymmetry` has none, and 1 is `Laplace`.
/// - Reference: Kotz, Kozubowski and Podgórski (2001), *The Laplace Distribution and Generalizations*, §3.1.
public struct AsymmetricLaplace: HasQuantiles, HasMoments, HasEntropy {
  /// Mode and scale in the units of `x`; `asymmetry` is 1 for the symmetric distribution; batch shape each.
  public let location, scale, asymmetry: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location`, `scale` and `asymmetry`, whose shapes must
  /// broadcast.
  public init(_ location: Tensor, _ scale: Tensor, asymmetry: Tensor) {
    (self.location, self.scale, self.asymmetry) = (location, scale, asymmetry)
    batchShape = Distributions.batchShape(
      of: "AsymmetricLaplace",
      ["location": location.shape, "scale": scale.shape, "asymmetry": asymmetry.shape])
  }

  public var parameters: [Parameter] {
    [
      .init("location", location, .real), .init("scale", scale, .positive),
      .init("asymmetry", asymmetry, .positive),
    ]
  }
  public var support: Support { .real }
  public var corner: Tensor? { location }

  private var left: Tensor { scale * asymmetry }
  private var right: Tensor { scale / asymmetry }
  /// The probability below the mode; batch shape.
  private var leftMass: Tensor { square(asymmetry) / (1 + square(asymmetry)) }
  private var logLeftMass: Tensor { -softplus(-2 * log(asymmetry)) }

  /// Samples as the difference of two exponential draws.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let draws = key.exponential([2] + shape + batchShape)
    return location - left * draws[0] + right * draws[1]
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let distance = x - location
    let isBelow = distance .< 0
    let z = select(isBelow, -distance, distance) / select(isBelow, left, right)
    return -z - log(left + right)
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let distance = x - location
    let below = leftMass * exp(minimum(distance, 0) / left)
    return select(distance .< 0, below, upToAbove(distance))
  }

  public func icdf(_ p: Tensor) -> Tensor {
    // Not by the probability below the mode, which may be rounded to 1.
    let isBelow = p .<= square(asymmetry) * (1 - p)
    // A difference of logarithms: a quotient of 0 would have a slope in its divisor of 0 times infinity.
    let below = left * (log(select(isBelow, p, 1)) - logLeftMass)
    let above = select(isBelow, 0.5, p)
    return location + select(isBelow, below, distance(above, rest: 1 - above))
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let distance = x - location
    let below = minimum(distance, 0) / left + logLeftMass
    let beyond = exp(-maximum(distance, 0) / right) / (1 + square(asymmetry))
    let above = logProbability(upToAbove(distance), rest: beyond)
    return select(distance .< 0, below, above)
  }
  public func logSurvival(_ x: Tensor) -> Tensor { mirrored.logCDF(-x) }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    let logLeft = logLeftMass
    let isBelow = logProbability .<= logLeft
    let below = left * (select(isBelow, logProbability, logLeft) - logLeft)
    let above = select(isBelow, logLeft, logProbability)
    return location + select(isBelow, below, distance(exp(above), rest: -expm1(above)))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    -mirrored.icdf(logCDF: logProbability)
  }

  /// The probability of a value up to a distance above the mode.
  private func upToAbove(_ distance: Tensor) -> Tensor {
    leftMass - expm1(-maximum(distance, 0) / right) / (1 + square(asymmetry))
  }
  /// The distance above the mode at which the probability is `p`, a number of at least `leftMass`.
  private func distance(_ p: Tensor, rest: Tensor) -> Tensor {
    let isSmaller = p .< rest
    let excess = p - square(asymmetry) * rest
    let small = log1p(-maximum(select(isSmaller, excess, 0), 0))
    let far = log(select(isSmaller, 1, rest)) + log1p(square(asymmetry))
    return -right * select(isSmaller, small, far)
  }

  /// The distribution of `-x`, the mirror image.
  private var mirrored: AsymmetricLaplace {
    AsymmetricLaplace(-location, scale, asymmetry: reciprocal(asymmetry))
  }

  public var mean: Tensor { (location + right - left).broadcast(to: batchShape) }
  public var variance: Tensor { (square(left) + square(right)).broadcast(to: batchShape) }
  public var entropy: Tensor { (log(left + right) + 1).broadcast(to: batchShape) }
}
