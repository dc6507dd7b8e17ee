import Foundation
import Testing

@testable import Autodiff

/// The special functions against 50-digit arithmetic (`Tests/Reference/special_functions.json`).
struct SpecialFunctionsTests {
  let reference: [String: [[Double]]]

  init() throws {
    struct File: Decodable { let functions: [String: [[Double]]] }
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Reference/special_functions.json")
    reference = try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).functions
  }

  // Each tolerance is what the doc comment of the function promises.

  @Test func erfInverseIsAccurateToItsLastDigits() throws {
    try expect("erfInverse", within: 4e-16) { Special.erfInverse($0[0]) }
  }

  @Test func theNormalDistributionIsAccurateInBothTails() throws {
    try expect("normalCDF", within: 2e-15) { Special.normalCDF($0[0]) }
    try expect("logNormalCDF", within: 2e-15) { Special.logNormalCDF($0[0]) }
    try expect("normalQuantile", within: 1e-15) { Special.normalQuantile($0[0]) }
  }

  @Test func theNormalQuantileIsAccurateWhereTheProbabilityUnderflows() throws {
    // Next to the median the rounding of the argument is all there is.
    let scale = { (z: Double) in max(abs(z), 1) }
    try expect("logNormalQuantile", within: 4e-15, scale: scale) {
      Special.logNormalQuantile($0[0])
    }
    #expect(Special.logNormalQuantile(-.infinity) == -.infinity)
    #expect(Special.logNormalQuantile(0) == .infinity)
    #expect(Special.logNormalQuantile(0.1).isNaN)
  }

  @Test func theBesselFunctionsAreAccurate() throws {
    try expect("besselRatio", within: 3e-15) { Special.besselRatio(Int($0[0]), $0[1]) }
    try expect("logBesselI0", within: 3e-15) { Special.logBesselI0($0[0]) }
    #expect(Special.besselRatio(1, -2) == Special.besselRatio(1, 2))
    #expect(Special.besselRatio(0, .infinity) == 0)
    #expect(Special.besselRatio(0, .nan).isNaN)
  }

  @Test func logGammaIsAccurateOnThePositiveAxis() throws {
    try expect("logGamma", within: 1e-14) { Special.logGamma($0[0]) }
  }

  @Test func digammaIsAccurateAlsoAtItsZero() throws {
    try expect("digamma", within: 3e-15) { Special.digamma($0[0]) }
  }

  // Left of 0 the reflection subtracts two terms: the larger sets the error.
  @Test func digammaReflects() throws {
    try expect("digammaNegative", within: 1e-14, scale: { max(abs($0), 5) }) {
      Special.digamma($0[0])
    }
  }

  @Test func polygammaIsAccurateForTheFirstOrders() throws {
    try expect("polygamma", within: 1e-14) { Special.polygamma(Int($0[0]), $0[1]) }
  }

  // For even orders two terms of up to 100 are subtracted; near their common value they cancel.
  @Test func polygammaReflects() throws {
    try expect("polygammaNegative", within: 1e-14, scale: { max(abs($0), 100) }) {
      Special.polygamma(Int($0[0]), $0[1])
    }
  }

  // Near B(a, b) = 1 the logarithm has a zero, where only its absolute error can be small.
  @Test func logBetaIsAccurateForLargeArguments() throws {
    try expect("logBeta", within: 1e-14, scale: { max(abs($0), 1) }) {
      Special.logBeta($0[0], $0[1])
    }
  }

  // A tail probability inherits the rounding of its exponent, a few |log P| ulps.
  @Test func theIncompleteGammaFunctionsAreAccurate() throws {
    let scale = { (p: Double) in p * max(1, -log(p) / 10) }
    try expect("regularizedGammaP", within: 1e-14, scale: scale) {
      Special.regularizedGammaP($0[0], $0[1])
    }
    try expect("regularizedGammaQ", within: 1e-14, scale: scale) {
      Special.regularizedGammaQ($0[0], $0[1])
    }
  }

  // The worst are shapes like (2000, 0.03), whose continued fraction starts by cancelling.
  @Test func theIncompleteBetaFunctionIsAccurate() throws {
    let scale = { (p: Double) in p * max(1, -log(p) / 10) }
    try expect("regularizedBeta", within: 5e-13, scale: scale) {
      Special.regularizedBeta($0[0], $0[1], $0[2])
    }
  }

  @Test func theInverseIncompleteFunctionsAreAccurate() throws {
    try expect("regularizedGammaPInverse", within: 1e-12) {
      Special.regularizedGammaPInverse($0[0], $0[1])
    }
    try expect("regularizedBetaInverse", within: 1e-12) {
      Special.regularizedBetaInverse($0[0], $0[1], $0[2])
    }
  }

  @Test func theRatiosAreAccurateThroughZeroToAllOrders() throws {
    try expect("log1pRatio", within: 1e-14) { Special.log1pRatio(Int($0[0]), $0[1]) }
    try expect("expm1Ratio", within: 1e-14) { Special.expm1Ratio(Int($0[0]), $0[1]) }
  }

  /// Compares a function with every row of the reference and reports its worst error.
  private func expect(
    _ name: String, within tolerance: Double,
    scale: (Double) -> Double = { abs($0) },
    sourceLocation: SourceLocation = #_sourceLocation,
    _ function: ([Double]) -> Double
  ) throws {
    let rows = try #require(reference[name], "\(name) is missing", sourceLocation: sourceLocation)
    #expect(rows.count >= 15, sourceLocation: sourceLocation)
    var worst = (error: -1.0, report: "")
    for row in rows {
      let expected = row[row.count - 1]
      let value = function(row)
      let error = value == expected ? 0 : abs(value - expected) / scale(expected)
      // A NaN counts as the worst of errors: it compares false with everything.
      if !(error <= worst.error) {
        worst = (
          error.isNaN ? .infinity : error, "\(row.dropLast()) gives \(value), not \(expected)"
        )
      }
    }
    #expect(
      worst.error <= tolerance, "\(name): \(worst.report), error \(worst.error)",
      sourceLocation: sourceLocation)
  }
}

/// Where the special functions leave the finite numbers, and where their domains end.
struct SpecialFunctionLimitTests {
  @Test func quantilesReachInfinityAtTheEnds() {
    #expect(Special.erfInverse(-1) == -.infinity)
    #expect(Special.erfInverse(1) == .infinity)
    #expect(Special.erfInverse(-0.0).sign == .minus)
    #expect(Special.normalQuantile(0) == -.infinity)
    #expect(Special.normalQuantile(1) == .infinity)
    #expect(Special.normalQuantile(0.5) == 0)
    // Φ(-38.4674…) is the least positive number.
    #expect(abs(Special.normalQuantile(.leastNonzeroMagnitude) + 38.467405617144344) < 1e-13)
    #expect(Special.regularizedGammaPInverse(2, 0) == 0)
    #expect(Special.regularizedGammaPInverse(2, 1) == .infinity)
    #expect(Special.regularizedBetaInverse(2, 3, 0) == 0)
    #expect(Special.regularizedBetaInverse(2, 3, 1) == 1)
  }

  @Test func outsideItsDomainAFunctionIsNaN() {
    let values = [
      Special.erfInverse(1.0.nextUp), Special.erfInverse(.nan), Special.normalQuantile(-1e-300),
      Special.regularizedGammaP(-1, 1), Special.regularizedGammaQ(1, -1),
      Special.regularizedGammaP(0, 0), Special.regularizedGammaPInverse(0, 0.5),
      Special.regularizedGammaPInverse(1, 1.5), Special.regularizedBeta(1, 1, -0.1),
      Special.regularizedBeta(1, 1, 1.1), Special.regularizedBeta(0, 0, 0.5),
      Special.regularizedBetaInverse(1, 1, -0.5), Special.regularizedBetaInverse(0, 1, 0.5),
      Special.logBeta(-1, 1), Special.log1pRatio(1, -1.5), Special.expm1Ratio(1, .nan),
      Special.digamma(-2), Special.digamma(-.infinity), Special.polygamma(2, -2),
      Special.polygamma(1, .nan), Special.logGamma(.nan), Special.logNormalCDF(.nan),
    ]
    for (index, value) in values.enumerated() { #expect(value.isNaN, "value \(index)") }
  }

  @Test func gammaFunctionsHaveTheirPoles() {
    #expect(Special.logGamma(0) == .infinity)
    #expect(Special.logGamma(-3) == .infinity)
    #expect(Special.digamma(0) == -.infinity)
    #expect(Special.digamma(-0.0) == .infinity)
    #expect(Special.polygamma(1, -4) == .infinity)
    #expect(Special.polygamma(2, 0) == -.infinity)
    #expect(Special.polygamma(3, .infinity) == 0)
    #expect(Special.digamma(.infinity) == .infinity)
    #expect(Special.logBeta(0, 2) == .infinity)
    #expect(Special.logBeta(2, .infinity) == -.infinity)
  }

  @Test func distributionFunctionsReachTheirEnds() {
    #expect(Special.normalCDF(-.infinity) == 0)
    #expect(Special.normalCDF(.infinity) == 1)
    #expect(Special.logNormalCDF(-.infinity) == -.infinity)
    #expect(Special.logNormalCDF(.infinity) == 0)
    #expect(Special.regularizedGammaP(3, 0) == 0)
    #expect(Special.regularizedGammaP(3, .infinity) == 1)
    #expect(Special.regularizedGammaP(0, 1) == 1)
    #expect(Special.regularizedGammaQ(.infinity, 1) == 1)
    #expect(Special.regularizedBeta(2, 3, 0) == 0)
    #expect(Special.regularizedBeta(2, 3, 1) == 1)
    #expect(Special.regularizedBeta(0, 3, 0.5) == 1)
    #expect(Special.regularizedBeta(2, 0, 0.5) == 0)
  }

  @Test(arguments: 0...6) func theRatiosReachTheirEnds(order: Int) {
    let sign = order.isMultiple(of: 2) ? 1.0 : -1.0
    #expect(Special.log1pRatio(order, -1) == sign * .infinity)
    #expect(Special.log1pRatio(order, .infinity) == 0)
    #expect(Special.expm1Ratio(order, -.infinity) == 0)
    #expect(Special.expm1Ratio(order, .infinity) == .infinity)
    #expect(Special.expm1Ratio(order, 800) == .infinity)
  }

  // d/dx of the k-th is the (k + 1)-st: a central difference is good to about ulp^(2/3).
  @Test(arguments: 0...5) func eachRatioIsTheDerivativeOfTheOneBefore(order: Int) {
    let h = 1e-5
    for x in [-0.8, -0.3, 0, 0.05, 0.9, 4] {
      let rise = Special.log1pRatio(order, x + h) - Special.log1pRatio(order, x - h)
      let slope = Special.log1pRatio(order + 1, x)
      let curvature = abs(Special.log1pRatio(order + 3, x))
      #expect(abs(rise / (2 * h) - slope) <= 1e-9 * abs(slope) + h * h * curvature)
      let growth = Special.expm1Ratio(order, x + h) - Special.expm1Ratio(order, x - h)
      let derivative = Special.expm1Ratio(order + 1, x)
      #expect(abs(growth / (2 * h) - derivative) <= 1e-9 * derivative)
    }
  }

  @Test func quantilesInvertDistributionsOfExtremeShape() {
    for a in [1e-3, 0.2, 1, 50, 1e4, 1e8] {
      for p in [1e-5, 0.1, 0.5, 0.9, 1 - 1e-9] {
        let x = Special.regularizedGammaPInverse(a, p)
        // Where x underflows, x = 0 is all the inverse can say.
        guard x > 1e-300 else { continue }
        let (lower, upper) = Special.incompleteGamma(a, x)
        // The rounding of x alone moves log P by x P'/P ulps, about √a near the median.
        let tolerance = 1e-13 + 1e-15 * a.squareRoot()
        #expect(abs(p <= 0.5 ? lower / p - 1 : upper / (1 - p) - 1) <= 10 * tolerance)
      }
    }
  }

  // The continued fraction takes about √a terms, and each adds its rounding.
  @Test(arguments: [1e-3, 1, 1e3, 1e6, 1e10])
  func theMedianOfASymmetricBetaIsOneHalf(shape: Double) {
    let tolerance = 1e-14 + 4e-16 * shape.squareRoot()
    #expect(abs(Special.regularizedBeta(shape, shape, 0.5) - 0.5) <= tolerance)
    // The density at the median is about shape / 2 for small shapes, which divides the error.
    let inverted = Special.regularizedBetaInverse(shape, shape, 0.5)
    #expect(abs(inverted - 0.5) <= tolerance / min(1, shape))
  }

  @Test func negativeOrdersAreRefused() async {
    let polygamma = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Special.polygamma(-1, 1)
    }
    #expect(message(polygamma).contains("polygamma: the order is -1, but must not be negative."))
    let log1pRatio = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Special.log1pRatio(-2, 1)
    }
    #expect(message(log1pRatio).contains("log1pRatio: the order is -2, but must not be negative."))
    let expm1Ratio = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Special.expm1Ratio(-3, 1)
    }
    #expect(message(expm1Ratio).contains("expm1Ratio: the order is -3, but must not be negative."))
  }

  private func message(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
