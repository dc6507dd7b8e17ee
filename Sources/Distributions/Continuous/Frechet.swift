import Autodiff
import PPL

/// The Fréchet distribution: limit of normalised maxima of heavy-tailed variables (GEV with positive shape).
///
///     F(x) = exp(-z^-shape),    z = (x - location) / scale > 0
///
/// - Shape: batch is all three parameters broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`; `shape` has none, and is `1 / ξ` of a GEV distribution.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, eq. (3.1).
public struct Frechet: HasQuantiles, HasMoments, HasEntropy {
  /// The lower end and the scale in the units of `x`; `shape` is the tail index; batch shape each.
  public let location, scale, shape: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location`, `scale` and `shape`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor, shape: Tensor) {
    (self.location, self.scale, self.shape) = (location, scale, shape)
    batchShape = Distributions.batchShape(
      of: "Frechet",
      ["location": location.shape, "scale": scale.shape, "shape": shape.shape])
  }

  public var parameters: [Parameter] {
    [
      .init("location", location, .real), .init("scale", scale, .positive),
      .init("shape", shape, .positive),
    ]
  }
  public var support: Support { .greaterThan(location) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let u = key.innerUniform(shape + batchShape)
    let x = location + insidePositive(distance(logHazard: log(-log(u))))
    // Rounding must not reach the ends.
    let least = location + abs(location) * Tensor(Double.ulpOfOne)
    return minimum(maximum(x, least), Tensor(Double.greatestFiniteMagnitude))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let (s, isInner) = reducedVariate(x)
    let inner = log(shape) - log(scale) - s / shape - s - exp(-s)
    return select(isInner, inner, Tensor(-.infinity))
  }

  public func cdf(_ x: Tensor) -> Tensor { exp(logCDF(x)) }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(
      p, lower: { location + scale * steep($0) },
      upper: { location + scale * inversePower($0, shape: shape) }
    ) { location + distance(logHazard: log(-log($0))) }
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let (s, isInner) = reducedVariate(x)
    return keepingNaN(of: x, select(isInner, -exp(-s), Tensor(-.infinity)))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { _ in location },
      upper: { location + scale * inversePower($0, shape: shape) }
    ) { location + distance(logHazard: log(-$0)) }
  }
  /// The log survival of the standard Gumbel distribution at the reduced variate.
  public func logSurvival(_ x: Tensor) -> Tensor {
    let (s, isInner) = reducedVariate(x)
    return keepingNaN(of: x, select(isInner, Gumbel(0, 1).logSurvival(s), 0))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { location + scale * exp(-$0 / shape) },
      upper: { location + scale * steep($0) }
    ) { location + distance(logHazard: logHazard(logCDF: $0)) }
  }
  /// The distance above the location at which the log CDF is `-exp(logHazard)`.
  private func distance(logHazard: Tensor) -> Tensor { scale * exp(-logHazard / shape) }

  /// The mean; infinite for shapes up to 1.
  public var mean: Tensor {
    let exists = shape .> 1
    let a = select(exists, shape, 2)
    return select(exists, location + scale * exp(logGamma(1 - 1 / a)), Tensor(.infinity))
  }

  /// The variance; infinite for shapes up to 2.
  public var variance: Tensor {
    let exists = shape .> 2
    let a = select(exists, shape, 3)
    let step = -reciprocal(a)
    let ratio = expm1(square(step) * gammaCurvature(0, 1, step: step))
    let spread = exp(2 * logGamma(1 + step)) * ratio
    return select(exists, square(scale) * spread, Tensor(.infinity)).broadcast(to: batchShape)
  }

  public var entropy: Tensor {
    let entropy = 1 + Tensor(Constant.eulerGamma) * (1 + reciprocal(shape)) + log(scale / shape)
    return entropy.broadcast(to: batchShape)
  }

  /// The reduced variate `shape log z`, a standard Gumbel variable, and whether its density exceeds `exp(-10³⁰⁴)`.
  private func reducedVariate(_ x: Tensor) -> (s: Tensor, isInner: Tensor) {
    let isAbove = x .> location
    let s = shape * log((select(isAbove, x, location + scale) - location) / scale)
    let isInner = isAbove .& (s .> -700)
    return (select(isInner, s, 0), isInner)
  }
}
