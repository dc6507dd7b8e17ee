import Assimilation
import Autodiff
import TestSupport
import Testing

@Suite struct ResamplingTests {
  private let weights = [0.05, 0, 0.4, 0.15, 0.3, 0.1]

  private func copies(_ indices: [Int]) -> [Int] {
    weights.indices.map { k in indices.count { $0 == k } }
  }

  @Test(arguments: Resampling.allCases)
  func theExpectedNumberOfCopiesIsProportionalToTheWeight(_ scheme: Resampling) {
    let (draws, count) = (4_000, 10)
    var sums = weights.map { _ in 0.0 }
    for k in 0..<draws {
      let indices = scheme.indices(weights, count: count, key: RandomKey(UInt64(k)))
      #expect(indices.count == count && indices == indices.sorted())
      for (k, number) in copies(indices).enumerated() { sums[k] += Double(number) }
    }
    // Four standard errors of multinomial counts, whose variance is the largest.
    for (sum, weight) in zip(sums, weights) {
      let error = (10 * weight * (1 - weight) / Double(draws)).squareRoot()
      #expect(abs(sum / Double(draws) - 10 * weight) <= 4 * error + 1e-12)
    }
  }

  @Test func copiesDifferFromTheirExpectationByLessThanTheSchemeAllows() {
    for k in 0..<200 {
      let key = RandomKey(UInt64(k))
      for (number, weight) in zip(copies(Resampling.systematic.indices(weights, key: key)), weights)
      {
        #expect(abs(Double(number) - 6 * weight) < 1)
      }
      for (number, weight) in zip(copies(Resampling.stratified.indices(weights, key: key)), weights)
      {
        #expect(abs(Double(number) - 6 * weight) < 2)
      }
      for (number, weight) in zip(copies(Resampling.residual.indices(weights, key: key)), weights) {
        #expect(Double(number) >= (6 * weight).rounded(.down))
      }
    }
  }

  @Test(arguments: Resampling.allCases)
  func aParticleWithAllWeightIsTheOnlyOne(_ scheme: Resampling) {
    #expect(scheme.indices([0, 1, 0], count: 5, key: RandomKey(1)) == [1, 1, 1, 1, 1])
  }

  @Test func equalWeightsAreKeptBySystematicAndResidualResampling() {
    let equal = Array(repeating: 0.125, count: 8)
    for scheme in [Resampling.systematic, .residual, .stratified] {
      #expect(scheme.indices(equal, key: RandomKey(2)) == Array(0..<8))
    }
  }

  @Test func theEffectiveSizeIsBetweenOneAndTheNumberOfParticles() {
    #expect(effectiveSize([0.25, 0.25, 0.25, 0.25]) == 4)
    #expect(effectiveSize([0, 1, 0]) == 1)
    #expect(abs(effectiveSize([2, 1, 1]) - 16.0 / 6) < 1e-15)
  }
}
