import Autodiff
import PPL

// Quantiles at the probabilities 0 and 1, with the limits of their slopes.
//
// A formula such as `exp(log(p) / shape)` has the right value there, but its slopes are products of zero and infinity.
// What takes its place at an end need only have its limits, in value and slopes: as powers and logarithms of the
// probability that is left.

/// A quantile of `p`, by one function inside of (0, 1) and one at each end.
///
/// - Parameters:
///   - p: The probability; the result is not a number where that is none.
///   - lower: What is as the quantile of a probability near 0.
///   - upper: What is as the quantile of 1 - p near 0.
///   - inner: The quantile of a probability between them.
func onOpenProbability(
  _ p: Tensor, lower: (Tensor) -> Tensor, upper: (Tensor) -> Tensor, _ inner: (Tensor) -> Tensor
) -> Tensor {
  onProbability(p) { p in
    let (isLower, isUpper) = (p .== 0, p .== 1)
    let middle = inner(select(isLower .| isUpper, 0.5, p))
    let atOne = upper(select(isUpper, 1 - p, 1))
    return select(isLower, lower(select(isLower, p, 1)), select(isUpper, atOne, middle))
  }
}

/// A quantile of the probability `exp(l)`, by one function where that is inside of (0, 1) and one at each end.
///
/// - Parameters:
///   - logProbability: The log probability l; the result is not a number where that is none.
///   - lower: What is as the quantile of l near -infinity, in value and slopes; a constant where a finite end is reached.
///   - upper: What is as the quantile of 1 - exp(l) near 0.
///   - inner: The quantile of a log probability between them.
func onOpenLogProbability(
  _ logProbability: Tensor, lower: (Tensor) -> Tensor, upper: (Tensor) -> Tensor,
  _ inner: (Tensor) -> Tensor
) -> Tensor {
  onLogProbability(logProbability) { l in
    let (isLower, isUpper) = (l .== Tensor(-.infinity), l .== 0)
    let middle = inner(select(isLower .| isUpper, -1, l))
    // 0 there, not -0, whose reciprocal is negative.
    let atOne = upper(select(isUpper, 1 - exp(l), 1))
    return select(isLower, lower(select(isLower, l, -1)), select(isUpper, atOne, middle))
  }
}

/// 0 at `t` = 0, with an infinite slope: of a quantile whose density vanishes at the end.
func steep(_ t: Tensor) -> Tensor { sqrt(t) }

/// `t^(-1 / shape)`, which is infinite at `t` = 0, and falls with the shape there.
func inversePower(_ t: Tensor, shape: Tensor) -> Tensor { exp(-log(t) / shape) }
