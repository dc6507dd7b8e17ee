import RealModule

extension Special {
  /// The log beta function log B(a, b) for a, b > 0, also where log Γ(a), log Γ(b) and log Γ(a + b) nearly cancel.
  ///
  /// Error below 1e-14, relative to the result or to 1, whichever is larger.
  ///
  /// - Returns: log B(a, b); +infinity where one argument is 0, `nan` where one is negative.
  /// - Reference: Didonato and Morris (1992), "Algorithm 708", *ACM TOMS* 18(3), 360–373 (BETALN).
  package static func logBeta(_ first: Double, _ second: Double) -> Double {
    guard first >= 0, second >= 0 else { return .nan }
    let (a, b) = (min(first, second), max(first, second))
    if a == 0 { return b == .infinity ? .nan : .infinity }
    if b == .infinity { return -.infinity }
    if b < 10 {
      // Γ(a) would overflow, or its product with another.
      if a < 1e-150 { return Double.logGamma(a) + (Double.logGamma(b) - Double.logGamma(a + b)) }
      return Double.log(Double.gamma(a) / Double.gamma(a + b) * Double.gamma(b))
    }
    let ratio = a / b
    if a < 10 {
      // log Γ(b) - log Γ(a + b), with its large parts cancelled analytically.
      let difference = 0.5 * Double.log(onePlus: ratio) - b * log1pMinus(ratio)
      let correction = stirlingCorrection(b) - stirlingCorrection(a + b)
      return Double.logGamma(a) - a * Double.log(a + b) + difference + correction
    }
    let correction = stirlingCorrection(a) + stirlingCorrection(b) - stirlingCorrection(a + b)
    let shape = (a - 0.5) * Double.log(ratio / (1 + ratio)) - b * Double.log(onePlus: ratio)
    return shape + logRootTwoPi - 0.5 * Double.log(b) + correction
  }

  /// The Stirling correction log Γ(a) - ((a - 1/2) log a - a + log(2π)/2), for a > 0. Absolute error below 2e-15.
  ///
  /// - Reference: DLMF 5.11.1.
  package static func stirlingCorrection(_ a: Double) -> Double {
    if a < 10 {
      let scaled = Double.gamma(a) * Double.exp(a) / Double.pow(a, a - 0.5)
      return Double.log(scaled) - logRootTwoPi
    }
    let r = 1 / a
    return r * polynomial(stirlingSeries, r * r)
  }

  /// The coefficients B_2j / (2j (2j - 1)), j = 1, 2, … (DLMF 5.11.1).
  static let stirlingSeries = [
    0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953,
    0.0008417508417508417, -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242,
    0.17964437236883057,
  ]
}
