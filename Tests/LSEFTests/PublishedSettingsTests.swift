import Assimilation
import Foundation
import LSEF
import TestSupport
import Testing

struct PublishedSettingsTests {
  @Test func theWeightOfAnEnsembleGrowsWithIt() {
    expectClose(
      [5, 10, 20, 40, 80].map(ensembleWeight(ofMembers:)), [1.0 / 3, 0.5, 2.0 / 3, 0.8, 8.0 / 9],
      relative: 1e-15)
  }

  @Test func tapersOfTheCycleWidenWithTheMembers() {
    let factors = [9: 1.2, 10: 1.4, 20: 1.6, 40: 2.2, 79: 2.2, 80: 2.6]
    for (members, factor) in factors {
      #expect(Taper.circleCycle(members: members, length: 10) == .gaspariCohn(10 * factor))
    }
  }

  @Test func lengthsOnTheSphereAreEquallySpacedInTheirLogarithms() {
    // The first number, cut from 499.99…, owes that to the authors' logarithms.
    let spaced = (0..<10).map { floor(500 * pow(6, Double($0) / 9) + 1e-9) }
    expectClose(LocalizationTuning.sphereLengths, spaced, relative: 0, absolute: 1)
  }
}
