import CNumerics
import RealModule

extension Special {
  /// The inverse error function, within 2 units in the last place, from which normal draws get their digits.
  ///
  /// - Returns: ∓infinity at ∓1, `nan` outside [-1, 1].
  static func erfInverse(_ x: Double) -> Double { ppl_erf_inverse(x) }

  /// The standard normal quantile, with relative error below 1e-15 down to the smallest p.
  ///
  /// - Returns: The z with Φ(z) = p; ∓infinity at p = 0 and 1, `nan` outside [0, 1].
  /// - Reference: Wichura (1988), "Algorithm AS 241", *Applied Statistics* 37(3), 477–484.
  static func normalQuantile(_ p: Double) -> Double {
    guard p >= 0, p <= 1 else { return .nan }
    let q = p - 0.5
    if abs(q) <= 0.425 { return centralQuantile(q) }
    if p == 0 { return -.infinity }
    if p == 1 { return .infinity }
    return q < 0 ? -tailQuantile(p) : tailQuantile(1 - p)
  }

  /// The standard normal distribution function Φ, with relative error below 2e-15 in both tails.
  static func normalCDF(_ x: Double) -> Double {
    0.5 * upperTail(-x)
  }

  /// The logarithm of the standard normal Φ(x), also where Φ itself underflows. Relative error below 2e-15.
  ///
  ///     log Φ(x) ~ -x²/2 - log(-x) - log(2π)/2 + log(1 - 1/x² + 3/x⁴ - 15/x⁶ …),    x -> -infinity
  ///
  /// - Reference: DLMF 7.12.1 for the asymptotic series.
  static func logNormalCDF(_ x: Double) -> Double {
    if x > 0 { return Double.log(onePlus: -0.5 * upperTail(x)) }
    if x > -15 { return Double.log(0.5 * upperTail(-x)) }
    let r = 1 / (x * x)
    var term = 1.0
    var sum = 0.0
    for k in 1...12 {
      term *= -Double(2 * k - 1) * r
      sum += term
    }
    return -0.5 * x * x - Double.log(-x) - logRootTwoPi + Double.log(onePlus: sum)
  }

  /// The constant log(2π) / 2.
  static let logRootTwoPi = 0.9189385332046727

  private static let twoOverRootPi = 1.1283791670955126

  /// The upper tail erfc(x / √2) without the rounding of x / √2, which far out would cost x² units in the last place.
  private static func upperTail(_ x: Double) -> Double {
    let high = 0.7071067811865476
    let low = -4.833646656726457e-17  // 1/√2 - high
    let z = x * high
    let value = Double.erfc(z)
    guard value > 0, value < 2 else { return value }
    let rounding = (-z).addingProduct(x, high) + x * low
    return value - twoOverRootPi * Double.exp(-z * z) * rounding
  }

  /// The normal quantile at 1/2 + q, for |q| <= 0.425.
  private static func centralQuantile(_ q: Double) -> Double {
    let r = 0.180625 - q * q
    return q * polynomial(centralNumerator, r) / polynomial(centralDenominator, r)
  }

  /// The negative of the normal quantile at p, for 0 < p < 0.075.
  private static func tailQuantile(_ p: Double) -> Double {
    let r = (-Double.log(p)).squareRoot()
    if r <= 5 {
      return polynomial(nearNumerator, r - 1.6) / polynomial(nearDenominator, r - 1.6)
    }
    return polynomial(farNumerator, r - 5) / polynomial(farDenominator, r - 5)
  }

  private static let centralNumerator = [
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3,
  ]
  private static let centralDenominator = [
    1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
    5.2264952788528545610e3,
  ]
  private static let nearNumerator = [
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4,
  ]
  private static let nearDenominator = [
    1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
    1.05075007164441684324e-9,
  ]
  private static let farNumerator = [
    6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ]
  private static let farDenominator = [
    1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
    2.04426310338993978564e-15,
  ]
}
