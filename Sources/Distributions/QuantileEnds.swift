import Autodiff
import PPL

// Quantiles at the probabilities 0 and 1, with the limits of their slopes.
//
// A formula such as `exp(log(p) / shape)` has the right value there, but its slopes are products of zero and infinity.
// Its replacement at an end needs only the same limits, in value and slopes, as powers and logarithms of the
// remaining probability.

/// A quantile of `p`, with one function inside (0, 1) and one at each end.
///
/// - Parameters:
///   - p: The probability; the result is not a number where it is not a number.
///   - lower: A function that behaves like the quantile of a probability near 0.
///   - upper: A function that behaves like the quantile of 1 - p near 0.
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

/// A quantile of the probability `exp(l)`, with one function inside (0, 1) and one at each end.
///
/// - Parameters:
///   - logProbability: The log probability l; the result is not a number where that is not one.
///   - lower: A function of l with the quantile's limit and slopes near -infinity; a constant where a finite end is reached.
///   - upper: A function of 1 - exp(l) with the quantile's limit and slopes near 0.
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

/// A function that is 0 at `t` = 0 with an infinite slope, like a quantile whose density vanishes at the end.
func steep(_ t: Tensor) -> Tensor { sqrt(t) }

/// The function `t^(-1 / shape)`, which is infinite at `t` = 0 and decreases with the shape there.
func inversePower(_ t: Tensor, shape: Tensor) -> Tensor { exp(-log(t) / shape) }
