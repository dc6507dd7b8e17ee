import Autodiff
import Foundation
import Testing

@Suite struct GaussLegendreTests {
  @Test func polynomialsOfTwiceTheDegreeAreIntegratedExactly() {
    let rule = GaussLegendre(count: 20)
    for degree in 0..<40 {
      let found = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(degree)) }
      let expected = degree % 2 == 0 ? 2 / Double(degree + 1) : 0
      // Rounding of twenty terms below 1.
      #expect(abs(found - expected) < 1e-14)
    }
  }

  @Test func theIntervalMayBeAnother() {
    let rule = GaussLegendre(count: 10, over: 1...3)
    // ∫ 1/t dt = log 3; the singularity is half the interval away, which leaves (2 + √3)^-20 of it.
    let found = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 / $1.0 }
    #expect(abs(found - 1.0986122886681098) < 1e-11)
    #expect(abs(rule.weights.reduce(0, +) - 2) < 1e-15)
    #expect(GaussLegendre(count: 1, over: 0...1).nodes == [0.5])
  }
}
