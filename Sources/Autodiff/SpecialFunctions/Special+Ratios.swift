import Preconditions
import RealModule

extension Special {
  /// The `order`-th derivative of log(1 + x) / x, smooth through x = 0.
  ///
  ///     f_0(x) = log(1 + x) / x
  ///     f_k(x) = (-1)^k k! / x^(k+1) (log(1 + x) - sum over 1 <= j <= k of u^j / j),    u = x / (1 + x)
  ///            = (-1)^k k! / (1 + x)^(k+1) (sum over m >= 0 of u^m / (m + k + 1))
  ///
  /// The second line follows from x f_k + k f_(k-1) = (-1)^(k-1) (k-1)! / (1 + x)^k; the third from
  /// log(1 + x) = -log(1 - u). All terms of the third are positive for x > 0, so nothing cancels; far
  /// from 0 the second cancels by less than two digits at `order` 6.
  ///
  /// - Returns: The derivative; at x = -1 the infinity of sign (-1)^k, below -1 `nan`. Relative error
  ///   below 1e-14 for orders 0 to 6, below 1e-15 for 0 to 2.
  static func log1pRatio(_ order: Int, _ x: Double) -> Double {
    require(order >= 0, "log1pRatio: the order is \(order), but must not be negative.")
    guard x >= -1 else { return .nan }
    let sign = order.isMultiple(of: 2) ? 1.0 : -1.0
    if x == -1 { return sign * .infinity }
    if x == .infinity { return 0 }
    if order == 0 { return x == 0 ? 1 : Double.log(onePlus: x) / x }

    let y = 1 + x
    let u = x / y
    if u >= -3, u <= 0.75 {
      var scale = sign / y
      for j in 1...order { scale *= Double(j) / y }
      return scale * logarithmTail(order, u)
    }
    var tail = Double.log(onePlus: x)
    var power = 1.0
    var scale = sign / x
    for j in 1...order {
      power *= u
      tail -= power / Double(j)
      scale *= Double(j) / x
    }
    return scale * tail
  }

  /// The `order`-th derivative of (e^x - 1) / x, smooth through x = 0.
  ///
  ///     f_k(x) = ∫ t^k e^(xt) dt over [0, 1],    x f_k + k f_(k-1) = e^x
  ///
  /// Near 0 a power series of positive terms: that of the integrand for x > 0, and its Kummer
  /// transform for x < 0. Farther out the recurrence upwards for x > 0, where it is stable because
  /// x > 2k, and for x < 0 the closed form, whose correction is less than a half.
  ///
  /// - Returns: The derivative, with relative error below 1e-14 for orders 0 to 6 and |x| <= 700;
  ///   infinite where e^x is, even if the ratio itself is not quite.
  /// - Reference: DLMF §13.2(vii), 13.4.1, 8.4.8.
  static func expm1Ratio(_ order: Int, _ x: Double) -> Double {
    require(order >= 0, "expm1Ratio: the order is \(order), but must not be negative.")
    if x.isNaN { return .nan }
    if x.isInfinite { return x > 0 ? .infinity : 0 }
    if order == 0 { return x == 0 ? 1 : Double.expMinusOne(x) / x }

    let k = Double(order)
    if x > 2 * k + 2 { return expm1RatioByRecurrence(order, x) }
    if x < -(k + 2) { return expm1RatioFarLeft(order, x) }
    if x >= 0 {
      var power = 1.0
      return series(from: 1 / (k + 1)) { n in
        power *= x / Double(n)
        return power / (k + 1 + Double(n))
      }
    }
    var term = 1.0
    let sum = series(from: 1) { n in
      term *= -x / (k + 1 + Double(n))
      return term
    }
    return Double.exp(x) * sum / (k + 1)
  }

  private static func expm1RatioByRecurrence(_ order: Int, _ x: Double) -> Double {
    let power = Double.exp(x)
    // Both sides of the recurrence overflow together, and would leave inf - inf.
    if power.isInfinite { return .infinity }
    var value = Double.expMinusOne(x) / x
    for j in 1...order { value = (power - Double(j) * value) / x }
    return value
  }

  private static func expm1RatioFarLeft(_ order: Int, _ x: Double) -> Double {
    let r = -x
    var term = Double.exp(x)
    var correction = term
    var scale = 1 / r
    for j in 1...order {
      term *= r / Double(j)
      correction += term
      scale *= Double(j) / r
    }
    return scale * (1 - correction)
  }
}
