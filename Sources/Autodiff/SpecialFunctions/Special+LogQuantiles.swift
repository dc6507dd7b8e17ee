import RealModule

/// Quantiles from the logarithm of a tail, for any finite logarithm.
extension Special {
  /// The gamma quantile x with log P(a, x) = l, or with log Q(a, x) = l if the tail is the upper one.
  ///
  /// Newton steps in log x on the logarithm of the smaller tail. Relative error below 1e-12.
  ///
  /// - Returns: x; `nan` for l > 0 or a ≤ 0.
  static func gammaQuantile(_ a: Double, logTail l: Double, isUpper: Bool) -> Double {
    guard a > 0, a < .infinity, l <= 0 else { return .nan }
    if l == 0 || l == -.infinity { return (l == 0) == isUpper ? 0 : .infinity }
    let other = logComplement(l)
    let (lower, upper) = isUpper ? (other, l) : (l, other)
    let leading = Double.exp((lower + logGammaOnePlus(a)) / a)
    // P(a, x) = x^a / Γ(a + 1) (1 - a x / (a + 1) + …), so that the first term is exact here.
    if leading < 1e-18 { return leading }

    let useLower = lower < upper
    let start = max(leading, gammaQuantileGuess(a, lower, upper))
    return safeguardedNewton(start: start, in: leading * (1 - 1e-9)..<(.infinity)) { x in
      let tails = logIncompleteGamma(a, x)
      let tail = useLower ? tails.lower : tails.upper
      let slope = a * Double.exp(logGammaTerm(a, x) - tail)
      return (useLower ? tail - lower : upper - tail, slope)
    }
  }

  /// A first guess: Wilson and Hilferty's cube of a normal for a ≥ 1, else the exponential tail.
  private static func gammaQuantileGuess(
    _ a: Double, _ lower: Double, _ upper: Double
  ) -> Double {
    if a < 1 { return -upper - Double.logGamma(a) }
    let z = lower < upper ? logNormalQuantile(lower) : -logNormalQuantile(upper)
    let root = 1 - 1 / (9 * a) + z / (3 * a.squareRoot())
    return root > 0 ? a * root * root * root : 0
  }

  /// The log odds log(x / (1 - x)) of the x with log I_x(a, b) = l.
  ///
  /// Solved for whichever of x and 1 - x is at most 1/2, by Newton steps in its logarithm. Relative
  /// error of x and of 1 - x below 1e-12.
  ///
  /// - Returns: The log odds; ∓infinity at l = -infinity and 0, `nan` for l > 0 or a parameter that is not
  ///   positive.
  static func betaQuantileLogit(_ a: Double, _ b: Double, logTail l: Double) -> Double {
    guard a > 0, b > 0, a < .infinity, b < .infinity, l <= 0 else { return .nan }
    if l == 0 || l == -.infinity { return l == 0 ? .infinity : l }
    let upper = logComplement(l)
    let half = logIncompleteBeta(a, b, 0.5, 0.5)
    let isLeft = l < -0.6931471805599453 ? l <= half.lower : upper >= half.upper
    return isLeft ? smallBetaQuantileLogit(a, b, l, upper) : -smallBetaQuantileLogit(b, a, upper, l)
  }

  /// The log odds of the x ≤ 1/2 with log I_x(a, b) = lower, given log(1 - I) as well.
  private static func smallBetaQuantileLogit(
    _ a: Double, _ b: Double, _ lower: Double, _ upper: Double
  ) -> Double {
    let logLeading = (lower + Double.log(a) + logBeta(a, b)) / a
    // I = x^a / (a B(a, b)) (1 + a (1 - b) x / (a + 1) + …), so that the first term is exact here.
    if logLeading < -41 - Double.log(max(1, b)) { return logLeading }

    // (1 - t)^(b-1) lies between 1 and 2^(1-b) on [0, 1/2], which bounds x by the leading term.
    let leading = Double.exp(logLeading)
    let low = (b < 1 ? leading * Double.exp2(-1 / a) : leading) * (1 - 1e-9)
    if low >= 0.5 || low == 0 { return min(logLeading, 0) }
    let start = min(max(low, betaQuantileGuess(a, b, lower, upper)), 0.5)
    let useLower = lower <= upper
    let x = safeguardedNewton(start: start, in: low..<0.5.nextUp) { x in
      let tails = logIncompleteBeta(a, b, x, 1 - x)
      let tail = useLower ? tails.lower : tails.upper
      let slope = Double.exp(logBetaPower(a, b, x, 1 - x) - tail) / (1 - x)
      return (useLower ? tail - lower : upper - tail, slope)
    }
    return Double.log(x) - Double.log(onePlus: -x)
  }

  /// A first guess: a normal for the log odds, matched at the mean.
  ///
  /// - Reference: Abramowitz and Stegun (1964), *Handbook of Mathematical Functions*, 26.5.22.
  private static func betaQuantileGuess(
    _ a: Double, _ b: Double, _ lower: Double, _ upper: Double
  ) -> Double {
    guard a > 1, b > 1 else { return 0 }
    let z = lower <= upper ? -logNormalQuantile(lower) : logNormalQuantile(upper)
    let l = (z * z - 3) / 6
    let (s, t) = (1 / (2 * a - 1), 1 / (2 * b - 1))
    let h = 2 / (s + t)
    guard h + l > 0 else { return 0 }
    let spread = z * (h + l).squareRoot() / h
    let w = spread - (t - s) * (l + 5 / 6 - 2 / (3 * h))
    return a / (a + b * Double.exp(2 * w))
  }
}
