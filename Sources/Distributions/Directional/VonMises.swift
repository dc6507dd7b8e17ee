import Autodiff
import PPL

/// The von Mises distribution of angles about a mean direction, the analogue of the normal distribution on the circle.
///
///     p(x) = exp(concentration cos(x - location)) / (2π I₀(concentration)),    -π ≤ x ≤ π
///
/// Draws are differentiable in both parameters; in the concentration, at a fixed probability.
///
/// - Shape: batch is `location` and `concentration` broadcast together; event `[]`.
/// - Units: angles are in radians; `concentration` has none, and is about one over the variance if large.
/// - Reference: Mardia and Jupp (2000), *Directional Statistics*, §3.5.4.
public struct VonMises: HasQuantiles, CircularMoments, HasEntropy {
  /// The mean direction in radians and the concentration about it; batch shape each.
  public let location, concentration: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location` and `concentration`, whose shapes must broadcast.
  public init(_ location: Tensor, _ concentration: Tensor) {
    (self.location, self.concentration) = (location, concentration)
    batchShape = Distributions.batchShape(
      of: "VonMises", ["location": location.shape, "concentration": concentration.shape])
  }

  public var parameters: [Parameter] {
    [.init("location", location, .real), .init("concentration", concentration, .positive)]
  }
  public var support: Support { .circular }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    wrapped(location + key.vonMises(shape + batchShape, concentration: concentration))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport((x .>= Tensor(-.pi)) .& (x .<= Tensor(.pi)), x, safe: 0) { x in
      let fromTop = -2 * concentration * square(sin(0.5 * (x - location)))
      return fromTop - logNormalizer
    }
  }

  /// The probability of an angle in [-π, x], by quadrature from the nearer end.
  public func cdf(_ x: Tensor) -> Tensor {
    let (tail, isLower) = nearerTail(x)
    return select(isLower, exp(tail), -expm1(tail))
  }

  /// The quantile, by Newton's method on the logarithm of the smaller tail; differentiable once.
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(
      p, lower: { distance($0) - Tensor(.pi) }, upper: { Tensor(.pi) - distance($0) }
    ) { quantile(log($0), log1p(-$0)) }
  }
  /// The distance from ±π of a quantile of the probability `t` near 0; a density of 0 gives no distance.
  private func distance(_ t: Tensor) -> Tensor {
    t * stopGradient(exp(minimum(-logProb(Tensor(.pi)), 700)))
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let (tail, isLower) = nearerTail(x)
    return select(isLower, tail, logOneMinusExp(tail))
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let (tail, isLower) = nearerTail(x)
    return select(isLower, logOneMinusExp(tail), tail)
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { _ in Tensor(-.pi) }, upper: { Tensor(.pi) - distance($0) }
    ) { quantile($0, logOneMinusExp($0)) }
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { _ in Tensor(.pi) }, upper: { distance($0) - Tensor(.pi) }
    ) { quantile(logOneMinusExp($0), $0) }
  }

  public var circularMean: Tensor { wrapped(location).broadcast(to: batchShape) }

  /// The circular variance, `1 - I₁(concentration) / I₀(concentration)`.
  public var circularVariance: Tensor { shortfall.broadcast(to: batchShape) }

  public var entropy: Tensor {
    (logNormalizer + concentration * shortfall).broadcast(to: batchShape)
  }

  /// The mean of `1 - cos(x - location)`. For large concentrations, where the ratio A is close to one, it is the
  /// asymptotic series that solves `A' = 1 - A / κ - A²`.
  private var shortfall: Tensor {
    let isFar = concentration .> 50
    let inverse = reciprocal(select(isFar, concentration, 50))
    let series = Self.shortfallSeries.reversed().reduce(Tensor(0)) { ($0 + Tensor($1)) * inverse }
    let near = select(isFar, 1, concentration)
    return select(isFar, series, 1 - besselI1e(near) / besselI0e(near))
  }

  /// The coefficients of `κ^-k`, k = 1, 2, …; at 50 the first omitted term is below 1e-16 of the sum.
  ///
  /// - Reference: Mardia and Jupp (2000), eq. (3.5.33), continued.
  private static let shortfallSeries = [
    0.5, 0.125, 0.125, 0.1953125, 0.40625, 1.0478515625, 3.21875, 11.466461181640625,
    46.478515625, 211.27614974975586, 1064.67822265625, 5892.0457146167755, 35528.87744140625,
    231884.6359563172, 1628749.4532470703, 12251067.63286615,
  ]

  /// The log normaliser of the density relative to its maximum.
  var logNormalizer: Tensor {
    log(besselI0e(concentration)) + Tensor(2 * Constant.halfLogTwoPi)
  }
}
