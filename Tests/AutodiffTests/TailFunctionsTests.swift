import TestSupport
import Testing

@testable import Autodiff

/// Tails and differences of log Γ over many magnitudes against 60-digit arithmetic (`Tests/Reference/tails.json`).
///
/// Unless a test says why, the relative error must be below 1e-10.
struct TailFunctionsTests {
  let reference: JSONValue
  init() throws { reference = try #require(Reference.json("tails.json")["functions"]) }

  // log Γ(a + d) = log Γ(a) somewhere between 1 and 2, where only the absolute error can be small.
  @Test func differencesOfLogGammaDoNotCancel() throws {
    try expect("logGammaDifference", absolute: 1e-14) {
      Special.polygammaDifference(-1, $0[0], $0[1])
    }
  }

  @Test func differencesOfDigammaDoNotCancel() throws {
    try expect("digammaDifference") { Special.polygammaDifference(0, $0[0], $0[1]) }
  }

  @Test func whatTheTangentOfLogGammaMissesDoesNotCancel() throws {
    try expect("logGammaRemainder") { Special.polygammaRemainder(-1, $0[0], $0[1]) }
  }

  @Test func theRestOfStirlingsFormulaIsAccurate() throws {
    try expect("logFactorialRemainder") { Special.logFactorialRemainder(0, $0[0]) }
  }

  // The derivative of each order is the order above; a central difference is good to ulp^(2/3).
  @Test(arguments: 0...3) func theRestOfStirlingsFormulaHasItsDerivatives(order: Int) {
    for k in [0.4, 3, 9.5, 11, 80, 1e4] {
      let h = 1e-5 * k
      let rise =
        Special.logFactorialRemainder(order, k + h) - Special.logFactorialRemainder(order, k - h)
      let slope = Special.logFactorialRemainder(order + 1, k)
      // Below 10 the terms that are subtracted are 1e3 times as large as their difference.
      let tolerance = k < 10 ? 3e-6 : 1e-8
      #expect(abs(rise / (2 * h) - slope) <= tolerance * abs(slope), "order \(order) at \(k)")
    }
  }

  @Test func theDevianceIsAccurateNearAndFar() throws {
    try expect("deviance") { deviance(Tensor($0[0]), Tensor($0[1])).scalar }
    try expect("deviance") { Special.deviance($0[0], $0[1]) }
    #expect(deviance(0, 3).scalar == 3)
    #expect(deviance(0, 0).scalar == 0)
    #expect(deviance(2, 0).scalar == .infinity)
    #expect(deviance(2, Tensor(Double.infinity)).scalar == .infinity)
  }

  @Test func theLogarithmOfAQuotientNearOneIsAccurate() {
    for step in [1e-15, 1e-9, 1e-3] {
      // log(1 + x) is what the quotient of 1 + x and 1 has; 1 + x is rounded alike on both sides.
      let x = (1 + step) - 1
      #expect(abs(logRatio(Tensor(1 + step), 1).scalar / log1p(Tensor(x)).scalar - 1) < 1e-14)
    }
    #expect(abs(logRatio(1e300, 1e-300).scalar / (600 * log(Tensor(10)).scalar) - 1) < 1e-15)
    #expect(abs(logRatio(1e-300, 1e300).scalar / (-600 * log(Tensor(10)).scalar) - 1) < 1e-15)
  }

  @Test func logTailsOfTheGammaDistributionReachAnyDepth() throws {
    try expectTails("logGammaTails") { Special.logIncompleteGamma($0[0], $0[1]) }
  }

  @Test func logTailsOfTheBetaDistributionReachAnyDepth() throws {
    try expectTails("logBetaTails") { Special.logIncompleteBeta($0[0], $0[1], $0[2], 1 - $0[2]) }
    // The log odds of a tiny x have |log x| ulps, which its power multiplies.
    try expectTails("logBetaTails") {
      let x = $0[2]
      return Special.logIncompleteBeta(
        $0[0], $0[1], logit: (log(Tensor(x)) - log1p(Tensor(-x))).scalar)
    }
  }

  @Test func gammaQuantilesInvertTheLogarithmOfASmallTail() throws {
    for row in try rows("logGammaTails") {
      let (a, x, lower, upper) = (row[0], row[1], row[2], row[3])
      let isUpper = upper < lower
      let found = Special.gammaQuantile(a, logTail: min(lower, upper), isUpper: isUpper)
      let density = Special.logGammaTerm(a, x)
      // One rounding of the logarithm moves log x by |l| ulps over its slope.
      let conditioning = abs(min(lower, upper)) * .exp(min(lower, upper) - density) / a
      #expect(abs(found / x - 1) <= 1e-10 + 1e-15 * conditioning, "\(row): \(found)")
    }
  }

  @Test func betaQuantilesInvertTheLogarithmOfASmallTail() throws {
    for row in try rows("logBetaTails") {
      let (a, b, x, lower, upper) = (row[0], row[1], row[2], row[3], row[4])
      let isUpper = upper < lower
      let logit =
        isUpper
        ? -Special.betaQuantileLogit(b, a, logTail: upper)
        : Special.betaQuantileLogit(a, b, logTail: lower)
      let expected = (log(Tensor(x)) - log1p(Tensor(-x))).scalar
      let density = Special.logBetaPower(a, b, x, 1 - x)
      let conditioning = abs(min(lower, upper)) * .exp(min(lower, upper) - density)
      // Of log(x) the absolute error is the relative one of x.
      let tolerance = 1e-10 + 1e-15 * (conditioning + abs(expected))
      #expect(abs(logit - expected) <= tolerance, "\(row): \(logit), not \(expected)")
    }
  }

  @Test func incompleteBetaFunctionsOfHugeParametersAreAccurate() {
    #expect(Special.regularizedBeta(1e16, 1e16, 0.5) == 0.5)
    #expect(Special.regularizedBeta(1e300, 1e300, 0.5) == 0.5)
    // Left and right of the mean of a skewed one, by the normal limit with its first correction,
    //     Φ(z) + φ(z) (z² - 1) (y0 - x0) / (6 s √n) · -1 + O(1/n), the rest being below 1e-14 at n = 1e16.
    let (a, b) = (2.5e15, 7.5e15)
    for z in [-3.0, -0.1, 1.5] {
      let s = (0.1875).squareRoot()
      let x = 0.25 + z * s / 1e8
      let exactZ = (x - 0.25) / s * 1e8
      let skew = 0.5 / (s * 1e8) / 3
      let density = Double.exp(-0.5 * exactZ * exactZ - Special.logRootTwoPi)
      let expected = Special.normalCDF(exactZ) - density * skew * (exactZ * exactZ - 1)
      #expect(abs(Special.regularizedBeta(a, b, x) - expected) < 1e-14)
    }
  }

  // At 1e7 the continued fraction still settles, in some thousand terms, and adds their rounding.
  @Test func theUniformExpansionMeetsTheContinuedFraction() {
    for (a, b) in [(1e7, 1e7), (1.2e7, 9e8)] {
      for z in [-6.0, -1, -1e-3, 0, 0.4, 5] {
        let mean = a / (a + b)
        let x = mean + z * (mean * (1 - mean) / (a + b)).squareRoot()
        let y = 1 - x
        let tails = Special.incompleteBeta(a, b, x, y)
        let isLeft = x <= mean
        let fraction =
          isLeft
          ? Special.betaPrefactor(a, b, x, y) / a * Special.betaFraction(a, b, x, y)
          : Special.betaPrefactor(b, a, y, x) / b * Special.betaFraction(b, a, y, x)
        #expect(
          abs((isLeft ? tails.lower : tails.upper) / fraction - 1) < 1e-11, "\(a), \(b), z = \(z)")
      }
    }
  }

  @Test func tailsEndWhereTheSupportDoes() {
    #expect(Special.logIncompleteGamma(2, 0) == (-.infinity, 0))
    #expect(Special.logIncompleteGamma(2, .infinity) == (0, -.infinity))
    #expect(Special.logIncompleteGamma(-1, 1).lower.isNaN)
    #expect(Special.logIncompleteBeta(2, 3, logit: -.infinity) == (-.infinity, 0))
    #expect(Special.logIncompleteBeta(2, 3, logit: .infinity) == (0, -.infinity))
    #expect(Special.logIncompleteBeta(2, 3, logit: .nan).lower.isNaN)
    #expect(Special.gammaQuantile(2, logTail: -.infinity, isUpper: false) == 0)
    #expect(Special.gammaQuantile(2, logTail: -.infinity, isUpper: true) == .infinity)
    #expect(Special.gammaQuantile(2, logTail: 0.1, isUpper: true).isNaN)
    #expect(Special.betaQuantileLogit(2, 3, logTail: -.infinity) == -.infinity)
    #expect(Special.betaQuantileLogit(2, 3, logTail: 0) == .infinity)
    #expect(Special.polygammaDifference(0, -1, 3).isNaN)
    #expect(Special.polygammaDifference(-1, 3, 0) == 0)
  }

  // MARK: the rows

  private func rows(_ name: String) throws -> [[Double]] {
    let rows = try #require(reference[name]).elements.map(\.doubles)
    #expect(rows.count >= 15)
    return rows
  }

  private func expect(
    _ name: String, absolute: Double = 0, _ function: ([Double]) -> Double
  ) throws {
    for row in try rows(name) {
      let (found, expected) = (function(row), row[row.count - 1])
      #expect(
        found == expected || abs(found - expected) <= max(absolute, 1e-10 * abs(expected)),
        "\(name) \(row.dropLast()): \(found), not \(expected)")
    }
  }

  private func expectTails(
    _ name: String, _ function: ([Double]) -> (lower: Double, upper: Double)
  ) throws {
    for row in try rows(name) {
      let tails = function(row)
      for (found, expected) in zip([tails.lower, tails.upper], row.suffix(2)) {
        #expect(
          abs(found - expected) <= 1e-10 * abs(expected),
          "\(name) \(row.dropLast(2)): \(found), not \(expected)")
      }
    }
  }
}
