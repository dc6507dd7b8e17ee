import Assimilation
import Autodiff
import FilterTestSupport
import Foundation
import LinearAlgebra
import TestSupport
import Testing

struct PriorCovarianceTests {
  private let circle = unitCircle(150)
  private let members = normalMatrix(5, 150, seed: 1)

  @Test func everyPriorIsThePartsOfOneSymmetricMatrix() throws {
    let ensemble = try LocalizedEnsembleCovariance(
      members: members, taper: .gaspariCohn(0.4), on: circle)
    let mean = SquareRootCovariance(exampleSquareRoot(150))
    expectPrior(SquareRootCovariance(exampleSquareRoot(20)))
    expectPrior(DenseCovariance(.symmetricProduct(exampleSquareRoot(20), mirrored: true)))
    expectPrior(ensemble)
    expectPrior(HybridCovariance(ensemble, mean, weight: 0.3))
  }

  @Test func theEnsembleCovarianceIsTheSampleCovarianceTimesTheTaper() throws {
    let found = try LocalizedEnsembleCovariance(
      members: members, taper: .gaspariCohn(0.4), on: circle
    ).block(rows: [3], columns: [3, 9, 100])
    let means = (0..<150).map { point in
      (0..<5).reduce(0) { $0 + members[$1, point] } / 5
    }
    let expected = [3, 9, 100].map { point in
      let sum = (0..<5).reduce(0) {
        $0 + (members[$1, 3] - means[3]) * (members[$1, point] - means[point])
      }
      return sum / 4 * Taper.gaspariCohn(0.4)(circle.distance(3, point))
    }
    expectClose(found.scalars, expected, relative: 1e-12)
    #expect(found.scalars[2] == 0)
  }

  @Test func anEnsembleOfTwoHasACovarianceAndOneOfOneHasNone() throws {
    let two = members.taking(rows: [0, 1])
    let variances = try LocalizedEnsembleCovariance(
      members: two, taper: .none, on: circle
    ).variances
    // Half the squared difference.
    let expected = (0..<150).map { pow(two[0, $0] - two[1, $0], 2) / 2 }
    expectClose(variances, expected, relative: 1e-12)
    for count in [0, 1] {
      #expect(throws: AnalysisError.ensembleTooSmall(members: count, needed: 2)) {
        try LocalizedEnsembleCovariance(
          members: members.taking(rows: Array(0..<count)), taper: .none, on: circle)
      }
    }
  }

  @Test func aMemberWithANumberThatIsNoneIsRefused() {
    var broken = members
    broken[2, 7] = .nan
    #expect(throws: AnalysisError.notFinite(what: "members", index: [2, 7], value: "nan")) {
      try LocalizedEnsembleCovariance(members: broken, taper: .none, on: circle)
    }
    #expect(throws: AnalysisError.size(what: "a member", given: 149, expected: 150)) {
      try LocalizedEnsembleCovariance(
        members: members.taking(columns: Array(0..<149)), taper: .none, on: circle)
    }
  }
}
