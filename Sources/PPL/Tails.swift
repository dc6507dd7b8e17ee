/// Default tails, computed from `cdf(_:)` and `icdf(_:)` alone.
///
/// The upper ones are 0 for probabilities below 1e-16, and quantiles there are the end of the support: a family whose values
/// reach that far defines its own. With all four, the truncated, censored and copula distributions of a family keep their
/// digits as far out as the logarithms of its tails are finite.
extension HasQuantiles {
  public func logCDF(_ x: Tensor) -> Tensor { logOrNothing(cdf(x)) }
  public func logSurvival(_ x: Tensor) -> Tensor { logOrNothing(1 - cdf(x)) }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onLogProbability(logProbability) { icdf(exp($0)) }
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onLogProbability(logProbability) { icdf(-expm1($0)) }
  }
  public var corner: Tensor? { nil }
}

/// A quantile of `p`; not a number where `p` is not a probability.
///
/// Formulas that are finite outside [0, 1] need it: a wrong argument must not give a valid value.
public func onProbability(_ p: Tensor, _ quantile: (Tensor) -> Tensor) -> Tensor {
  select((p .>= 0) .& (p .<= 1), quantile(p), Tensor(.nan))
}

/// A quantile of the probability `exp(logProbability)`; not a number where that is not a probability.
public func onLogProbability(
  _ logProbability: Tensor, _ quantile: (Tensor) -> Tensor
) -> Tensor {
  select(logProbability .<= 0, quantile(logProbability), Tensor(.nan))
}

/// `log(x)`, whose gradient is zero where it is -infinity.
package func logOrNothing(_ x: Tensor) -> Tensor {
  let isZero = x .== 0
  return select(isZero, Tensor(-.infinity), log(select(isZero, 1, x)))
}

/// A distribution that is symmetric about its centre, so that one tail determines the other.
///
///     logSurvival(x) = logCDF(2 center - x)
public protocol SymmetricDistribution: HasQuantiles {
  /// The centre of symmetry; it broadcasts with the batch.
  var center: Tensor { get }
}

extension SymmetricDistribution {
  public func logSurvival(_ x: Tensor) -> Tensor { logCDF(mirrored(x)) }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    mirrored(icdf(logCDF: logProbability))
  }
  private func mirrored(_ x: Tensor) -> Tensor { center - (x - center) }
}
