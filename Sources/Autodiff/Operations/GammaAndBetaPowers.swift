// Densities of gamma and beta variables on the scale of their logarithms, whose large parts are deviances.

/// The logarithm `log(m^a e^-m / Γ(a))` for positive `a` and `m`: the log density of Gamma(a, 1) at `m`, plus `log m`.
///
/// - Returns: A tensor of the shape of `a` and `m` broadcast together.
/// - Reference: Loader (2000), *Fast and accurate computation of binomial probabilities*, eq. (4).
package func logStandardGamma(_ a: Tensor, _ m: Tensor) -> Tensor {
  log(a) - deviance(a, m) - logFactorialRemainder(a)
}

/// The same function where `m` is a product or a quotient with a known logarithm: its derivatives in these factors
/// are finite also where `a / m` or `m` overflows.
///
/// - Parameters:
///   - a: The shape, positive.
///   - m: The point; it may be rounded to 0 or to infinity.
///   - l: The logarithm of `m`, computed from those of its factors.
/// - Returns: A tensor of the shape of all three broadcast together.
package func logStandardGamma(_ a: Tensor, _ m: Tensor, log l: Tensor) -> Tensor {
  log(a) - Tensor.apply(LogDeviance(), a, m, l) - logFactorialRemainder(a)
}

/// The logarithm `log(x^a y^b / B(a, b))` for `y` = 1 - `x`: the log density of Beta(a, b) at `x`, plus `log(x y)`.
///
/// - Parameters:
///   - a: The first parameter, positive.
///   - b: The second parameter, positive.
///   - x: A probability inside (0, 1).
///   - y: The complement of `x`; the smaller of the two is used.
/// - Returns: A tensor of the shape of all four broadcast together.
/// - Reference: Loader (2000), *Fast and accurate computation of binomial probabilities*, eq. (1).
package func logBetaPower(_ a: Tensor, _ b: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
  let n = a + b
  let isLeft = x .<= y
  let distance =
    deviance(a, select(isLeft, n * x, n - n * y)) + deviance(b, select(isLeft, n - n * x, n * y))
  let peak = logFactorialRemainder(n) - logFactorialRemainder(a) - logFactorialRemainder(b)
  return log(a * (b / n)) + peak - distance
}
