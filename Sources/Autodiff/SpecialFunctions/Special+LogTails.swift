import RealModule

/// Logarithms of the incomplete gamma and beta functions, also where these underflow.
extension Special {
  /// The logarithms of P(a, x) and Q(a, x), with the relative error of P and Q where these are normal numbers,
  /// and below 1e-13 where they are not.
  static func logIncompleteGamma(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    let (p, q) = incompleteGamma(a, x)
    if min(p, q) > leastTail { return logs(p, q) }
    if p.isNaN || q.isNaN { return (.nan, .nan) }
    // Infinite arguments and zeros are certain outcomes.
    if a == 0 || x == .infinity { return (0, -.infinity) }
    if x == 0 || a == .infinity { return (-.infinity, 0) }
    if p < q { return (logGammaLowerTail(a, x), Double.log(onePlus: -p)) }
    if x < max(a, 1.1) { return (Double.log(onePlus: -q), Double.log(q)) }
    return (Double.log(onePlus: -q), logGammaUpperTail(a, x))
  }

  /// The logarithms of I_x(a, b) and of its complement for x = 1 / (1 + e^-l), as accurate as `logIncompleteGamma`.
  static func logIncompleteBeta(
    _ a: Double, _ b: Double, logit l: Double
  ) -> (lower: Double, upper: Double) {
    if abs(l) < 700 { return logIncompleteBeta(a, b, sigmoid(l), sigmoid(-l)) }
    guard a > 0, b > 0, !l.isNaN else { return (.nan, .nan) }
    if l > 0 {
      let (upper, lower) = logIncompleteBeta(b, a, logit: -l)
      return (lower, upper)
    }
    // For so large a b it is an incomplete gamma function of b x.
    if l + Double.log(b) > -40 { return logIncompleteGamma(a, .exp(l + Double.log(b))) }
    // The first term of the power series, x^a / (a B(a, b)).
    let lower = min(a * l - Double.log(a) - logBeta(a, b), 0)
    return (lower, logComplement(lower))
  }

  /// The logarithms of I_x(a, b) and of its complement, given x and y = 1 - x.
  static func logIncompleteBeta(
    _ a: Double, _ b: Double, _ x: Double, _ y: Double
  ) -> (lower: Double, upper: Double) {
    let (p, q) = incompleteBeta(a, b, x, y)
    if min(p, q) > leastTail { return logs(p, q) }
    if p.isNaN || q.isNaN { return (.nan, .nan) }
    if p == 0, x == 0 || b == 0 || a == .infinity { return (-.infinity, 0) }
    if q == 0, y == 0 || a == 0 || b == .infinity { return (0, -.infinity) }
    if p < q { return (logBetaLeftTail(a, b, x, y), Double.log(onePlus: -p)) }
    return (Double.log(onePlus: -q), logBetaLeftTail(b, a, y, x))
  }

  /// The log complement log(1 - e^l) for l ≤ 0.
  ///
  /// - Reference: Mächler (2012), *Accurately computing log(1 - exp(-|a|))*, eq. (7).
  static func logComplement(_ l: Double) -> Double {
    l > -0.6931471805599453
      ? Double.log(-Double.expMinusOne(l)) : Double.log(onePlus: -Double.exp(l))
  }

  /// The least tail above which probabilities are normal numbers with all their digits.
  private static let leastTail = 1e-290

  private static func logs(_ p: Double, _ q: Double) -> (lower: Double, upper: Double) {
    (
      p < q ? Double.log(p) : Double.log(onePlus: -q),
      p < q ? Double.log(onePlus: -p) : Double.log(q)
    )
  }

  private static func logGammaLowerTail(_ a: Double, _ x: Double) -> Double {
    guard isUniformGamma(a, x) else {
      return logGammaTerm(a, x) + Double.log(gammaSeries(a, x))
    }
    let exponent = -a * log1pMinus((x - a) / a)
    let term = -gammaUniformSum(a, x, exponent) / (2 * .pi * a).squareRoot()
    return logUniformTail(exponent, term)
  }

  private static func logGammaUpperTail(_ a: Double, _ x: Double) -> Double {
    guard isUniformGamma(a, x) else {
      return Double.log(a) + logGammaTerm(a, x) + Double.log(gammaFraction(a, x))
    }
    let exponent = -a * log1pMinus((x - a) / a)
    let term = gammaUniformSum(a, x, exponent) / (2 * .pi * a).squareRoot()
    return logUniformTail(exponent, term)
  }

  /// The logarithm of I_x(a, b) far left of the mean.
  private static func logBetaLeftTail(
    _ a: Double, _ b: Double, _ x: Double, _ y: Double
  ) -> Double {
    guard isUniformBeta(a, b, x, y) else {
      return logBetaPower(a, b, x, y) - Double.log(a) + Double.log(betaFraction(a, b, x, y))
    }
    let exponent = -betaPowerExponent(a, b, x, y)
    return logUniformTail(exponent, betaUniformTerm(a, b, x, y, exponent))
  }

  /// The logarithm of erfc(√y) / 2 + e^-y t for large y, from Mills' ratio.
  ///
  ///     e^-y / (erfc(√y) / 2) ~ √(2π) z / (1 - 1/z² + 3/z⁴ - 15/z⁶),    z = √(2y)
  private static func logUniformTail(_ exponent: Double, _ term: Double) -> Double {
    let z = (2 * exponent).squareRoot()
    let r = 1 / (2 * exponent)
    let ratio = (2 * Double.pi).squareRoot() * z / (1 - r * (1 - 3 * r * (1 - 5 * r)))
    return logNormalCDF(-z) + Double.log(onePlus: ratio * term)
  }
}
