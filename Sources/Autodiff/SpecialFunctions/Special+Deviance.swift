import RealModule

/// Logarithms of densities and probabilities whose large parts are cancelled analytically.
extension Special {
  /// The deviance k log(k / m) + m - k of a count from its mean, for k > 0 and m > 0, in nats.
  ///
  /// - Parameter excess: The difference m - k, if the caller knows it more accurately.
  /// - Reference: Loader (2000), *Fast and accurate computation of binomial probabilities*, eq. (3).
  package static func deviance(_ k: Double, _ m: Double, excess: Double? = nil) -> Double {
    // Quotients beyond the range: for the larger one only its value counts, for the smaller one its logarithm.
    if k == 0 || m / k == .infinity { return m }
    if m < k, m / k == 0 { return k * (Double.log(k) - Double.log(m) - 1) }
    return -k * logMinus(ratio: m / k, excess: (excess ?? (m - k)) / k)
  }

  /// The logarithm of m^k exp(-m) / Γ(k + 1) for k ≥ 0 and m ≥ 0, accurate at any m: the first term of incomplete gamma
  /// functions, and the probability of a count k of mean m.
  ///
  /// - Reference: Loader (2000), eq. (4).
  package static func logGammaTerm(_ k: Double, _ m: Double) -> Double {
    if k == 0 { return -m }
    if m == 0 || m == .infinity { return -.infinity }
    if k < 20 {
      return k * Double.log(m) - m - (k < 1 ? logGammaOnePlus(k) : Double.logGamma(k + 1))
    }
    return -deviance(k, m) - 0.5 * Double.log(2 * .pi * k) - stirlingCorrection(k)
  }

  /// The logarithm of x^a y^b / B(a, b), given x and y = 1 - x, the smaller of which is taken as exact.
  ///
  /// With n = a + b and λ = a y - b x the powers combine to a log(1 - λ/a) + b log(1 + λ/b), whose
  /// linear parts cancel exactly.
  ///
  /// - Reference: Didonato and Morris (1992), "Algorithm 708", *ACM TOMS* 18(3), 360–373 (BRCOMP).
  static func logBetaPower(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    betaPowerExponent(a, b, x, y) + logBetaPeak(a, b)
  }

  /// The logarithm of x^a y^b over its largest value, at x = a / n.
  static func betaPowerExponent(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let n = a + b
    let lambda = betaImbalance(a, b, x, y)
    let left = a * logMinus(ratio: n * x / a, excess: -lambda / a)
    return left + b * logMinus(ratio: n * y / b, excess: lambda / b)
  }

  /// The logarithm of the largest value of x^a y^b over B(a, b).
  package static func logBetaPeak(_ a: Double, _ b: Double) -> Double {
    let n = a + b
    let correction = stirlingCorrection(n) - stirlingCorrection(a) - stirlingCorrection(b)
    return 0.5 * Double.log(b * (a / n) / (2 * .pi)) + correction
  }

  /// The difference a y - b x without rounding of the products, given x and y = 1 - x.
  static func betaImbalance(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    // The rounding error of the larger of x and y.
    let lostX = x < y ? 0 : (1 - x) - y
    let lostY = x < y ? (1 - y) - x : 0
    let product = b * x
    let lostProduct = (-product).addingProduct(b, x)
    let rest = a * lostY - b * lostX - lostProduct
    return (-product).addingProduct(a, y) + rest
  }

  static func sigmoid(_ l: Double) -> Double {
    let e = Double.exp(-abs(l))
    return l < 0 ? e / (1 + e) : 1 / (1 + e)
  }
}
