import CNumerics

/// The error function, 2/√π ∫₀ˣ exp(-t²) dt.
public func erf(_ x: Tensor) -> Tensor {
  elementwise("erf", x, ppl_erf, PPL_OP_erf) { x, _ in
    Tensor(2 / Double.pi.squareRoot()) * exp(-square(x))
  }
}

/// The complementary error function 1 - erf(x), without cancellation for large `x`.
public func erfc(_ x: Tensor) -> Tensor {
  elementwise("erfc", x, ppl_erfc, PPL_OP_erfc) { x, _ in
    Tensor(-2 / Double.pi.squareRoot()) * exp(-square(x))
  }
}

/// The inverse error function: finite on (-1, 1), infinite at its ends, NaN outside.
public func erfInverse(_ x: Tensor) -> Tensor {
  elementwise("erfInverse", x, { loop($0, $1, Special.erfInverse) }) { _, y in
    Tensor(Double.pi.squareRoot() / 2) * exp(square(y))
  }
}

// MARK: The standard normal distribution

/// The standard normal distribution function Φ.
public func normalCDF(_ x: Tensor) -> Tensor {
  elementwise("normalCDF", x, { loop($0, $1, Special.normalCDF) }) { x, _ in normalDensity(x) }
}

/// The logarithm of `normalCDF`, accurate where that underflows.
public func logNormalCDF(_ x: Tensor) -> Tensor {
  elementwise("logNormalCDF", x, { loop($0, $1, Special.logNormalCDF) }) { x, y in
    inverseMillsRatio(x, logCDF: y)
  }
}

/// The standard normal quantile function, the inverse of `normalCDF`.
public func normalQuantile(_ p: Tensor) -> Tensor {
  elementwise("normalQuantile", p, { loop($0, $1, Special.normalQuantile) }) { _, y in
    reciprocal(normalDensity(y))
  }
}

/// The standard normal quantile of the probability `exp(l)`, also where that underflows.
public func logNormalQuantile(_ l: Tensor) -> Tensor {
  elementwise("logNormalQuantile", l, { loop($0, $1, Special.logNormalQuantile) }) { l, y in
    reciprocal(inverseMillsRatio(y, logCDF: l))
  }
}

private func logNormalDensity(_ x: Tensor) -> Tensor {
  -0.5 * square(x) - Tensor(0.5 * Double.log2Pi)
}
private func normalDensity(_ x: Tensor) -> Tensor { exp(logNormalDensity(x)) }

/// The ratio phi(x) / Phi(x), the reciprocal of Mills' ratio at -x.
///
/// It is computed through logarithms, because both vanish in the left tail; below -20, where those cancel, by the
/// asymptotic series, whose first omitted term is 3e-15 there.
///
/// - Reference: DLMF 7.12.1.
private func inverseMillsRatio(_ x: Tensor, logCDF y: Tensor) -> Tensor {
  let isFar = x .< -20
  let near = exp(select(isFar, 0, logNormalDensity(x) - y))
  let size = select(isFar, -x, 1)
  let t = reciprocal(size) * reciprocal(size)
  // 1 - t + 3 t² - 15 t³ + …
  let series = [15.0, 13, 11, 9, 7, 5, 3, 1].reduce(Tensor(1)) { 1 - Tensor($1) * t * $0 }
  return select(isFar, size / series, near)
}

extension Double {
  /// The logarithm of 2 pi.
  static let log2Pi = 1.8378770664093454836
}
