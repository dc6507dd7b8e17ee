import Preconditions
import RealModule

extension Special {
  /// The `order`-th derivative of the remainder of log k! after the leading terms of Stirling's formula.
  ///
  ///     c(k) = log Γ(k + 1) - (k log k - k) = log(2πk) / 2 + 1 / (12 k) - …
  ///
  /// It is minus the log probability of k events where k are expected, for real k ≥ 0; c(0) = 0. Absolute error
  /// below 4e-15, or a few units in the last place of c; for derivatives relative to the larger of the two terms
  /// that are subtracted for k below 10.
  ///
  /// - Reference: DLMF 5.11.1, differentiated term by term; Loader (2000), *Fast and accurate computation
  ///   of binomial probabilities*, §2.
  static func logFactorialRemainder(_ order: Int, _ k: Double) -> Double {
    require(order >= 0, "logFactorialRemainder: the order is \(order), but must not be negative.")
    guard k >= 0 else { return .nan }
    let n = Double(order)
    if k < 10 {
      if order == 0 {
        if k == 0 { return 0 }
        return (k < 1 ? logGammaOnePlus(k) : Double.logGamma(k + 1)) - k * (Double.log(k) - 1)
      }
      if order == 1 { return digamma(k + 1) - Double.log(k) }
      // (n - 2)! / k^(n - 1), with the sign of the derivative of log k.
      var power = -1.0
      for j in 1..<order { power *= -Double(max(j - 1, 1)) / k }
      return polygamma(order - 1, k + 1) - power
    }
    if k == .infinity { return order == 0 ? k : 0 }
    let r = 1 / k
    if order == 0 { return 0.5 * Double.log(2 * .pi * k) + r * polynomial(stirlingSeries, r * r) }
    var sum = 0.0
    for j in stirlingSeries.indices.reversed() {
      var rising = 1.0
      for i in 0..<order { rising *= Double(2 * j + 1 + i) }
      sum = sum * r * r + rising * stirlingSeries[j]
    }
    // Of log(k) / 2: (n - 1)! / (2 k^n).
    var factor = 0.5
    for j in 1..<order { factor *= Double(j) }
    let sign = order.isMultiple(of: 2) ? 1.0 : -1.0
    return sign * Double.pow(r, n) * (sum * r - factor)
  }
}
