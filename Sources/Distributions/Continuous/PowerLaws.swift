import Autodiff
import PPL

/// The power-law distribution above a lower bound.
///
///     p(x) = -(exponent + 1) / low (x / low)^exponent,    x > low,    exponent < -1
///
/// It is `Pareto` with the exponent of the density as its parameter.
///
/// - Shape: batch is `exponent` and `low` broadcast together; event `[]`.
/// - Units: `low` has the units of `x`, `exponent` none.
/// - Reference: Clauset, Shalizi and Newman (2009), *Power-law distributions in empirical data*, eq. (2.2).
public struct LowerTruncatedPowerLaw: HasQuantiles, HasMoments, HasEntropy {
  /// The power of `x`, below -1, and the lower end of the support, positive; batch shape each.
  public let exponent, low: Tensor
  private let pareto: Pareto

  /// A batch with one distribution for each element of `exponent` and `low`, whose shapes must broadcast.
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
  public func logCDF(_ x: Tensor) -> Tensor { pareto.logCDF(x) }
  public func icdf(logCDF logProbability: Tensor) -> Tensor { pareto.icdf(logCDF: logProbability) }
  public func logSurvival(_ x: Tensor) -> Tensor { pareto.logSurvival(x) }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    pareto.icdf(logSurvival: logProbability)
  }
  public var mean: Tensor { pareto.mean }
  public var variance: Tensor { pareto.variance }
  public var entropy: Tensor { pareto.entropy }
}

/// The power-law distribution between two bounds, for any exponent: one smooth function through exponent -1.
///
///     p(x) = x^exponent / Z,    low ≤ x ≤ high
///     Z = (high^n - low^n) / n = low^n L expm1Ratio(n L),    n = exponent + 1,    L = log(high / low)
///
/// - Shape: batch is all three parameters broadcast together; event `[]`.
/// - Units: `low` and `high` share the units of `x`, `exponent` has none.
public struct DoublyTruncatedPowerLaw: HasQuantiles {
  /// The power of `x`, and the ends of the support, both positive; batch shape each.
  public let exponent, low, high: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `exponent`, `low` and `high`, whose shapes must broadcast.
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
    return onOpenProbability(p, lower: atLow, upper: atHigh) { p in
      let share = p * logWidth * expm1Ratio(n * logWidth)
      return low * exp(share * log1pRatio(n * share))
    }
  }
  /// The quantile of a probability `t` near 0 below it.
  private func atLow(_ t: Tensor) -> Tensor { low * exp(distance(t, exponent + 1)) }
  /// The quantile of a probability `t` near 0 above it.
  private func atHigh(_ t: Tensor) -> Tensor { high * exp(-distance(t, -exponent - 1)) }

  public func logCDF(_ x: Tensor) -> Tensor {
    let (lower, upper) = logTails(x)
    return Distributions.logProbability(log: lower, logRest: upper)
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let (lower, upper) = logTails(x)
    return Distributions.logProbability(log: upper, logRest: lower)
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(logProbability, lower: { _ in low }, upper: atHigh) {
      onNearerTail(
        $0, own: { low * exp(logDistance(log: $0, exponent + 1)) },
        other: { high * exp(-logDistance(log: log($0), -exponent - 1)) })
    }
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(logProbability, lower: { _ in high }, upper: atLow) {
      onNearerTail(
        $0, own: { high * exp(-logDistance(log: $0, -exponent - 1)) },
        other: { low * exp(logDistance(log: log($0), exponent + 1)) })
    }
  }

  /// The log probabilities below and above `x`, each accurate where it is small. The upper one is the lower one
  /// of the distribution of 1 / x.
  private func logTails(_ x: Tensor) -> (lower: Tensor, upper: Tensor) {
    let x = minimum(maximum(x, low), high)
    return (
      logShare(logRatio(x, low), exponent + 1), logShare(logRatio(high, x), -exponent - 1)
    )
  }

  /// The log probability within a distance of log x from an end of the support; the density of log x grows away
  /// from it with the exponent n.
  private func logShare(_ distance: Tensor, _ n: Tensor) -> Tensor {
    let share = logOrNothing(distance / logWidth)
    return share + logExpm1Ratio(n * distance) - logExpm1Ratio(n * logWidth)
  }

  /// The distance of log x from that end within which the log probability is `l`.
  private func logDistance(log l: Tensor, _ n: Tensor) -> Tensor {
    let logShare = l + log(logWidth) + logExpm1Ratio(n * logWidth)
    // log(1 + n share) / n, where the share may overflow.
    let isSteep = n * logWidth .> 1
    let steepN = select(isSteep, n, 1)
    let share = exp(select(isSteep, 0, logShare))
    return select(
      isSteep, softplus(logShare + log(steepN)) / steepN, share * log1pRatio(n * share))
  }

  /// The distance within which the probability is `t`, near 0; a density of 0 gives no distance.
  private func distance(_ t: Tensor, _ n: Tensor) -> Tensor {
    t * logWidth * exp(minimum(logExpm1Ratio(n * logWidth), 700))
  }

  /// `log((exp(u) - 1) / u)`, without overflow.
  private func logExpm1Ratio(_ u: Tensor) -> Tensor {
    maximum(u, 0) + log(expm1Ratio(-abs(u)))
  }
}
