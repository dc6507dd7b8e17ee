import Preconditions
import RealModule

/// Differences of log Γ and its derivatives, which cancel if they are subtracted.
extension Special {
  /// The difference ψ_n(a + d) - ψ_n(a), with log Γ as ψ_-1, for a > 0 and a + d > 0, also where d is below the
  /// rounding of a.
  ///
  /// For n = -1 and 0 and a ≥ 10 the logarithms of Stirling's series are subtracted analytically and the rest is
  /// a divided difference; otherwise, for d < a/10, Gaussian quadrature of ψ_(n+1). Relative error below 2e-14;
  /// for n = -1 absolute near the zero at a + d/2 ≈ 1.46.
  ///
  /// - Reference: Didonato and Morris (1992), "Algorithm 708", *ACM TOMS* 18(3), 360–373 (ALGDIV);
  ///   DLMF 5.11.1, 5.11.2.
  static func polygammaDifference(_ order: Int, _ a: Double, _ d: Double) -> Double {
    require(order >= -1, "polygammaDifference: the order is \(order), but must be at least -1.")
    guard a >= 0, a + d >= 0 else { return .nan }
    if d == 0 { return 0 }
    if d < 0 { return -polygammaDifference(order, a + d, -d) }
    if a == .infinity { return order < 0 ? .infinity : 0 }
    if a >= 10, d < .infinity {
      if order == -1 { return logGammaDifferenceByStirling(a, d) }
      if order == 0 { return Double.log(onePlus: d / a) + digammaRestDifference(a, d) }
    }
    // Apart from the pole, whose square would overflow.
    if order == 0, a < 1 { return d / a / (a + d) + polygammaDifference(0, 1 + a, d) }
    if d >= 0.1 * a { return polygammaOrLogGamma(order, a + d) - polygammaOrLogGamma(order, a) }
    return d * unitIntegral { polygamma(order + 1, a + d * $0) }
  }

  /// The remainder ψ_n(a + d) - ψ_n(a) - d ψ_(n+1)(a), with log Γ as ψ_-1: the distance from the tangent at a.
  ///
  ///     d² ∫ (1 - v) ψ_(n+2)(a + d v) dv over [0, 1]
  ///
  /// Relative error below 1e-12.
  static func polygammaRemainder(_ order: Int, _ a: Double, _ d: Double) -> Double {
    require(order >= -1, "polygammaRemainder: the order is \(order), but must be at least -1.")
    guard a > 0, a + d > 0 else { return .nan }
    if abs(d) > 0.1 * a { return polygammaDifference(order, a, d) - d * polygamma(order + 1, a) }
    return d * (d * unitIntegral { (1 - $0) * polygamma(order + 2, a + d * $0) })
  }

  /// The difference ψ(a + d) - ψ(a) - log(1 + d/a) for a > 0 and d ≥ 0.
  package static func digammaRestDifference(_ a: Double, _ d: Double) -> Double {
    guard a >= 10, d < .infinity else {
      return polygammaDifference(0, a, d) - Double.log(onePlus: d / a)
    }
    let (r, s) = (1 / a, 1 / (a + d))
    let fall = -(d * s) * r  // s - r
    let (rr, ss) = (r * r, s * s)
    let rest = polynomial(digammaAsymptotic, ss) + rr * dividedDifference(digammaAsymptotic, ss, rr)
    return -fall * (0.5 + (s + r) * rest)
  }

  private static func logGammaDifferenceByStirling(_ a: Double, _ d: Double) -> Double {
    let u = d / a
    let (r, s) = (1 / a, 1 / (a + d))
    let fall = -(d * s) * r
    let (rr, ss) = (r * r, s * s)
    let rest =
      polynomial(stirlingSeries, ss)
      + r * (s + r) * dividedDifference(stirlingSeries, ss, rr)
    let main = d * Double.log(a) + a * log1pMinus(u)
    return main + (d - 0.5) * Double.log(onePlus: u) + fall * rest
  }

  private static func polygammaOrLogGamma(_ order: Int, _ x: Double) -> Double {
    order < 0 ? Double.logGamma(x) : polygamma(order, x)
  }

  /// The divided difference (p(x) - p(y)) / (x - y) of the polynomial p.
  private static func dividedDifference(
    _ coefficients: [Double], _ x: Double, _ y: Double
  ) -> Double {
    var (value, quotient) = (0.0, 0.0)
    for coefficient in coefficients.reversed() {
      quotient = quotient * x + value
      value = value * y + coefficient
    }
    return quotient
  }

  /// The integral of f over [0, 1] by Gauss's rule of 5 points (DLMF 3.5.21), exact to rounding for functions
  /// whose singularities are ten lengths away.
  private static func unitIntegral(_ f: (Double) -> Double) -> Double {
    var sum = 0.5688888888888889 * f(0.5)
    for (node, weight) in [
      (0.5384693101056831, 0.47862867049936647), (0.906179845938664, 0.23692688505618908),
    ] {
      sum += weight * (f(0.5 - 0.5 * node) + f(0.5 + 0.5 * node))
    }
    return 0.5 * sum
  }
}
