import Distributions
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

/// L-moments and their estimates against fractions and mpmath: `Tests/Reference/make_l_moments.py`.
struct LMomentsTests {
  private struct Content: Decodable {
    struct Case: Decodable {
      let name: String
      let sample, l_moments, gev, gumbel, pareto_above, pareto: [Double]
      let threshold: Double
    }
    let cases: [Case]
  }

  @Test func momentsAndEstimatesAreThoseOfExactFractions() throws {
    for row in try Reference.kept("l_moments.json", as: Content.self).cases {
      let found = try LMoments(row.sample)
      expectClose(
        [found.mean, found.scale, found.third, found.fourth], row.l_moments, relative: 1e-12,
        row.name)
      let gev = try found.gev()
      // The level of 100000 takes digits from the spread of the sample itself, as doubles.
      expectClose(
        [gev.location, gev.scale, gev.shape].map(\.scalar), row.gev, relative: 1e-10, row.name)
      let gumbel = try found.gumbel()
      expectClose([gumbel.location, gumbel.scale].map(\.scalar), row.gumbel, relative: 1e-11)
      for (threshold, expected) in [(row.threshold, row.pareto_above), (nil, row.pareto)] {
        let pareto = try found.generalizedPareto(threshold: threshold)
        expectClose(
          [pareto.location, pareto.scale, pareto.shape].map(\.scalar), expected, relative: 1e-10,
          row.name)
      }
    }
  }

  /// Quantiles at evenly spaced probabilities have nearly the L-moments of their distribution.
  @Test(arguments: [-0.3, 0, 0.2])
  func aLargeSampleGivesItsDistributionBack(_ shape: Double) throws {
    let p = Tensor((0..<20_000).map { (Double($0) + 0.5) / 20_000 })
    let gev = try LMoments(GEV(3, 2, Tensor(shape)).icdf(p).scalars).gev()
    // The tails beyond the outermost quantiles.
    #expect(abs(gev.location.scalar - 3) < 2e-3 && abs(gev.scale.scalar - 2) < 4e-3)
    #expect(abs(gev.shape.scalar - shape) < 2e-3)
  }

  @Test func aStartHasAllNumbersInsideItsSupport() throws {
    let sample = [-3, 0.2, 0.5, 0.9, 0.95, 1.6]
    let moments = try LMoments(sample)
    #expect(try moments.gev().logProb(Tensor(sample)).min().scalar == -.infinity)
    let start = try moments.gev(containing: sample)
    #expect(start.logProb(Tensor(sample)).min().scalar.isFinite)
    let inside = [1.0, 2, 3, 5, 9]
    #expect(
      try LMoments(inside).gev(containing: inside).shape.scalar
        == LMoments(inside).gev().shape.scalar)
  }

  @Test func samplesWithoutEstimatesAreNamed() throws {
    expectError(
      "LMoments: there are 3 numbers, but 4 are needed; take a longer series or a lower threshold."
    ) { _ = try LMoments([1, 2, 3]) }
    expectError("LMoments: the sample has a number that is not finite; leave out missing values.") {
      _ = try LMoments([1, 2, .nan, 4])
    }
    let equal = try LMoments([2, 2, 2, 2])
    func sentence(_ family: String) -> String {
      "LMoments: the sample has no estimate of a \(family): its numbers are all equal, or not above the threshold."
    }
    expectError(sentence("GEV distribution")) { _ = try equal.gev() }
    expectError(sentence("Gumbel distribution")) { _ = try equal.gumbel() }
    expectError(sentence("generalized Pareto distribution")) {
      _ = try LMoments([1, 2, 3, 5]).generalizedPareto(threshold: 9)
    }
  }
}
