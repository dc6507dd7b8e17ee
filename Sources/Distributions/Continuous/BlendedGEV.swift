import Autodiff
import Foundation
import PPL
import Preconditions

/// The blended generalized extreme value (bGEV) distribution: a GEV distribution with the left tail of a Gumbel
/// distribution, so that there is no lower end that moves with the parameters.
///
///     H(x) = F(x)^p(x) G(x)^(1 - p(x)),    p(x) = I((x - a) / (b - a); 5, 5),    a = Q_F(0.05),  b = Q_F(0.2)
///
/// F is the GEV distribution, I the regularized incomplete beta function, and G the Gumbel distribution with the same quantiles of
/// 0.05 and 0.2. From the quantile of 0.2 on it is the GEV distribution itself, and so are its return levels.
///
/// It is made for shapes from 0 on, at which the support of the density is the whole line; at 0 it is the Gumbel distribution. For
/// a negative shape the upper end stays.
///
/// - Shape: batch is `location`, `scale` and `shape` broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`; `shape` has none.
/// - Reference: Castro-Camilo, Huser and Rue (2022), *Practical strategies for generalized extreme value-based regression models
///   for extremes*, Environmetrics 33(6), eq. (4) to (6), with their default weights.
public struct BlendedGEV: HasQuantiles {
  /// The GEV distribution F of the right tail.
  public let gev: GEV
  public var batchShape: [Int] { gev.batchShape }

  /// The probabilities of the ends of the blend.
  private static let ends = (lower: 0.05, upper: 0.2)

  /// A batch with one distribution for each element of `location`, `scale` and `shape`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor, _ shape: Tensor) {
    gev = GEV(location, scale, shape)
  }

  public var parameters: [Parameter] { gev.parameters }
  public var support: Support { .real }

  /// The ends a and b of the blend.
  private var blend: (lower: Tensor, upper: Tensor) {
    (gev.icdf(Tensor(Self.ends.lower)), gev.icdf(Tensor(Self.ends.upper)))
  }

  /// The Gumbel distribution G of the left tail.
  public var leftTail: Gumbel {
    let (a, b) = blend
    let (low, high) = (-log(-log(Self.ends.lower)), -log(-log(Self.ends.upper)))
    let scale = (b - a) / Tensor(high - low)
    return Gumbel(a - scale * Tensor(low), scale)
  }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    icdf(key.innerUniform(shape + batchShape))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let parts = parts(x)
    let isInside = select(x .== Tensor(-.infinity), 0, parts.isInside)
    let density = log(select(isInside, parts.logSlope, 1))
    return select(isInside, parts.logCDF + density, Tensor(-.infinity))
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let parts = parts(x)
    return select(parts.isInside, parts.logCDF, 0)
  }
  public func cdf(_ x: Tensor) -> Tensor { exp(logCDF(x)) }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let below = minimum(logCDF(x), Tensor(log(Self.ends.upper)))
    return select(x .>= blend.upper, gev.logSurvival(x), log1p(-exp(below)))
  }

  public func icdf(_ p: Tensor) -> Tensor {
    let isEnd = p .== 0
    return select(isEnd, Tensor(-.infinity), icdf(logCDF: log(select(isEnd, 0.5, p))))
  }

  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    let upper = gev.icdf(logSurvival: logProbability)
    let isUpper = -expm1(logProbability) .>= Tensor(Self.ends.upper)
    let isEnd = logProbability .== 0
    let lower = icdf(logCDF: log1p(-exp(select(isUpper .| isEnd, -1, logProbability))))
    return select(
      logProbability .> 0, Tensor(.nan),
      select(isUpper, upper, select(isEnd, Tensor(-.infinity), lower)))
  }

  /// The quantile: in closed form in the tails, in the blend by bisection with a last step of Newton's method, which gives it its
  /// derivatives.
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    let (a, b) = blend
    let (low, high) = (log(Self.ends.lower), log(Self.ends.upper))
    let isLower = logProbability .<= Tensor(low)
    let isUpper = logProbability .>= Tensor(high)
    let inner = select(isLower .| isUpper, Tensor(0.5 * (low + high)), logProbability)
    let zero = 0 * inner
    var (from, to) = (stopGradient(a + zero), stopGradient(b + zero))
    for _ in 0..<28 {
      let middle = 0.5 * (from + to)
      let isBelow = stopGradient(logCDF(middle)) .< stopGradient(inner)
      (from, to) = (select(isBelow, middle, from), select(isBelow, to, middle))
    }
    let x = 0.5 * (from + to)
    let parts = parts(x)
    let blended = x - (parts.logCDF - inner) / parts.logSlope
    // The end itself is a constant, since the slopes there are infinity minus infinity.
    let isEnd = logProbability .== Tensor(-.infinity)
    let tail = select(isEnd, Tensor(low), logProbability)
    let lower = leftTail.icdf(logCDF: select(isLower, tail, Tensor(low)))
    let upper = gev.icdf(logCDF: select(isUpper, logProbability, Tensor(high)))
    return select(
      isEnd, Tensor(-.infinity), select(isLower, lower, select(isUpper, upper, blended)))
  }

  /// The log distribution function, its derivative, and whether x is below the upper end.
  private func parts(_ x: Tensor) -> (logCDF: Tensor, logSlope: Tensor, isInside: Tensor) {
    let (a, b) = blend
    let width = b - a
    let isAbove = x .> a
    let u = minimum(maximum((x - a) / width, 0), 1)
    let u2 = square(u)
    let u4 = square(u2)
    // I(u; 5, 5) and its derivative.
    let weight = u4 * u * (126 - 420 * u + 540 * u2 - 315 * u2 * u + 70 * u4)
    let slope = 630 * u4 * square(square(1 - u)) / width
    let G = leftTail
    let z = (x - G.location) / G.scale
    // Above the blend G has no weight; the argument is kept from where it overflows.
    let hazard = exp(-maximum(select(u .< 1, z, 0), -600))
    let (s, inside, _) = gev.reducedVariate(select(isAbove, x, b))
    let logF = -exp(-s)
    let slopeF = exp(-(1 + gev.shape) * s) / gev.scale
    let logCDF = weight * logF - (1 - weight) * hazard
    let logSlope =
      slope * (logF + hazard) + weight * slopeF + (1 - weight) * hazard / G.scale
    return (logCDF, logSlope, inside)
  }
}
