import Autodiff
import PPL

// Probabilities next to 1 are known by what is left of them: each function here takes the tail that is the smaller one.

/// A quantile by the logarithm of one tail up to the median, and by the probability of the other tail from there on, so that
/// both ends of a support are exact.
///
/// - Parameters:
///   - logProbability: The log probability of the one tail; the result is not a number where that is none.
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

/// The logarithm of a probability, from the probability of the contrary where that is the smaller one.
///
/// - Parameters:
///   - p: The probability; where it is 0 the gradient is zero.
///   - rest: The probability `1 - p`, with its own digits.
func logProbability(_ p: Tensor, rest: Tensor) -> Tensor {
  let isSmaller = p .< rest
  let own = logOrNothing(select(isSmaller, p, 0.5))
  return keepingNaN(of: p, select(isSmaller, own, log1p(-select(isSmaller, 0.5, rest))))
}

/// A log probability, from that of the contrary where that is the smaller one.
///
/// - Parameters:
///   - l: The log probability.
///   - rest: The log probability of the contrary, with its own digits.
func logProbability(log l: Tensor, logRest rest: Tensor) -> Tensor {
  let isSmaller = l .< rest
  let isSure = rest .== Tensor(-.infinity)
  let beyond = log1p(-exp(select(isSmaller .| isSure, -1, rest)))
  return select(isSmaller, l, select(isSure, 0, keepingNaN(of: rest, beyond)))
}

/// `log(1 - exp(-hazard))`: the log probability that a cumulative hazard leaves below a value, also where the hazard underflows.
///
/// - Parameters:
///   - hazard: The cumulative hazard, the negative log survival.
///   - logHazard: Its logarithm, finite where the hazard is too small for a `Double`.
func logCDF(hazard: Tensor, logHazard: Tensor) -> Tensor {
  // The term left out is hazard² / 24.
  let isSmall = logHazard .< -18
  let small = select(isSmall, logHazard, -18)
  return select(isSmall, small - 0.5 * exp(small), logOneMinusExp(-select(isSmall, 1, hazard)))
}

/// `log(-log(1 - exp(l)))`: the logarithm of the cumulative hazard below which the log probability `l` lies; the inverse of
/// `logCDF(hazard:logHazard:)`.
func logHazard(logCDF l: Tensor) -> Tensor {
  let isSmall = l .< -18
  let small = select(isSmall, l, -18)
  return select(isSmall, small + 0.5 * exp(small), log(-logOneMinusExp(select(isSmall, -1, l))))
}

/// `log(exp(u) - 1)` for u ≥ 0, without overflow.
func logExpm1(_ u: Tensor) -> Tensor {
  let isLarge = u .> 1
  let large = select(isLarge, u, 1)
  return select(isLarge, large + log1p(-exp(-large)), log(expm1(select(isLarge, 1, u))))
}
