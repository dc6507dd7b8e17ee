import Autodiff
import PPL

// Probabilities close to 1 are known by their complements: each function here uses the smaller tail.

/// A quantile from the logarithm of one tail up to the median and from the probability of the other tail beyond
/// it, so that both ends of a support are exact.
///
/// - Parameters:
///   - logProbability: The log probability of the first tail; the result is not a number where it is not a number.
///   - own: The quantile of the log probability of that tail.
///   - other: The quantile of the probability of the other tail, at most a half.
func onNearerTail(
  _ logProbability: Tensor, own: (Tensor) -> Tensor, other: (Tensor) -> Tensor
) -> Tensor {
  onLogProbability(logProbability) { l in
    let isSmaller = l .< Tensor(-Constant.logTwo)
    let logHalf = Tensor(-Constant.logTwo)
    let beyond = other(-expm1(select(isSmaller, logHalf, l)))
    return select(isSmaller, own(select(isSmaller, l, logHalf)), beyond)
  }
}

/// The logarithm of a probability, from the complement where that is the smaller one.
///
/// - Parameters:
///   - p: The probability; where it is 0 the gradient is zero.
///   - rest: The probability `1 - p`, with its own digits.
func logProbability(_ p: Tensor, rest: Tensor) -> Tensor {
  let isSmaller = p .< rest
  let own = logOrNothing(select(isSmaller, p, 0.5))
  return keepingNaN(of: p, select(isSmaller, own, log1p(-select(isSmaller, 0.5, rest))))
}

/// A log probability, from that of the complement where that is the smaller one.
///
/// - Parameters:
///   - l: The log probability.
///   - rest: The log probability of the complement, with its own digits.
func logProbability(log l: Tensor, logRest rest: Tensor) -> Tensor {
  let isSmaller = l .< rest
  let isSure = rest .== Tensor(-.infinity)
  let beyond = log1p(-exp(select(isSmaller .| isSure, -1, rest)))
  return select(isSmaller, l, select(isSure, 0, keepingNaN(of: rest, beyond)))
}

/// The log probability `log(1 - exp(-hazard))` below a value with this cumulative hazard, also where the hazard
/// underflows.
///
/// - Parameters:
///   - hazard: The cumulative hazard, the negative log survival.
///   - logHazard: Its logarithm, finite where the hazard is too small for a `Double`.
func logCDF(hazard: Tensor, logHazard: Tensor) -> Tensor {
  // The first omitted term is hazard² / 24.
  let isSmall = logHazard .< -18
  let small = select(isSmall, logHazard, -18)
  return select(isSmall, small - 0.5 * exp(small), logOneMinusExp(-select(isSmall, 1, hazard)))
}

/// The log cumulative hazard `log(-log(1 - exp(l)))` below which the log probability `l` lies; the inverse of
/// `logCDF(hazard:logHazard:)`.
func logHazard(logCDF l: Tensor) -> Tensor {
  let isSmall = l .< -18
  let small = select(isSmall, l, -18)
  return select(isSmall, small + 0.5 * exp(small), log(-logOneMinusExp(select(isSmall, -1, l))))
}

/// The function `log(exp(u) - 1)` for u ≥ 0, without overflow.
func logExpm1(_ u: Tensor) -> Tensor {
  let isLarge = u .> 1
  let large = select(isLarge, u, 1)
  return select(isLarge, large + log1p(-exp(-large)), log(expm1(select(isLarge, 1, u))))
}
