import RealModule

extension Special {
  /// The standard normal quantile of the probability exp(l), also where that underflows.
  ///
  /// Newton steps on log Φ, whose slope is about -z far out. Error below 4e-15,
  /// relative to z or to 1, whichever is larger.
  ///
  /// - Returns: The z with log Φ(z) = l; infinite at l = 0 and -infinity, `nan` for l > 0.
  static func logNormalQuantile(_ l: Double) -> Double {
    guard l <= 0 else { return .nan }
    if l > -0.6931471805599453 { return -normalQuantile(-Double.expMinusOne(l)) }
    if l > -700 { return normalQuantile(Double.exp(l)) }
    if l == -.infinity { return l }
    var z = -(-2 * l).squareRoot()
    for _ in 0..<20 {
      let value = logNormalCDF(z)
      let hazard = Double.exp(-0.5 * z * z - logRootTwoPi - value)
      // Far out the two large exponents leave only noise; there the hazard is -z to all digits.
      let slope = z < -1e7 ? -z : hazard
      let step = (value - l) / slope
      z -= step
      if abs(step) <= 1e-15 * abs(z) { break }
    }
    return z
  }
}
