import RealModule

extension Special {
  /// The remainder of the series of -log(1 - u) after `order` terms, over u^(order+1).
  ///
  ///     T(u) = sum over m >= 0 of u^m / (m + order + 1),    -3 <= u <= 3/4
  ///
  /// It is the common root of `log1pMinus` and `log1pRatio`, which would cancel if written with
  /// `log`. Gauss's continued fraction converges for every u < 1, each level dividing the error by
  /// (1 + √(1 - u)) / |1 - √(1 - u)|: at least 3 in the given range. Relative error below 1e-15.
  ///
  /// - Reference: DLMF §15.7, with 2F1(1, b; b + 1; u) = b T(u), b = order + 1.
  static func logarithmTail(_ order: Int, _ u: Double) -> Double {
    let b = Double(order + 1)
    // Pairs of levels that bring the truncation below 1e-17.
    let size = abs(u)
    var i = size <= 0.02 ? 4.0 : size <= 0.1 ? 6 : size <= 0.35 ? 9 : 18
    var fraction = 1.0
    while i > 0 {
      let end = b + 2 * i
      fraction = 1 - i * i * u / ((end - 1) * end * fraction)
      let odd = b + i - 1
      fraction = 1 - odd * odd * u / ((end - 2) * (end - 1) * fraction)
      i -= 1
    }
    return 1 / (b * fraction)
  }

  /// The function log(1 + x) - x without cancellation near 0, for x > -1. Relative error below 1e-15.
  static func log1pMinus(_ x: Double) -> Double {
    guard x >= -0.75, x <= 3 else { return Double.log(onePlus: x) - x }
    return -x * x * logarithmTail(1, -x)
  }

  /// The function log(r) - (r - 1), given the ratio and its distance from one, each as accurate as possible.
  package static func logMinus(ratio: Double, excess: Double) -> Double {
    excess < -0.5 ? Double.log(ratio) - excess : log1pMinus(excess)
  }
}
