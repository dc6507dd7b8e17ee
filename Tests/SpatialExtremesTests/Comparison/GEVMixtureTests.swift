import Distributions
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

/// Scores of predictive distributions against SciPy and mpmath: `Tests/Reference/make_gev_scores.py`.
@Suite struct GEVMixtureTests {
  struct Content: Decodable {
    struct Single: Decodable {
      let gev: [Double]
      let y, crps, pit: Double
    }
    struct Mixture: Decodable {
      let gev: [[Double]]
      let weights: [Double]
      let y, crps, pit: Double
    }
    let single: [Single]
    let mixtures: [Mixture]
  }

  private func batch(_ parameters: [[Double]]) -> GEV {
    let columns = (0..<3).map { index in Tensor(parameters.map { $0[index] }) }
    return GEV(columns[0], columns[1], columns[2])
  }

  /// Five digits of the quadrature; the distribution function is exact.
  @Test func scoresOfASingleDistributionAreThoseOfTheClosedForm() throws {
    let rows = try Reference.kept("gev_scores.json", as: Content.self).single
    #expect(rows.count == 25)
    for row in rows {
      let score = try #require(GEVMixture(batch([row.gev]), observed: row.y).score([1]))
      expectClose([score.crps], [row.crps], relative: 2e-5, "\(row.gev) at \(row.pit)")
      expectClose([score.pit], [row.pit], relative: 1e-10)
    }
  }

  @Test func scoresOfMixturesAreThoseOfQuadrature() throws {
    for row in try Reference.kept("gev_scores.json", as: Content.self).mixtures {
      let score = try #require(GEVMixture(batch(row.gev), observed: row.y).score(row.weights))
      // Kinks at the ends of the twelve distributions cost digits.
      expectClose([score.crps], [row.crps], relative: 2e-4)
      expectClose([score.pit], [row.pit], relative: 1e-10)
    }
  }

  /// Above the upper end of all distributions the score grows with the distance, to the digits of the quadrature, and the
  /// density is 0.
  @Test func valuesOutsideOfTheSupportHaveFiniteScores() throws {
    let gev = batch([[37, 2, -0.4], [36, 2, -0.4]])  // ends at 42 and 41
    let (near, far) = (GEVMixture(gev, observed: 43), GEVMixture(gev, observed: 53))
    let scores = try [near, far].map { try #require($0.score([0.5, 0.5])) }
    expectClose([scores[1].crps - scores[0].crps], [10], relative: 1e-5)
    #expect(scores.allSatisfy { $0.pit == 1 })
    #expect(near.logDensities == [-.infinity, -.infinity])
  }
}
