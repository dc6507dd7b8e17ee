import RealModule

extension Special {
  /// The regularised lower incomplete gamma function, the distribution function of Gamma(a, 1).
  ///
  ///     P(a, x) = 1/Γ(a) ∫ t^(a-1) e^-t dt over [0, x]
  ///
  /// Relative error below 1e-14 where the result exceeds 1e-5; deeper in the tail it grows like
  /// |log P|, by a few units in the last place, as the argument's own rounding would make it.
  ///
  /// - Returns: P(a, x); the limits 0 and 1 at infinite arguments, `nan` for negative ones.
  /// - Complexity: O(√a) below a = 100, constant above.
  static func regularizedGammaP(_ a: Double, _ x: Double) -> Double {
    incompleteGamma(a, x).lower
  }

  /// The regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x), as accurate as P.
  static func regularizedGammaQ(_ a: Double, _ x: Double) -> Double {
    incompleteGamma(a, x).upper
  }

  /// The functions P and Q together, each computed without subtraction where it is the smaller one.
  static func incompleteGamma(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    guard a >= 0, x >= 0 else { return (.nan, .nan) }
    if a == x, a == 0 || a == .infinity { return (.nan, .nan) }
    if a == 0 || x == .infinity { return (1, 0) }
    if x == 0 || a == .infinity { return (0, 1) }

    if isUniformGamma(a, x) { return incompleteGammaUniform(a, x) }
    if x >= max(a, 1.1) {
      let upper = incompleteGammaFraction(a, x)
      return (1 - upper, upper)
    }
    let lower = incompleteGammaSeries(a, x)
    let upper = a < 1 && lower > 0.5 ? incompleteGammaSmallUpper(a, x) : 1 - lower
    return (lower, upper)
  }

  /// The prefactor x^a e^-x / Γ(a + 1), which is x/a times the density of Gamma(a, 1).
  static func gammaPrefactor(_ a: Double, _ x: Double) -> Double {
    if a < 100 {
      // Half powers stay in range where x^a or e^-x alone would not.
      if x > 2000 { return 0 }
      let half = Double.pow(x, 0.5 * a) * Double.exp(-0.5 * x)
      return half * (half / Double.gamma(a + 1))
    }
    let exponent = a * logMinus(ratio: x / a, excess: (x - a) / a)
    return Double.exp(exponent - stirlingCorrection(a)) / (2 * .pi * a).squareRoot()
  }

  /// The function P by its power series, all of whose terms are positive (DLMF 8.11.4).
  private static func incompleteGammaSeries(_ a: Double, _ x: Double) -> Double {
    gammaPrefactor(a, x) * gammaSeries(a, x)
  }

  /// The series P(a, x) Γ(a + 1) / (x^a e^-x).
  static func gammaSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1.0
    return series(from: 1) { n in
      term *= x / (a + Double(n))
      return term
    }
  }

  /// The function Q by Legendre's continued fraction (DLMF 8.9.2), evaluated by Lentz's method.
  private static func incompleteGammaFraction(_ a: Double, _ x: Double) -> Double {
    a * gammaPrefactor(a, x) * gammaFraction(a, x)
  }

  /// The continued fraction Q(a, x) Γ(a) / (x^a e^-x).
  static func gammaFraction(_ a: Double, _ x: Double) -> Double {
    var denominator = x + 1 - a
    var d = 1 / denominator
    var c = Double.infinity
    var fraction = d
    var n = 0.0
    while n < 10_000 {
      n += 1
      let numerator = -n * (n - a)
      denominator += 2
      d = 1 / (denominator + numerator * d)
      c = denominator + numerator / c
      let factor = c * d
      fraction *= factor
      if (factor - 1).magnitude <= 2 * .ulpOfOne { return fraction }
    }
    return .nan
  }

  /// The function Q for a < 1 and small x, where 1 - P would cancel.
  ///
  ///     Γ(a, x) = (Γ(1 + a) - x^a) / a - x^a (sum over k >= 1 of (-x)^k / (k! (a + k)))
  ///
  /// - Reference: DLMF 8.7.3, with the leading terms taken together as differences from 1.
  private static func incompleteGammaSmallUpper(_ a: Double, _ x: Double) -> Double {
    let logPower = a * Double.log(x)
    let logGammaOfNext = logGammaOnePlus(a)
    let leading = Double.expMinusOne(logGammaOfNext) - Double.expMinusOne(logPower)
    var power = 1.0
    let sum = series(from: 0) { k in
      power *= -x / Double(k)
      return power / (a + Double(k))
    }
    return (leading - a * Double.exp(logPower) * sum) / Double.exp(logGammaOfNext)
  }

  /// The function log Γ(1 + a) for 0 <= a, without losing a small a in the rounding of 1 + a.
  static func logGammaOnePlus(_ a: Double) -> Double {
    let next = 1 + a
    let lost = a - (next - 1)
    return Double.logGamma(next) + digamma(next) * lost
  }

  /// The functions P and Q by Temme's uniform expansion, for a >= 100 and x within three tenths of a.
  ///
  ///     Q(a, x) = erfc(η √(a/2)) / 2 + R,    η²/2 = μ - log(1 + μ),    μ = (x - a) / a
  ///     R = e^(-a η²/2) / √(2πa) (sum over k of c_k(η) a^-k)
  ///
  /// - Reference: Temme (1979), "The asymptotic expansion of the incomplete gamma functions", *SIAM J.
  ///   Math. Anal.* 10(4), 757–766; DLMF §8.12.
  private static func incompleteGammaUniform(
    _ a: Double, _ x: Double
  ) -> (lower: Double, upper: Double) {
    let exponent = -a * log1pMinus((x - a) / a)
    let remainder =
      gammaUniformSum(a, x, exponent) * Double.exp(-exponent) / (2 * .pi * a).squareRoot()
    let tail = 0.5 * Double.erfc(exponent.squareRoot())
    if x < a {
      return (tail - remainder, 1 - (tail - remainder))
    }
    return (1 - (tail + remainder), tail + remainder)
  }

  static func isUniformGamma(_ a: Double, _ x: Double) -> Bool {
    a >= 100 && abs(x - a) <= 0.3 * a
  }

  /// The sum over k of c_k(η) a^-k, given a η²/2.
  static func gammaUniformSum(_ a: Double, _ x: Double, _ exponent: Double) -> Double {
    let root = (2 * exponent / a).squareRoot()
    let eta = x < a ? -root : root
    let r = 1 / a
    var sum = 0.0
    var k = temmeCoefficients.count - 1
    while k >= 0 {
      sum = sum * r + polynomial(temmeCoefficients[k], eta)
      k -= 1
    }
    return sum
  }

  /// The power series in η of c_0, c_1, … (DLMF 8.12.10), as far as |η| <= 0.36 and a >= 100 need
  /// them, from exact rational arithmetic.
  private static let temmeCoefficients: [[Double]] = [
    [
      -0.3333333333333333, 0.08333333333333333, -0.014814814814814815, 0.0011574074074074073,
      0.0003527336860670194, -0.0001787551440329218, 3.919263178522438e-05, -2.185448510679992e-06,
      -1.85406221071516e-06, 8.296711340953087e-07, -1.7665952736826078e-07, 6.707853543401498e-09,
      1.0261809784240309e-08, -4.382036018453353e-09, 9.14769958223679e-10, -2.5514193994946248e-11,
      -5.830772132550426e-11,
    ],
    [
      -0.001851851851851852, -0.003472222222222222, 0.0026455026455026454, -0.0009902263374485596,
      0.00020576131687242798, -4.018775720164609e-07, -1.8098550334489977e-05, 7.64916091608111e-06,
      -1.6120900894563446e-06, 4.647127802807434e-09, 1.378633446915721e-07, -5.752545603517705e-08,
      1.1951628599778148e-08, -1.7543241719747647e-11, -1.0091543710600413e-09,
    ],
    [
      0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-06,
      -0.0001073665322636516, 5.2923448829120125e-05, -1.2760635188618728e-05,
      3.423578734096138e-08,
      1.3721957309062934e-06, -6.298992138380055e-07, 1.4280614206064242e-07,
      -2.0477098421990866e-10,
      -1.409252991086752e-08,
    ],
    [
      0.0006494341563786008, 0.00022947209362139917, -0.0004691894943952557, 0.00026772063206283885,
      -7.561801671883977e-05, -2.396505113867297e-07, 1.1082654115347302e-05,
      -5.6749528269915965e-06,
      1.4230900732435883e-06, -2.7861080291528143e-11, -1.6958404091930278e-07,
    ],
    [
      -0.0008618882909167117, 0.0007840392217200666, -0.0002990724803031902,
      -1.4638452578843418e-06,
      6.641498215465122e-05, -3.968365047179435e-05, 1.1375726970678419e-05, 2.507497226237533e-10,
      -1.6954149536558305e-06,
    ],
    [
      -0.00033679855336635813, -6.972813758365857e-05, 0.0002772753244959392,
      -0.00019932570516188847,
      6.797780477937208e-05,
    ],
    [
      0.0005313079364639922, -0.0005921664373536939, 0.0002708782096718045,
    ],
    [
      0.00034436760689237765
    ],
  ]
}
