import Autodiff
import PPL

/// The log-uniform (reciprocal) distribution: a positive variable whose logarithm is uniform.
///
///     p(x) = 1 / (x log(high / low)),    low ≤ x ≤ high
///
/// - Shape: batch is `low` and `high` broadcast together; event `[]`.
/// - Units: `low` and `high` share the units of `x`.
public struct LogUniform: HasQuantiles, HasMoments, HasEntropy {
  /// The ends of the support, both positive, in the units of `x`; batch shape each.
  public let low, high: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `low` and `high`, whose shapes must broadcast.
  public init(_ low: Tensor, _ high: Tensor) {
    (self.low, self.high) = (low, high)
    batchShape = Distributions.batchShape(
      of: "LogUniform", ["low": low.shape, "high": high.shape])
  }

  public var parameters: [Parameter] {
    [.init("low", low, .positive), .init("high", high, .greaterThan(low))]
  }
  public var support: Support { .interval(low, high) }
  private var logWidth: Tensor { logRatio(high, low) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let x = exp(Uniform(log(low), log(high)).sample(shape, key: key))
    return minimum(maximum(x, low), high)  // rounding must not leave the interval
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport((x .>= low) .& (x .<= high), x, safe: low) { -log($0) - log(logWidth) }
  }

  public func cdf(_ x: Tensor) -> Tensor { logRatio(within(x), low) / logWidth }
  public func icdf(_ p: Tensor) -> Tensor {
    onProbability(p) { select($0 .== 1, high, low * exp($0 * logWidth)) }
  }
  public func logCDF(_ x: Tensor) -> Tensor {
    Distributions.logProbability(cdf(x), rest: survival(x))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onNearerTail(logProbability, own: { icdf(exp($0)) }, other: { high * exp(-$0 * logWidth) })
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    Distributions.logProbability(survival(x), rest: cdf(x))
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onNearerTail(logProbability, own: { high * exp(-exp($0) * logWidth) }, other: icdf(_:))
  }
  /// The probability of exceeding `x`.
  private func survival(_ x: Tensor) -> Tensor { logRatio(high, within(x)) / logWidth }
  private func within(_ x: Tensor) -> Tensor { minimum(maximum(x, low), high) }

  public var mean: Tensor { (high - low) / logWidth }
  /// The variance, `mean² (w coth w - 1)` with `w = log(high / low) / 2`.
  public var variance: Tensor {
    let w = 0.5 * logWidth
    let isNear = w .< 0.5
    // Where the parts nearly cancel, the power series of `w coth w` is used.
    let ww = square(select(isNear, w, 0))
    let series = Self.cothSeries.reversed().reduce(Tensor(0)) { ($0 + Tensor($1)) * ww }
    let far = select(isNear, 1, w)
    let excess = select(isNear, series, far - 1 + reciprocal(expm1Ratio(2 * far)))
    return square(mean) * excess
  }

  /// The coefficients `2^2k B_2k / (2k)!` for k = 1, 2, … (DLMF 4.19.6).
  private static let cothSeries = [
    0.3333333333333333, -0.022222222222222223, 0.0021164021164021165, -0.00021164021164021165,
    2.1377799155576935e-05, -2.1644042808063972e-06, 2.1925947851873778e-07,
    -2.2214608789979678e-08, 2.2507846516808994e-09, -2.2805151204592183e-10,
    2.3106432599002624e-11, -2.3411706819824882e-12,
  ]
  public var entropy: Tensor { 0.5 * (log(low) + log(high)) + log(logWidth) }
}
