import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import SpectralFields

extension LegendrePolynomials {
  /// The values P_0(t)...P_maximumDegree(t).
  static func values(upTo maximumDegree: Int, at argument: Double) -> [Double] {
    table(upTo: maximumDegree, at: [argument]).scalars
  }
}

@Test func legendrePolynomialsAreThoseOfTheTables() {
  let t = 0.3
  let expected = [1, t, (3 * t * t - 1) / 2, (5 * t * t * t - 3 * t) / 2]
  expectClose(LegendrePolynomials.values(upTo: 3, at: t), expected, relative: 1e-15)
  let table = LegendrePolynomials.table(upTo: 49, at: [1, -1])
  for l in 0...49 {
    // Rounding of the recurrence, 50 steps of two roundings.
    #expect(abs(table[l, 0] - 1) < 1e-14)
    #expect(abs(table[l, 1] - (l % 2 == 0 ? 1 : -1)) < 1e-14)
  }
}

@Test func fourierLegendreTransformsInvertEachOther() {
  let transform = FourierLegendreTransform(maximumDegree: 49)
  let spectrum = (0...49).map { cos(1.7 * Double($0)) }
  let values = transform.backward(spectrum, at: transform.distances)
  // Sums of 50 terms, up to 8 each.
  expectClose(transform.forward(values), spectrum, relative: 0, absolute: 1e-12)
}

@Test func driscollHealyWeightsIntegrateCosines() {
  let weights = driscollHealyWeights(intervals: 100)
  expectClose([weights.reduce(0, +)], [2], relative: 1e-14)
  for degree in 0...99 {
    let found = weights.enumerated().reduce(0) {
      $0 + $1.element * pow(cos(.pi * Double($1.offset) / 100), Double(degree))
    }
    #expect(abs(found - (degree % 2 == 0 ? 2 / Double(degree + 1) : 0)) < 1e-13)
    if degree == 98 { #expect(abs(found - 0.0202020202) < 5e-11) }
  }
}

@Test func oddDriscollHealyIntervalsAreRefused() async {
  let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = driscollHealyWeights(intervals: 7)
  }
  expectMessage("driscollHealyWeights: 7 intervals, but an even number is needed.", of: exit)
}
