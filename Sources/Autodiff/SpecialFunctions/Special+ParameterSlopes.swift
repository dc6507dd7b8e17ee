import RealModule

/// Derivatives of the incomplete gamma and beta functions in their parameters, which have no closed form.
extension Special {
  /// dP(a, x)/da.
  ///
  /// Relative error below 1e-9 where P and its complement exceed 1e-300.
  static func regularizedGammaPSlope(_ a: Double, _ x: Double) -> Double {
    slope(at: a) { incompleteGamma($0, x) }
  }

  /// dI_x(a, b)/da.
  static func regularizedBetaSlopeA(_ a: Double, _ b: Double, _ x: Double) -> Double {
    slope(at: a) { incompleteBeta($0, b, x, 1 - x) }
  }

  /// dI_x(a, b)/db.
  static func regularizedBetaSlopeB(_ a: Double, _ b: Double, _ x: Double) -> Double {
    slope(at: b) { incompleteBeta(a, $0, x, 1 - x) }
  }

  /// The slope of the lower of two tails in a positive parameter, by central differences of the logarithm of the
  /// smaller one, extrapolated twice (Richardson): the logarithm bends little however far out the tail lies.
  private static func slope(
    at a: Double, _ tails: (Double) -> (lower: Double, upper: Double)
  ) -> Double {
    guard a > 0, a < .infinity else { return .nan }
    let here = tails(a)
    let isLower = here.lower <= here.upper
    let tail = isLower ? here.lower : here.upper
    if tail == 0 { return 0 }
    let step = 0.03 * min(a, max(a.squareRoot(), 1))
    func difference(_ h: Double) -> Double {
      let (above, below) = (tails(a + h), tails(a - h))
      let ratio = isLower ? above.lower / below.lower : above.upper / below.upper
      return Double.log(ratio) / (2 * h)
    }
    let (d1, d2, d3) = (difference(step), difference(step / 2), difference(step / 4))
    let (e1, e2) = ((4 * d2 - d1) / 3, (4 * d3 - d2) / 3)
    let slope = tail * ((16 * e2 - e1) / 15)
    return isLower ? slope : -slope
  }
}
