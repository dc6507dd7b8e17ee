import RealModule

extension Special {
  /// The quantile function of Gamma(a, 1): the x with P(a, x) = p.
  ///
  /// Newton steps in log x on log P, or on -log Q for p > 1/2, kept inside a bracket whose lower end is
  /// the leading term x^a / Γ(a + 1) <= p of the series. Relative error below 1e-12.
  ///
  /// - Returns: x; 0 and +infinity at p = 0 and 1, `nan` for p outside [0, 1] or a <= 0.
  static func regularizedGammaPInverse(_ a: Double, _ p: Double) -> Double {
    guard a > 0, a < .infinity, p >= 0, p <= 1 else { return .nan }
    if p == 0 { return 0 }
    if p == 1 { return .infinity }
    let leading = Double.exp((Double.log(p) + logGammaOnePlus(a)) / a)
    // P(a, x) = x^a / Γ(a + 1) (1 - a x / (a + 1) + …), so that the first term is exact here.
    if leading < 1e-18 { return leading }

    let q = 1 - p
    let useLower = p <= 0.5
    let start = max(leading, gammaQuantileGuess(a, p, q))
    return safeguardedNewton(start: start, in: leading * (1 - 1e-9)..<(.infinity)) { x in
      let (lower, upper) = incompleteGamma(a, x)
      let slope = a * gammaPrefactor(a, x) / (useLower ? lower : upper)
      return (useLower ? Double.log(lower / p) : Double.log(q / upper), slope)
    }
  }

  /// A first guess: Wilson and Hilferty's cube of a normal for a >= 1, else the exponential tail.
  private static func gammaQuantileGuess(_ a: Double, _ p: Double, _ q: Double) -> Double {
    if a < 1 { return -Double.log(q) - Double.logGamma(a) }
    let z = p <= 0.5 ? normalQuantile(p) : -normalQuantile(q)
    let root = 1 - 1 / (9 * a) + z / (3 * a.squareRoot())
    return root > 0 ? a * root * root * root : 0
  }

  /// The zero of an increasing function of log x, by Newton steps inside a shrinking bracket.
  ///
  /// A step that leaves the bracket is replaced by its geometric middle, or by doubling while it is
  /// still open above. Once a step is below 1e-9, and small against the width of the distribution, it is
  /// the last one: convergence is quadratic.
  ///
  /// - Parameter function: Its value at x, and its derivative with respect to log x.
  static func safeguardedNewton(
    start: Double, in bracket: Range<Double>,
    _ function: (Double) -> (value: Double, slope: Double)
  ) -> Double {
    var (low, high) = (bracket.lowerBound, bracket.upperBound)
    var x = min(max(start, low), high)
    for _ in 0..<200 {
      let (value, slope) = function(x)
      if value == 0 { return x }
      if value < 0 { low = x } else { high = x }
      let step = -value / slope
      if abs(step) < 1e-9, abs(value) < 1e-5 { return x + x * step }
      var next = x * Double.exp(step)
      if !(next > low && next < high) {
        next = high.isFinite ? low * (high / low).squareRoot() : 2 * x
      }
      if next == x || next == low || next == high { return next }
      x = next
    }
    return x
  }
}
