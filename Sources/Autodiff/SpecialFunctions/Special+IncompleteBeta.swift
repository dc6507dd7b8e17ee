import RealModule

extension Special {
  /// The regularised incomplete beta function, the distribution function of Beta(a, b).
  ///
  ///     I_x(a, b) = 1/B(a, b) ∫ t^(a-1) (1 - t)^(b-1) dt over [0, x]
  ///
  /// Relative error below 5e-13 where the result exceeds 1e-5, near 1e-14 unless one parameter is
  /// small and the other large; deeper in the tail it grows like |log I|, and for large
  /// parameters like √max(a, b) units in the last place. For b below 0.01 and x within 1e-4 of 1 (or
  /// the mirror image) the small result is a difference, good to 1e-15 absolute.
  ///
  /// - Returns: I; `nan` for x outside [0, 1] or a negative parameter.
  /// - Complexity: O(√min(a, b)) near the mean, as far as both are below 1e7; constant above.
  static func regularizedBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    incompleteBeta(a, b, x, 1 - x).lower
  }

  /// The function I_x(a, b) and its complement, given x and y = 1 - x, the smaller of which is taken as exact.
  static func incompleteBeta(
    _ a: Double, _ b: Double, _ x: Double, _ y: Double
  ) -> (lower: Double, upper: Double) {
    guard a >= 0, b >= 0, x >= 0, y >= 0 else { return (.nan, .nan) }
    if a == b, a == 0 || a == .infinity { return (.nan, .nan) }
    if x == 0 { return (0, 1) }
    if y == 0 { return (1, 0) }
    if a == 0 || b == .infinity { return (1, 0) }
    if b == 0 || a == .infinity { return (0, 1) }

    if isUniformBeta(a, b, x, y) { return incompleteBetaUniform(a, b, x, y) }
    // Whether x is right of the mean, decided by the smaller of x and y.
    if x < y ? x * (a + b + 2) > a + 1 : y * (a + b + 2) < b + 1 {
      let (upper, lower) = incompleteBetaLeft(b, a, y, x)
      return (lower, upper)
    }
    return incompleteBetaLeft(a, b, x, y)
  }

  /// The function I_x(a, b) and its complement for x left of the mean, where the continued fraction converges fast.
  private static func incompleteBetaLeft(
    _ a: Double, _ b: Double, _ x: Double, _ y: Double
  ) -> (lower: Double, upper: Double) {
    let lower = incompleteBetaFraction(a, b, x, y)
    // A tiny a puts nearly all mass left of x; the fraction of the other side is slow but exact.
    let upper = lower > 0.9 && x > 1e-4 ? incompleteBetaFraction(b, a, y, x) : 1 - lower
    return (lower, upper)
  }

  /// The prefactor x^a y^b / B(a, b), which is x y times the density of Beta(a, b).
  static func betaPrefactor(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let n = a + b
    if n < 150 {
      // The rounding error of the larger of x and y.
      let lostX = x < y ? 0 : (1 - x) - y
      let lostY = x < y ? (1 - y) - x : 0
      let powerX = Double.pow(x, a) * (1 + a * lostX / x)
      let powerY = Double.pow(y, b) * (1 + b * lostY / y)
      let powers = powerX * powerY
      if powers > 1e-200 {
        return Double.gamma(n) / Double.gamma(a) * powers / Double.gamma(b)
      }
    }
    let correction = stirlingCorrection(n) - stirlingCorrection(a) - stirlingCorrection(b)
    let exponent = betaPowerExponent(a, b, x, y) + correction
    return (b * (a / n) / (2 * .pi)).squareRoot() * Double.exp(exponent)
  }

  /// The function I_x(a, b) by its continued fraction.
  private static func incompleteBetaFraction(
    _ a: Double, _ b: Double, _ x: Double, _ y: Double
  ) -> Double {
    let fraction = betaFraction(a, b, x, y)
    return betaPrefactor(a, b, x, y) * (fraction / a)  // the density over a huge a underflows
  }

  /// The continued fraction a I_x(a, b) B(a, b) / (x^a y^b) in λ = a y - b x, evaluated by Lentz's method.
  ///
  /// It is the even part of DLMF 8.17.22, in which nothing cancels where one parameter is small and
  /// the other large.
  ///
  /// - Reference: Didonato and Morris (1992), "Algorithm 708", *ACM TOMS* 18(3), 360–373 (BFRAC).
  static func betaFraction(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let first = 1 + betaImbalance(a, b, x, y)
    var denominator = first * (a / (a + 1))
    if denominator == 0 { denominator = .leastNormalMagnitude }
    var d = 1 / denominator
    var c = Double.infinity
    var fraction = d
    var n = 0.0
    while n < 1_000_000 {
      n += 1
      let s = a + 2 * n - 1
      let w = n * (b - n) * x
      let numerator = (a + n - 1) / s * ((a + b + n - 1) / s) * w * x
      denominator = n + w / s + (a + n) / (s + 2) * (first + n * (1 + y))
      d = 1 / (denominator + numerator * d)
      c = denominator + numerator / c
      let factor = c * d
      fraction *= factor
      if (factor - 1).magnitude <= 2 * .ulpOfOne { return a * fraction }
    }
    return .nan
  }
}
