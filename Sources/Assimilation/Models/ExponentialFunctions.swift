import Foundation

/// The exponential functions φ_k of exponential integrators.
///
///     φ_0(z) = e^z,    φ_{k+1}(z) = (φ_k(z) - 1 / k!) / z,    φ_k(0) = 1 / k!
///
/// - Reference: Cox and Matthews (2002), *Exponential time differencing for stiff systems*.
enum ExponentialFunctions {
  /// The numbers φ_0, …, φ_3 at z.
  ///
  /// Near 0 they are sums of their Taylor series, since the recurrence cancels there.
  static func values(at z: Double) -> (Double, Double, Double, Double) {
    guard abs(z) < 1 else {
      let phi0 = exp(z)
      let phi1 = (phi0 - 1) / z
      let phi2 = (phi1 - 1) / z
      return (phi0, phi1, phi2, (phi2 - 0.5) / z)
    }
    return (exp(z), series(1, z), series(2, z), series(3, z))
  }

  /// The series of φ_k, sum over j of z^j / (j + k)!; twenty terms are exact to rounding for |z| < 1.
  private static func series(_ k: Int, _ z: Double) -> Double {
    var term = 1 / (1...k).reduce(1.0) { $0 * Double($1) }
    var sum = term
    for j in 1..<20 {
      term *= z / Double(j + k)
      sum += term
    }
    return sum
  }
}
