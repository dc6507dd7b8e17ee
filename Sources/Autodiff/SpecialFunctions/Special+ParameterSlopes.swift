import RealModule

/// Derivatives of the incomplete gamma and beta functions in their parameters, which have no closed form.
extension Special {
  /// The derivative dP(a, x)/da.
  ///
  /// Relative error below 1e-9 where P and its complement exceed 1e-300.
  package static func regularizedGammaPSlope(_ a: Double, _ x: Double) -> Double {
    slope(incompleteGamma(a, x), at: a) { logIncompleteGamma($0, x) }
  }

  /// The derivative of log P(a, x) or of log Q(a, x) in a.
  static func logGammaTailSlope(_ a: Double, _ x: Double, isUpper: Bool) -> Double {
    logSlope(at: a, isUpper: isUpper) { logIncompleteGamma($0, x) }
  }

  /// The derivative dI_x(a, b)/da.
  static func regularizedBetaSlopeA(_ a: Double, _ b: Double, _ x: Double) -> Double {
    slope(incompleteBeta(a, b, x, 1 - x), at: a) { logIncompleteBeta($0, b, x, 1 - x) }
  }

  /// The derivative dI_x(a, b)/db.
  static func regularizedBetaSlopeB(_ a: Double, _ b: Double, _ x: Double) -> Double {
    slope(incompleteBeta(a, b, x, 1 - x), at: b) { logIncompleteBeta(a, $0, x, 1 - x) }
  }

  /// The derivative of log I_x(a, b) in a, x = 1 / (1 + e^-l).
  static func logBetaTailSlopeA(_ a: Double, _ b: Double, logit l: Double) -> Double {
    logSlope(at: a, isUpper: false) { logIncompleteBeta($0, b, logit: l) }
  }

  /// The derivative of log I_x(a, b) in b, x = 1 / (1 + e^-l).
  static func logBetaTailSlopeB(_ a: Double, _ b: Double, logit l: Double) -> Double {
    logSlope(at: b, isUpper: false) { logIncompleteBeta(a, $0, logit: l) }
  }

  /// The derivative of the lower of two tails in a positive parameter.
  private static func slope(
    _ here: (lower: Double, upper: Double), at a: Double,
    _ tails: (Double) -> (lower: Double, upper: Double)
  ) -> Double {
    guard a > 0, a < .infinity else { return .nan }
    let isUpper = here.upper < here.lower
    let tail = isUpper ? here.upper : here.lower
    if tail == 0 { return 0 }
    let slope = tail * smallerTailSlope(at: a, isUpper: isUpper, tails)
    return isUpper ? -slope : slope
  }

  /// The derivative of the logarithm of one of two tails in a positive parameter, from that of the smaller one.
  private static func logSlope(
    at a: Double, isUpper: Bool, _ tails: (Double) -> (lower: Double, upper: Double)
  ) -> Double {
    guard a > 0, a < .infinity else { return .nan }
    let here = tails(a)
    let (own, other) = isUpper ? (here.upper, here.lower) : (here.lower, here.upper)
    if own == -.infinity || other == -.infinity { return 0 }
    if own <= other { return smallerTailSlope(at: a, isUpper: isUpper, tails) }
    return -Double.exp(other - own) * smallerTailSlope(at: a, isUpper: !isUpper, tails)
  }

  /// The derivative of the logarithm of the smaller tail by central differences, extrapolated twice
  /// (Richardson); the logarithm has little curvature however far out the tail lies.
  private static func smallerTailSlope(
    at a: Double, isUpper: Bool, _ tails: (Double) -> (lower: Double, upper: Double)
  ) -> Double {
    let step = 0.03 * min(a, max(a.squareRoot(), 1))
    func difference(_ h: Double) -> Double {
      let (above, below) = (tails(a + h), tails(a - h))
      return (isUpper ? above.upper - below.upper : above.lower - below.lower) / (2 * h)
    }
    let (d1, d2, d3) = (difference(step), difference(step / 2), difference(step / 4))
    let (e1, e2) = ((4 * d2 - d1) / 3, (4 * d3 - d2) / 3)
    return (16 * e2 - e1) / 15
  }
}
