import Foundation
import PPL
import PosteriorModels
import TestSupport
import Testing

@testable import Inference

/// NUTS against the long runs of posteriordb, all 21 of its development half.
@Suite(.enabled(if: PosteriorDB.isThere, "\(PosteriorDB.reason)"))
struct PosteriorDBSamplingTests {
  /// A mean or a standard deviation beside that of the long run.
  private struct Comparison: CustomStringConvertible {
    let name: String
    let found, expected: Double
    /// The standard error of the difference, that of the long run included.
    let error: Double
    /// The difference in standard errors.
    var deviate: Double { (found - expected) / error }
    var description: String {
      "\(name): \(found), expected \(expected), which is \(deviate) standard errors away"
    }
  }

  /// No number is as far away as the farthest of all would be in one of 400 runs, and not more are beyond three standard errors
  /// than in one of 1,000.
  @Test func posteriorsAreThoseOfTheLongRuns() async throws {
    let comparisons = try await withThrowingTaskGroup(of: [Comparison].self) { group in
      for posterior in PosteriorModel.all { group.addTask { try compared(posterior) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    // A mean and a deviation for each of the 117 parameters.
    #expect(comparisons.count == 234)
    let sorted = comparisons.sorted { abs($0.deviate) > abs($1.deviate) }
    for one in sorted { #expect(abs(one.deviate) < 4.4, "\(one)") }
    let beyond = sorted.filter { abs($0.deviate) > 3 }
    #expect(
      beyond.count <= largestCount(of: comparisons.count, rate: erfc(3 / 2.0.squareRoot())),
      "\(beyond.count) of \(comparisons.count) are beyond 3 standard errors: \(beyond)")
  }

  /// The count that a binomial one of `trials` exceeds in one of 1,000 runs at most.
  private func largestCount(of trials: Int, rate: Double) -> Int {
    var term = pow(1 - rate, Double(trials))
    var (sum, count) = (term, 0)
    while sum < 0.999 {
      term *= Double(trials - count) / Double(count + 1) * rate / (1 - rate)
      (sum, count) = (sum + term, count + 1)
    }
    return count
  }

  /// The moments of a posterior by NUTS beside those of the long run.
  ///
  /// Starts are Pathfinder's: from uniform ones, chains of the hares and lynxes stay in a second mode without mass.
  private func compared(_ posterior: PosteriorModel) throws -> [Comparison] {
    let run = try MCMC(NUTS(), chains: 4, warmup: 200, draws: 200).run(
      try posterior.model(), start: .pathfinder(), key: RandomKey(1), progress: .silent)
    let drawn = try run.posterior()
    #expect(SamplingDiagnosis(drawn).rhat.value < 1.05, "\(posterior.name)")
    let reference = try PosteriorDB.moments(posterior.name)
    var comparisons: [Comparison] = []
    for site in drawn.draws.names {
      for (index, found) in try moments(drawn, site).enumerated() {
        let name = "\(site)[\(index + 1)]"
        guard let expected = reference[name] ?? reference[site] else { continue }
        // As many independent draws as the error of the reference mean says.
        let draws = pow(expected.deviation / expected.error, 2)
        comparisons += [
          Comparison(
            name: "\(posterior.name), mean of \(name)", found: found.mean, expected: expected.mean,
            error: hypot(found.meanError, expected.error)),
          Comparison(
            name: "\(posterior.name), deviation of \(name)", found: found.deviation,
            expected: expected.deviation,
            error: hypot(found.deviationError, found.deviationOfOne / draws.squareRoot())),
        ]
      }
    }
    #expect(comparisons.count == 2 * reference.count, "\(posterior.name)")
    return comparisons
  }

  private struct Moments {
    let mean, meanError, deviation, deviationError: Double
    /// The standard error of the deviation by one independent draw.
    let deviationOfOne: Double
  }

  /// The moments of each element; the error of a deviation s is that of the mean square over 2 s.
  private func moments(_ drawn: Inference.Posterior, _ site: String) throws -> [Moments] {
    let x = drawn.draws[site]
    let squares = square(x - x.mean(along: [0]))
    let second = try Inference.Posterior(
      Draws(count: drawn.draws.count, sites: [(site, squares)]), chains: drawn.chains,
      origin: .init(method: ""))
    let (own, summaries) = (drawn.chainStatistics(of: site), drawn.summaries(of: site))
    let (ofSquares, spread) = (second.chainStatistics(of: site), second.summaries(of: site))
    return own.indices.map { i in
      let deviation = spread[i].mean.squareRoot()
      return Moments(
        mean: summaries[i].mean, meanError: own[i].standardErrorOfMean, deviation: deviation,
        deviationError: ofSquares[i].standardErrorOfMean / (2 * deviation),
        deviationOfOne: spread[i].sd / (2 * deviation))
    }
  }
}
