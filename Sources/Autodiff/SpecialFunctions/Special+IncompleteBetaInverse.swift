import RealModule

extension Special {
  /// The quantile function of Beta(a, b): the x with I_x(a, b) = p.
  ///
  /// Solved for whichever of x and 1 - x is at most 1/2, so that small ones keep their digits: Newton
  /// steps in the logarithm on log I, or on minus the log of the complement where that is smaller,
  /// inside a bracket that starts from the leading term of the series. Relative error below 1e-12.
  ///
  /// - Returns: x; 0 and 1 at p = 0 and 1, `nan` for p outside [0, 1] or a parameter that is not
  ///   positive.
  static func regularizedBetaInverse(_ a: Double, _ b: Double, _ p: Double) -> Double {
    guard a > 0, b > 0, a < .infinity, b < .infinity, p >= 0, p <= 1 else { return .nan }
    if p == 0 || p == 1 { return p }
    let half = incompleteBeta(a, b, 0.5, 0.5).lower
    if p <= half { return smallBetaQuantile(a, b, p, 1 - p) }
    return 1 - smallBetaQuantile(b, a, 1 - p, p)
  }

  /// The quantile x <= 1/2 with I_x(a, b) = p, given q = 1 - p as well.
  private static func smallBetaQuantile(
    _ a: Double, _ b: Double, _ p: Double, _ q: Double
  ) -> Double {
    let leading = Double.exp((Double.log(p) + Double.log(a) + logBeta(a, b)) / a)
    // I = x^a / (a B(a, b)) (1 + a (1 - b) x / (a + 1) + …), so that the first term is exact here.
    if leading * max(1, b) < 1e-18 { return leading }

    // (1 - t)^(b-1) lies between 1 and 2^(1-b) on [0, 1/2], which bounds x by the leading term.
    let low = (b < 1 ? leading * Double.exp2(-1 / a) : leading) * (1 - 1e-9)
    if low >= 0.5 || low == 0 { return min(leading, 0.5) }
    let start = min(max(low, betaQuantileGuess(a, b, p, q)), 0.5)
    let useLower = p <= 0.5
    return safeguardedNewton(start: start, in: low..<0.5.nextUp) { x in
      let (lower, upper) = incompleteBeta(a, b, x, 1 - x)
      let slope = betaPrefactor(a, b, x, 1 - x) / ((1 - x) * (useLower ? lower : upper))
      return (useLower ? Double.log(lower / p) : Double.log(q / upper), slope)
    }
  }

  /// A first guess: a normal for the log odds, matched at the mean.
  ///
  /// - Reference: Abramowitz and Stegun (1964), *Handbook of Mathematical Functions*, 26.5.22.
  private static func betaQuantileGuess(
    _ a: Double, _ b: Double, _ p: Double, _ q: Double
  ) -> Double {
    guard a > 1, b > 1 else { return 0 }
    let z = p <= q ? -normalQuantile(p) : normalQuantile(q)
    let l = (z * z - 3) / 6
    let (s, t) = (1 / (2 * a - 1), 1 / (2 * b - 1))
    let h = 2 / (s + t)
    let spread = z * (h + l).squareRoot() / h
    let w = spread - (t - s) * (l + 5 / 6 - 2 / (3 * h))
    return a / (a + b * Double.exp(2 * w))
  }
}
