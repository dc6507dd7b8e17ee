import Autodiff
import PPL

/// The generalized extreme value (GEV) distribution: the possible limits of normalised maxima of independent
/// variables.
///
///     p(x) = t^-(1 + 1/shape) exp(-t^(-1/shape)) / scale
///     t = 1 + shape z > 0,    z = (x - location) / scale
///
/// A positive shape has a heavy upper tail and a lower end, a negative shape an upper end, and shape 0 is the
/// Gumbel distribution. All three are one smooth function here, without a threshold: with the reduced variate
/// `s = log(t) / shape`, which is `z` at shape 0,
///
///     log p = -log(scale) - (1 + shape) s - exp(-s),    F = exp(-exp(-s))
///
/// and `s = z log1pRatio(shape z)` is accurate at every shape, in its derivatives too.
///
/// The support depends on the parameters. Outside it the log density is -infinity and its gradient is exactly zero
/// in `x` and in all parameters, so that a fit whose first steps leave the support of a few observations is led
/// back by the others. Therefore `support` is the real line, and `supportBounds` has the ends.
///
/// - Shape: batch is `location`, `scale` and `shape` broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`; `shape` has none.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*,
///   eq. (3.2); `shape` is ξ there, and `-c` in SciPy's `genextreme`.
public struct GEV: HasQuantiles, HasMoments, HasEntropy {
  /// Location and scale in the units of `x`; `shape` is ξ, positive for a heavy upper tail; batch shape each.
  public let location, scale, shape: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location`, `scale` and `shape`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor, _ shape: Tensor) {
    (self.location, self.scale, self.shape) = (location, scale, shape)
    batchShape = Distributions.batchShape(
      of: "GEV", ["location": location.shape, "scale": scale.shape, "shape": shape.shape])
  }

  public var parameters: [Parameter] {
    [
      .init("location", location, .real), .init("scale", scale, .positive),
      .init("shape", shape, .real),
    ]
  }
  public var support: Support { .real }

  /// Samples as quantiles of uniform draws, which are kept `2^-52` away from 0 and 1.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let margin = Double.ulpOfOne
    let u = key.uniform(shape + batchShape)
    return quantile(
      reduced: gumbelQuantile(minimum(maximum(u, Tensor(margin)), Tensor(1 - margin))))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    GEVLogDensity()([x, location, scale, shape])
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let (s, inside, isAbove) = reducedVariate(x)
    return select(inside, exp(-exp(-maximum(s, leastReducedVariate))), isAbove)
  }

  /// The log probability of exceeding `x`, to full relative accuracy in both tails.
  ///
  ///     log(1 - F(x)) = log(1 - exp(-w)),    w = exp(-s)
  public func logSurvival(_ x: Tensor) -> Tensor {
    let (s, inside, isAbove) = reducedVariate(x)
    let logW = -maximum(s, leastReducedVariate)
    let inner = Distributions.logCDF(hazard: exp(logW), logHazard: logW)
    return select(inside, inner, log(1 - isAbove))
  }

  /// The quantile of probability `p`; at 0 and 1 the ends of the support.
  ///
  ///     Q(p) = location + scale (exp(shape L) - 1) / shape,    L = -log(-log p)
  public func icdf(_ p: Tensor) -> Tensor {
    let (isLower, isUpper) = (p .== 0, p .== 1)
    return quantile(isLower, isUpper, inner: gumbelQuantile(select(isLower .| isUpper, 0.5, p)))
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let (s, inside, isAbove) = reducedVariate(x)
    return select(inside, -exp(-maximum(s, leastReducedVariate)), log(isAbove))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    let (isLower, isUpper) = (logProbability .== Tensor(-.infinity), logProbability .== 0)
    let inner = select(isLower .| isUpper, -1, logProbability)
    return quantile(isLower, isUpper, inner: -log(-inner))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    let (isLower, isUpper) = (logProbability .== 0, logProbability .== Tensor(-.infinity))
    let inner = select(isLower .| isUpper, -1, logProbability)
    return quantile(isLower, isUpper, inner: -logHazard(logCDF: inner))
  }

  /// The level that is exceeded once in `period` blocks on average, `Q(1 - 1 / period)`.
  ///
  /// - Parameter period: The return period in blocks (years, for annual maxima).
  /// - Precondition: `period` is above 1, where it is not being recorded.
  public func returnLevel(period: Tensor) -> Tensor {
    expect(period, named: "period", in: .greaterThan(1), by: "returnLevel")
    return quantile(reduced: -log(-log1p(-reciprocal(period))))
  }

  /// The ends of the support, infinite where there is none.
  public var supportBounds: (lower: Tensor, upper: Tensor) {
    let end = location - scale / select(shape .== 0, 1, shape)
    return (
      select(shape .> 0, end, Tensor(-.infinity)), select(shape .< 0, end, Tensor(.infinity))
    )
  }

  /// The reduced variate `s`, whether `x` is inside the support, and the value of the distribution function
  /// outside it: 1 above, 0 below.
  ///
  /// Outside, `s` is 0 and does not depend on anything.
  func reducedVariate(_ x: Tensor) -> (s: Tensor, inside: Tensor, isAbove: Tensor) {
    let z = (x - location) / scale
    let inside = isFinite(z) .& (shape * z .> -1)
    let safeZ = select(inside, z, 0)
    // At infinity the sign of z gives the side, elsewhere the sign of the shape.
    let isAbove = select(isFinite(z), shape .< 0, z .> 0)
    return (safeZ * log1pRatio(shape * safeZ), inside, keepingNaN(of: z, isAbove))
  }

  private func quantile(reduced s: Tensor) -> Tensor {
    location + scale * s * expm1Ratio(shape * s)
  }

  /// The ends of the support where these are asked for, and the quantile of the reduced variate elsewhere.
  private func quantile(_ isLower: Tensor, _ isUpper: Tensor, inner s: Tensor) -> Tensor {
    let (lower, upper) = supportBounds
    return select(isLower, lower, select(isUpper, upper, quantile(reduced: s)))
  }

  private func gumbelQuantile(_ p: Tensor) -> Tensor { -log(-log(p)) }
}

/// The least reduced variate: below it `exp(-s)` is not finite and derivatives would be infinity minus infinity.
/// The density there is below `exp(-10³⁰⁴)`.
private let leastReducedVariate: Tensor = -700
