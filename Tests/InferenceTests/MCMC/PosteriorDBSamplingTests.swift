import Foundation
import PPL
import TestSupport
import Testing

@testable import Inference

/// NUTS against the long runs of posteriordb, all 21 of its development half.
@Suite(.enabled(if: PosteriorDB.isThere, "\(PosteriorDB.reason)"))
struct PosteriorDBSamplingTests {
  /// Means and standard deviations in units of their standard errors, those of the reference included. Of the 234 numbers of
  /// all posteriors, one is beyond 4.4 in one of 400 runs. Starts are Pathfinder's: from uniform ones, chains of the hares
  /// and lynxes stay in a second mode without mass.
  @Test(arguments: Posterior.all)
  func posteriorsAreThoseOfTheLongRuns(posterior: Posterior) throws {
    let run = try MCMC(NUTS(), chains: 4, warmup: 200, draws: 200).run(
      try posterior.model(), start: .pathfinder(), key: RandomKey(1), progress: .silent)
    let drawn = try run.posterior()
    #expect(SamplingDiagnosis(drawn).rhat.value < 1.05)
    let reference = try PosteriorDB.moments(posterior.name)
    var compared = 0
    for site in drawn.draws.names {
      for (index, found) in try moments(drawn, site).enumerated() {
        let name = "\(site)[\(index + 1)]"
        guard let expected = reference[name] ?? reference[site] else { continue }
        let mean = (found.mean - expected.mean) / hypot(found.meanError, expected.error)
        #expect(abs(mean) < 4.4, "mean of \(name): \(found.mean), expected \(expected.mean)")
        // As many independent draws as the error of the reference mean says.
        let draws = pow(expected.deviation / expected.error, 2)
        let error = hypot(found.deviationError, found.deviationOfOne / draws.squareRoot())
        let deviation = (found.deviation - expected.deviation) / error
        #expect(
          abs(deviation) < 4.4,
          "deviation of \(name): \(found.deviation), expected \(expected.deviation)")
        compared += 1
      }
    }
    #expect(compared == reference.count)
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
