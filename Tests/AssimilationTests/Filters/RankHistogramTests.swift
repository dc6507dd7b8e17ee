import Autodiff
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Assimilation

@Suite struct RankHistogramTests {
  private let members = [0.3, -1.2, 2.5, 0.9, 4.0]

  @Test func withoutInformationTheMembersStay() {
    let posterior = RankHistogram(members: members).posterior(given: 1, variance: 1e20)
    expectClose(posterior, members, relative: 0, absolute: 1e-12)
  }

  /// The posterior by its definition, integrated by the midpoint rule: the share below each new member is k / (N + 1).
  @Test(arguments: [(0.5, 1.0), (3, 0.3), (-6, 4)])
  func newMembersAreQuantilesOfThePosterior(value: Double, variance: Double) {
    let sorted = members.sorted()
    let posterior = RankHistogram(members: members).posterior(given: value, variance: variance)
    let mean = sorted.reduce(0, +) / 5
    let deviation = (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4).squareRoot()
    let likelihood = { (x: Double) in exp(-(x - value) * (x - value) / (2 * variance)) }
    let quantile = normalQuantile(Tensor([1.0 / 6])).scalars[0]
    let density = { (x: Double) -> Double in
      let k = sorted.filter { $0 <= x }.count
      if k > 0, k < 5 {
        let average = (likelihood(sorted[k - 1]) + likelihood(sorted[k])) / 2
        return average / 6 / (sorted[k] - sorted[k - 1])
      }
      let outermost = k == 0 ? sorted[0] : sorted[4]
      // The normal distribution with a sixth of its probability beyond the outermost member.
      let z = quantile - abs(x - outermost) / deviation
      return likelihood(outermost) * exp(-z * z / 2) / (2 * Double.pi).squareRoot() / deviation
    }
    let (low, width, count) = (-30.0, 1e-3, 60_000)
    var (sum, sums) = (0.0, [Double]())
    for k in 0..<count {
      sum += width * density(low + width * (Double(k) + 0.5))
      sums.append(sum)
    }
    for (k, place) in posterior.sorted().enumerated() {
      let below = sums[Int((place - low) / width)]
      // An error of a step of the sum.
      #expect(abs(below / sum - Double(k + 1) / 6) < 2e-3)
    }
    // The members keep their order.
    let (old, new) = (members, posterior)
    for i in 0..<5 { for j in 0..<5 where old[i] < old[j] { #expect(new[i] < new[j]) } }
  }

  @Test func manyMembersOfANormalDistributionHaveItsPosterior() {
    let count = 2_000
    let levels = (1...count).map { Double($0) / Double(count + 1) }
    let members = normalQuantile(Tensor(levels)).scalars
    let posterior = RankHistogram(members: members).posterior(given: 1, variance: 1)
    let mean = posterior.reduce(0, +) / Double(count)
    let variance = posterior.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    // Kalman's mean 1/2 and variance 1/2; 2000 quantiles leave out some of the variance of the tails.
    #expect(abs(mean - 0.5) < 2e-3 && abs(variance - 0.5) < 6e-3, "\(mean), \(variance)")
  }

  @Test func observationsFarAwayHaveAFinitePosterior() {
    let posterior = RankHistogram(members: members).posterior(given: 1e6, variance: 1e-3)
    // A third of the mass is between the last two members, the rest beyond.
    #expect(posterior.allSatisfy { $0.isFinite && $0 >= 2.5 } && posterior.count { $0 > 4 } == 3)
  }

  @Test func unobservedPointsFollowByRegression() throws {
    // The second point is twice the first.
    var ensemble = Ensemble(
      members: Matrix(rows: 5, columns: 2, members.flatMap { [$0, 2 * $0] }))
    let y = try Observations(points: [0], values: [1], variance: 0.5)
    try RankHistogramFilter(members: 5).update(&ensemble, y, key: RandomKey(1))
    let found = ensemble.members()
    let expected = RankHistogram(members: members).posterior(given: 1, variance: 0.5)
    expectClose((0..<5).map { found[$0, 0] }, expected, relative: 0, absolute: 1e-12)
    expectClose((0..<5).map { found[$0, 1] / 2 }, expected, relative: 0, absolute: 1e-12)
  }
}
