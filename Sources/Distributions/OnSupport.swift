import Autodiff

/// A log density on its support, and -infinity with gradient zero elsewhere.
///
/// Selecting after the formula alone is not enough: the derivative of the branch that was not taken may be
/// infinite, and infinity times zero is not a number. So `x` is replaced before the formula, too.
///
/// - Parameters:
///   - inside: 1 where `x` is in the support.
///   - safe: Any point inside.
///   - formula: The log density on the support.
func onSupport(
  _ inside: Tensor, _ x: Tensor, safe: Tensor, _ formula: (Tensor) -> Tensor
) -> Tensor {
  select(inside, formula(select(inside, x, safe)), Tensor(-.infinity))
}

/// The product `a log(x)`, with `0 log(0) = 0`, as needed at the ends of a density.
func timesLog(_ a: Tensor, _ x: Tensor) -> Tensor {
  let isZeroOfZero = (a .== 0) .& (x .== 0)
  return a * log(select(isZeroOfZero, 1, x))
}

/// The given value, but not a number where `x` is not a number, which selections would hide.
func keepingNaN(of x: Tensor, _ value: Tensor) -> Tensor { select(isNaN(x), Tensor(.nan), value) }

/// Draws of a positive variable; those that would be 0 or infinite as a `Double` become the next normal number inside.
func insidePositive(_ draws: Tensor) -> Tensor {
  let least = Tensor(Double.leastNormalMagnitude)
  return minimum(maximum(draws, least), Tensor(Double.greatestFiniteMagnitude))
}
