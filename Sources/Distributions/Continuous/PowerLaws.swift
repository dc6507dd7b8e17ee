import Autodiff
import PPL

/// A power of `x` from a lower bound on.
///
///     p(x) = -(exponent + 1) / low (x / low)^exponent,    x > low,    exponent < -1
///
/// It is `Pareto` with the exponent of the density as its parameter.
///
/// - Shape: batch is `exponent` and `low` broadcast together; event `[]`.
/// - Units: `low` has the units of `x`, `exponent` none.
/// - Reference: Clauset, Shalizi and Newman (2009), *Power-law distributions in empirical data*, eq. (2.2).
public struct LowerTruncatedPowerLaw: CumulativeDistribution, Moments, HasEntropy {
  /// The power of `x`, below -1, and the lower end of the support, positive.
  public let exponent, low: Tensor
  private let pareto: Pareto

  /// One law for each element of `exponent` and `low`, whose shapes must broadcast.
  public init(exponent: Tensor, low: Tensor) {
    (self.exponent, self.low) = (exponent, low)
    _ = Distributions.batchShape(
      of: "LowerTruncatedPowerLaw", ["exponent": exponent.shape, "low": low.shape])
    pareto = Pareto(scale: low, shape: -1 - exponent)
  }

  public var parameters: [Parameter] {
    [.init("exponent", exponent, .lessThan(-1)), .init("low", low, .positive)]
  }
  public var support: Support { .greaterThan(low) }
  public var batchShape: [Int] { pareto.batchShape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { pareto.sample(shape, key: key) }
  public func logProb(_ x: Tensor) -> Tensor { pareto.logProb(x) }
  public func cdf(_ x: Tensor) -> Tensor { pareto.cdf(x) }
  public func icdf(_ p: Tensor) -> Tensor { pareto.icdf(p) }
  public func logSurvival(_ x: Tensor) -> Tensor { pareto.logSurvival(x) }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    pareto.icdf(logSurvival: logProbability)
  }
  public var mean: Tensor { pareto.mean }
  public var variance: Tensor { pareto.variance }
  public var entropy: Tensor { pareto.entropy }
}

/// A power of `x` between two bounds; any power, with one smooth function through exponent -1.
///
///     p(x) = x^exponent / Z,    low ≤ x ≤ high
///     Z = (high^n - low^n) / n = low^n L expm1Ratio(n L),    n = exponent + 1,    L = log(high / low)
///
/// - Shape: batch is all three parameters broadcast together; event `[]`.
/// - Units: `low` and `high` share the units of `x`, `exponent` has none.
public struct DoublyTruncatedPowerLaw: CumulativeDistribution {
  /// The power of `x`, and the ends of the support, both positive.
  public let exponent, low, high: Tensor
  public let batchShape: [Int]

  /// One law for each element of `exponent`, `low` and `high`, whose shapes must broadcast.
  public init(exponent: Tensor, low: Tensor, high: Tensor) {
    (self.exponent, self.low, self.high) = (exponent, low, high)
    batchShape = Distributions.batchShape(
      of: "DoublyTruncatedPowerLaw",
      ["exponent": exponent.shape, "low": low.shape, "high": high.shape])
  }

  public var parameters: [Parameter] {
    [
      .init("exponent", exponent, .real), .init("low", low, .positive),
      .init("high", high, .greaterThan(low)),
    ]
  }
  public var support: Support { .interval(low, high) }
  private var logWidth: Tensor { logRatio(high, low) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let x = icdf(key.uniform(shape + batchShape))
    return minimum(maximum(x, low), high)  // rounding must not leave the interval
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport((x .>= low) .& (x .<= high), x, safe: low) { x in
      let n = exponent + 1
      let logNormalizer = n * log(low) + log(logWidth) + logExpm1Ratio(n * logWidth)
      return exponent * log(x) - logNormalizer
    }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let n = exponent + 1
    let l = logRatio(minimum(maximum(x, low), high), low)
    return l * expm1Ratio(n * l) / (logWidth * expm1Ratio(n * logWidth))
  }

  public func icdf(_ p: Tensor) -> Tensor {
    let n = exponent + 1
    return onProbability(p) { p in
      let share = p * logWidth * expm1Ratio(n * logWidth)
      return select(p .== 1, high, low * exp(share * log1pRatio(n * share)))
    }
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    logShare(from: low, to: minimum(maximum(x, low), high), exponent + 1)
  }
  /// The logarithm of the probability above `x`, from the same distribution of 1 / x.
  public func logSurvival(_ x: Tensor) -> Tensor {
    logShare(from: minimum(maximum(x, low), high), to: high, -exponent - 1)
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    let n = -exponent - 1
    return onNearerTail(logProbability, below: icdf(_:)) { logProbability in
      let share = exp(logProbability + log(logWidth) + logExpm1Ratio(n * logWidth))
      return high * exp(-share * log1pRatio(n * share))
    }
  }

  /// The log probability between a point and an end of the support, where the density of log x grows by the
  /// exponent n away from that end.
  private func logShare(from a: Tensor, to b: Tensor, _ n: Tensor) -> Tensor {
    let l = logRatio(b, a)
    return log(l / logWidth) + logExpm1Ratio(n * l) - logExpm1Ratio(n * logWidth)
  }

  /// `log((exp(u) - 1) / u)`, without overflow.
  private func logExpm1Ratio(_ u: Tensor) -> Tensor {
    maximum(u, 0) + log(expm1Ratio(-abs(u)))
  }
}
