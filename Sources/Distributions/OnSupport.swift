import Autodiff

/// A log density on its support, and -infinity with gradient zero elsewhere.
///
/// Selecting after the formula alone would not do: the derivative of the branch that was not taken
/// may be infinite, and infinity times zero is not a number. So `x` is replaced before, too.
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

/// `a log(x)`, with `0 log(0) = 0`, as the ends of a density need it.
func timesLog(_ a: Tensor, _ x: Tensor) -> Tensor {
  let isZeroOfZero = (a .== 0) .& (x .== 0)
  return a * log(select(isZeroOfZero, 1, x))
}

/// `log(1 - exp(-w))` for `w >= 0`, to full relative accuracy at both ends.
///
/// - Reference: Mächler (2012), *Accurately computing log(1 - exp(-|a|))*, eq. (7).
func logOneMinusExp(minus w: Tensor) -> Tensor {
  let isSmall = w .<= Tensor(Constant.logTwo)
  let small = log(-expm1(-select(isSmall, w, 1)))
  let large = log1p(-exp(-select(isSmall, 1, w)))
  return select(isSmall, small, large)
}

/// Numbers that several families share, to the last digit of a `Double`.
enum Constant {
  static let logTwo = 0.6931471805599453
  static let logPi = 1.1447298858494002
  static let halfLogTwoPi = 0.9189385332046727
  static let eulerGamma = 0.5772156649015329
}
