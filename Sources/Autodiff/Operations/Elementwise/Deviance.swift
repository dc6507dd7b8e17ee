import CNumerics

// Densities of counts, gamma and beta variables on the scale of their logarithms, whose large parts are deviances.

/// The logarithm `log(a / b)`, with all its digits also where the quotient is near 1.
public func logRatio(_ a: Tensor, _ b: Tensor) -> Tensor {
  elementwise("logRatio", [a, b], ppl_logratio, PPL_OP_logratio) { g, x, _ in
    [g / x[0], -g / x[1]]
  }
}

/// The deviance `k log(k / m) + m - k` of a count `k` from its mean `m`, both ≥ 0, in nats. It keeps its digits
/// near 0.
///
/// - Reference: Loader (2000), *Fast and accurate computation of binomial probabilities*, eq. (3).
public func deviance(_ k: Tensor, _ m: Tensor) -> Tensor {
  elementwise("deviance", [k, m], ppl_deviance, PPL_OP_deviance) { g, x, _ in
    let (k, m) = (x[0], x[1])
    let inCount = g * logRatio(k, m)
    // 1 - k/m; 1 for the count 0, at the mean 0 as well.
    let isZero = k .== 0
    return [inCount, g * select(isZero, 1, (m - k) / select(isZero, 1, m))]
  }
}

/// The deviance of `k` from `m`, given `l = log m` by the factors of `m`, which may itself be rounded to 0 or infinity.
///
/// Its slopes are 1 in `m` and `-k` in `l`, which are numbers where the slope `1 - k / m` of both together is none.
private func deviance(_ k: Tensor, _ m: Tensor, log l: Tensor) -> Tensor {
  elementwise("logDeviance", [k, m, l], ppl_logdeviance, PPL_OP_logdeviance) { g, x, _ in
    let (k, m, l) = (x[0], x[1], x[2])
    let isKnown = (m .>= Tensor(Double.leastNormalMagnitude)) .& (m .< Tensor(.infinity))
    let inK = select(isKnown, logRatio(k, select(isKnown, m, 1)), log(k) - l)
    return [(g * inK).sum(to: k.shape), g.sum(to: m.shape), -g * k]
  }
}

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
  log(a) - deviance(a, m, log: l) - logFactorialRemainder(a)
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
