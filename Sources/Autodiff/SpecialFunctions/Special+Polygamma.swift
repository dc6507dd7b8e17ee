import Preconditions
import RealModule

extension Special {
  /// The log gamma function log |Γ(x)|, with relative error below 1e-14 for x > 0; the poles at 0, -1, … are
  /// +infinity.
  package static func logGamma(_ x: Double) -> Double {
    Double.logGamma(x)
  }

  /// The digamma function ψ, the logarithmic derivative of Γ.
  ///
  /// Asymptotic series above 10, reached by ψ(x) = ψ(x + 1) - 1/x; a Taylor series about the positive
  /// zero; reflection for x < 0. Relative error below 3e-15 for x > 0. For x < 0 the error is relative
  /// to the larger term of the reflection: absolute, that is, near the zeros between the poles.
  ///
  /// - Returns: ψ(x); ∓infinity at ±0, `nan` at the negative integers, where the sides disagree.
  /// - Reference: DLMF 5.5.2, 5.5.4, 5.11.2.
  static func digamma(_ x: Double) -> Double {
    if x == 0 { return -1 / x }
    if x < 0 {
      let offset = x - x.rounded()
      if offset == 0 || x == -.infinity { return .nan }
      return digamma(1 - x) - .pi / Double.tan(.pi * offset)
    }
    let distance = (x - digammaZero) - digammaZeroRest
    if abs(distance) <= 0.3 { return distance * polynomial(digammaTaylor, distance) }

    var shifted = x
    var sum = 0.0
    while shifted < 10 {
      sum += 1 / shifted
      shifted += 1
    }
    if shifted == .infinity { return .infinity }
    let r = 1 / shifted
    let correction = 0.5 * r + r * r * polynomial(digammaAsymptotic, r * r)
    return Double.log(shifted) - correction - sum
  }

  /// The polygamma function, the `order`-th derivative of the digamma function.
  ///
  ///     ψ_n(x) = (-1)^(n+1) n! ζ(n + 1, x),    ζ(s, x) = sum over k >= 0 of (x + k)^-s
  ///
  /// For x < 0 the sum is split at the pole between its terms, with f = x - floor(x):
  ///
  ///     ζ(s, x) = ζ(s, f) + (-1)^s (ζ(s, 1 - f) - ζ(s, 1 - x))
  ///
  /// Relative error below 1e-14 for `order` up to 10 and x > 0; for x < 0 relative to the larger term.
  ///
  /// - Returns: ψ_n(x); at 0 and the negative integers +infinity for odd n. For even n, where the sides
  ///   disagree, ∓infinity at ±0 and `nan` at the negative integers.
  /// - Reference: DLMF 5.15.1, 25.11.1.
  package static func polygamma(_ order: Int, _ x: Double) -> Double {
    require(order >= 0, "polygamma: the order is \(order), but must not be negative.")
    if order == 0 { return digamma(x) }
    if x.isNaN || x == -.infinity { return .nan }
    let odd = !order.isMultiple(of: 2)
    if x <= 0, x == x.rounded() {
      if odd { return .infinity }
      return x == 0 ? -1 / x : .nan
    }
    if x > 0 { return odd ? scaledZeta(order, x) : -scaledZeta(order, x) }

    let right = scaledZeta(order, x - x.rounded(.down))
    let left = scaledZeta(order, x.rounded(.up) - x) - scaledZeta(order, 1 - x)
    return odd ? right + left : left - right
  }

  /// The scaled Hurwitz zeta function n! ζ(n + 1, x) for x > 0, by Euler–Maclaurin summation beyond the first terms.
  ///
  /// Everything is divided by x^-s and the factorial is multiplied in as a product of quotients, so
  /// nothing overflows before the result does.
  ///
  /// - Reference: DLMF 25.11.28 (the Euler–Maclaurin form of the Hurwitz zeta function).
  private static func scaledZeta(_ order: Int, _ x: Double) -> Double {
    if x == .infinity { return 0 }
    let s = Double(order + 1)
    var sum = 0.0
    var end = x
    while end < s + 10 {
      sum += Double.pow(x / end, s)
      end += 1
    }
    let r = 1 / end
    var rising = s * r
    var tail = 1 / (s - 1) + 0.5 * r
    for (j, coefficient) in eulerMaclaurin.enumerated() {
      tail += r * coefficient * rising
      let i = s + Double(2 * j)
      rising *= (i + 1) * r * (i + 2) * r
    }
    // ζ(s, x) = x^-s (sum + (x / end)^s end tail)
    var value = sum / x + Double.pow(x / end, s) * (end / x) * tail
    for i in 1...order { value *= Double(i) / x }
    return value
  }

  /// The positive zero of the digamma function, as a sum of two numbers.
  private static let digammaZero = 1.4616321449683622
  private static let digammaZeroRest = 9.549995429965697e-17

  /// The Taylor coefficients ψ_n(z) / n! at the zero z, for n = 1, 2, …, from 50-digit arithmetic.
  private static let digammaTaylor = [
    0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652,
    0.10782405069126237, -0.07219956125645471, 0.04880428816414311, -0.03316112647484736,
    0.022597648232218104, -0.01542476590494896, 0.010538791616612175, -0.007204534386356869,
    0.004926781395729853, -0.003369801655439328, 0.002305126326734928, -0.0015769367714301972,
    0.0010788252019162967, -0.0007380709389960052, 0.000504953265834602, -0.0003454680251063077,
    0.00023635601564027053, -0.00016170622091974803, 0.0001106337276874741, -7.569179582195066e-05,
    5.178575795222081e-05,
  ]

  /// The coefficients B_2j / (2j), j = 1, 2, … (DLMF 5.11.2).
  static let digammaAsymptotic = [
    0.08333333333333333, -0.008333333333333333, 0.003968253968253968, -0.004166666666666667,
    0.007575757575757576, -0.021092796092796094, 0.08333333333333333, -0.4432598039215686,
    3.0539543302701198,
  ]

  /// The coefficients B_2j / (2j)!, j = 1, 2, … (DLMF 25.11.28).
  private static let eulerMaclaurin = [
    0.08333333333333333, -0.001388888888888889, 3.306878306878307e-05, -8.267195767195768e-07,
    2.08767569878681e-08, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13,
    8.586062056277845e-15, -2.174868698558062e-16, 5.5090028283602295e-18,
    -1.3954464685812522e-19,
  ]
}
