import CNumerics

/// The exponential of every element.
public func exp(_ x: Tensor) -> Tensor { elementwise("exp", x, ppl_exp, PPL_OP_exp) { _, y in y } }

/// The exponential less one, exp(x) - 1, to full precision near 0.
public func expm1(_ x: Tensor) -> Tensor {
  elementwise("expm1", x, ppl_expm1, PPL_OP_expm1) { _, y in y + 1 }
}

/// The natural logarithm of every element; `nan` below 0, -infinity at 0.
public func log(_ x: Tensor) -> Tensor {
  elementwise("log", x, ppl_log, PPL_OP_log) { x, _ in reciprocal(x) }
}

/// The logarithm log(1 + x), to full precision near 0.
public func log1p(_ x: Tensor) -> Tensor {
  elementwise("log1p", x, ppl_log1p, PPL_OP_log1p) { x, _ in reciprocal(1 + x) }
}

/// The logarithm log(1 + x²), also where the square overflows.
public func log1pSquare(_ x: Tensor) -> Tensor {
  elementwise("log1pSquare", x, ppl_log1psquare, PPL_OP_log1psquare) { x, _ in log1pSquareSlope(x) }
}

/// The derivative 2 x / (1 + x²) of log(1 + x²).
private func log1pSquareSlope(_ x: Tensor) -> Tensor {
  elementwise("log1pSquareSlope", x, ppl_log1psquare_slope, PPL_OP_log1psquare_slope) { x, _ in
    // 2 (1 - x²) / (1 + x²)², by the reciprocal of its divisor, which may be 0.
    let r = reciprocal(1 + square(x))
    return 2 * r * (2 * r - 1)
  }
}

/// The ratio `log(1 + x) / x`, smooth through 0, where it is 1; NaN for x < -1.
public func log1pRatio(_ x: Tensor) -> Tensor {
  elementwise("log1pRatio", x, ppl_log1pratio, PPL_OP_log1pratio) { x, _ in log1pRatioSlope(x) }
}
private func log1pRatioSlope(_ x: Tensor) -> Tensor {
  elementwise("log1pRatioSlope", x, ppl_log1pratio_slope, PPL_OP_log1pratio_slope) { x, _ in
    log1pRatio(2, x)
  }
}
private func log1pRatio(_ order: Int, _ x: Tensor) -> Tensor {
  elementwise(
    "log1pRatio", x, { x, n in loop(x, n) { Special.log1pRatio(n[1], $0) } }, parameter: order
  ) { x, _ in log1pRatio(order + 1, x) }
}

/// The ratio `(exp(x) - 1) / x`, smooth through 0, where it is 1.
public func expm1Ratio(_ x: Tensor) -> Tensor { expm1Ratio(0, x) }
private func expm1Ratio(_ order: Int, _ x: Tensor) -> Tensor {
  elementwise(
    "expm1Ratio", x, { x, n in loop(x, n) { Special.expm1Ratio(n[1], $0) } }, parameter: order
  ) { x, _ in expm1Ratio(order + 1, x) }
}

/// The logistic sigmoid `1 / (1 + exp(-x))`.
public func sigmoid(_ x: Tensor) -> Tensor {
  elementwise("sigmoid", x, ppl_sigmoid, PPL_OP_sigmoid) { _, y in y * (1 - y) }
}

/// The softplus `log(1 + exp(x))`, without overflow.
public func softplus(_ x: Tensor) -> Tensor {
  elementwise("softplus", x, ppl_softplus, PPL_OP_softplus) { x, _ in sigmoid(x) }
}

/// The log sigmoid `log(sigmoid(x))`, without underflow.
public func logSigmoid(_ x: Tensor) -> Tensor { -softplus(-x) }
