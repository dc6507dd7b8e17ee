import Foundation

/// The Gauss–Legendre rule for `∫ f(t) dt` over [0, 1]: exact for polynomials below degree 2 `count`.
///
/// - Reference: DLMF 3.5.15; nodes by Newton's method on Legendre's polynomial.
struct GaussLegendre {
  /// Where the function is evaluated, inside (0, 1), and with which positive weights.
  let nodes, weights: [Double]

  init(count: Int) {
    let n = Double(count)
    let rule = (0..<count).map { index -> (Double, Double) in
      var x = Foundation.cos(.pi * (Double(index) + 0.75) / (n + 0.5))
      var slope = 1.0
      for _ in 0..<10 {
        let (value, before) = Self.legendre(count, x)
        slope = n * (before - x * value) / (1 - x * x)
        x -= value / slope
      }
      return (0.5 * (1 - x), 1 / ((1 - x * x) * slope * slope))
    }
    (nodes, weights) = (rule.map(\.0), rule.map(\.1))
  }

  /// Legendre's polynomials of degree `n` and `n - 1`.
  private static func legendre(_ n: Int, _ x: Double) -> (value: Double, before: Double) {
    var (value, before) = (1.0, 0.0)
    for k in 1...n {
      let next = (Double(2 * k - 1) * x * value - Double(k - 1) * before) / Double(k)
      (before, value) = (value, next)
    }
    return (value, before)
  }
}
