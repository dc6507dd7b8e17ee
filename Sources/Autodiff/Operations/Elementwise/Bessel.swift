/// The scaled modified Bessel function of order 0, `exp(-|x|) I₀(x)`.
public func besselI0e(_ x: Tensor) -> Tensor { besselRatio(0, x) }

/// The scaled modified Bessel function of order 1, `exp(-|x|) I₁(x)`.
public func besselI1e(_ x: Tensor) -> Tensor { x * besselRatio(1, x) }

/// The logarithm of the modified Bessel function `I₀(x)`, without overflow.
public func logBesselI0(_ x: Tensor) -> Tensor {
  elementwise("logBesselI0", x, { loop($0, $1, Special.logBesselI0) }) { x, _ in
    x * besselRatio(1, x) / besselRatio(0, x)
  }
}

/// The scaled Bessel function e^-|x| I_m(|x|) / |x|^m, by order m.
private func besselRatio(_ order: Int, _ x: Tensor) -> Tensor {
  elementwise(
    "besselRatio", x, { x, n in loop(x, n) { Special.besselRatio(n[1], $0) } }, parameter: order
  ) { x, y in x * besselRatio(order + 1, x) - sign(x) * y }
}
