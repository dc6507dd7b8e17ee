import Preconditions
import RealModule

extension Special {
  /// The modified Bessel function of the first kind without its growth and its zero.
  ///
  ///     G_m(x) = e^-|x| I_m(|x|) / |x|^m,    dG_m/dx = x G_(m+1) - sign(x) G_m
  ///
  /// A power series of positive terms, and Hankel's asymptotic series where its smallest term is below
  /// rounding. Relative error below 3e-15 for orders up to 4.
  ///
  /// - Reference: DLMF 10.25.2, 10.40.1; the derivative from 10.29.4.
  package static func besselRatio(_ order: Int, _ x: Double) -> Double {
    require(order >= 0, "besselRatio: the order is \(order), but must not be negative.")
    if x.isNaN { return .nan }
    let r = abs(x)
    let m = Double(order)
    if r > max(30, 2 * m * m) {
      var term = 1.0
      let sum = series(from: 1, limit: 60) { k in
        let odd = Double(2 * k - 1)
        term *= -(4 * m * m - odd * odd) / (8 * Double(k) * r)
        return term
      }
      return sum / ((2 * .pi * r).squareRoot() * Double.pow(r, order))
    }
    var first = Double.exp(-r)
    for k in 0..<order { first /= 2 * Double(k + 1) }
    var term = 1.0
    let sum = series(from: 1) { k in
      term *= 0.25 * r * r / (Double(k) * (Double(k) + m))
      return term
    }
    return first * sum
  }

  /// The logarithm of I_0(x), without overflow, and with all its digits near 0, where it is x²/4.
  package static func logBesselI0(_ x: Double) -> Double {
    let r = abs(x)
    guard r < 1 else { return r + Double.log(besselRatio(0, r)) }
    var term = 1.0
    let excess = series(from: 0) { k in
      term *= 0.25 * r * r / Double(k * k)
      return term
    }
    return Double.log(onePlus: excess)
  }
}
