import RealModule

/// The incomplete beta function near the mean for large parameters, where its continued fraction is slow.
extension Special {
  static func isUniformBeta(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Bool {
    guard min(a, b) >= 1e7, max(a, b) < .infinity else { return false }
    let n = a + b
    return abs(n * x / a - 1) <= 0.3 && abs(n * y / b - 1) <= 0.3
  }

  /// The function I_x(a, b) and its complement by Temme's uniform expansion, with an error of order min(a,
  /// b)^(-3/2) after the first term.
  ///
  ///     I_x(a, b) = erfc(-η √(n/2)) / 2 + e^(-n η²/2) / √(2πn) c_0(η) + …,    n = a + b
  ///     η²/2 = x_0 log(x_0 / x) + y_0 log(y_0 / y),    x_0 = a/n,    y_0 = b/n
  ///
  /// - Reference: Temme (1982), "The uniform asymptotic expansion of a class of integrals related to
  ///   cumulative distribution functions", *SIAM J. Math. Anal.* 13(2), 239–253; DLMF 8.18.14.
  static func incompleteBetaUniform(
    _ a: Double, _ b: Double, _ x: Double, _ y: Double
  ) -> (lower: Double, upper: Double) {
    let exponent = max(-betaPowerExponent(a, b, x, y), 0)
    let isLeft = betaImbalance(a, b, x, y) > 0
    let remainder = Double.exp(-exponent) * betaUniformTerm(a, b, x, y, exponent)
    let tail = 0.5 * Double.erfc(exponent.squareRoot())
    if isLeft {
      return (tail + remainder, 1 - (tail + remainder))
    }
    return (1 - (tail - remainder), tail - remainder)
  }

  /// The term c_0(η) / √(2πn), given n η²/2.
  ///
  ///     c_0 = 1/η - 1/w,    w = (x - x_0) / √(x_0 y_0)
  ///
  /// The difference w² - η² is what log(1 + v) = v - v²/2 + … leaves of third order in v = x/x_0 - 1
  /// and y/y_0 - 1, so that nothing cancels as both tend to 0.
  static func betaUniformTerm(
    _ a: Double, _ b: Double, _ x: Double, _ y: Double, _ exponent: Double
  ) -> Double {
    let n = a + b
    let (x0, y0) = (a / n, b / n)
    let shift = -betaImbalance(a, b, x, y) / n  // x - x_0
    let (vx, vy) = (shift / x0, -shift / y0)
    let s = (x0 * y0).squareRoot()
    // (w² - η²) / (2 w³)
    let third =
      s * (y0 / x0 * logarithmTail(2, -vx) - x0 / y0 * logarithmTail(2, -vy))
    let w = shift / s
    // |η / w|
    let ratio = w == 0 ? 1 : (2 * exponent / n).squareRoot() / abs(w)
    return 2 * third / (ratio * (1 + ratio)) / (2 * .pi * n).squareRoot()
  }
}
