import PPL
import TestSupport
import Testing

@testable import Inference

/// NUTS against the long runs of posteriordb.
@Suite(.enabled(if: PosteriorDB.isThere, "\(PosteriorDB.reason)"))
struct PosteriorDBSamplingTests {
  /// Hierarchical, correlated at -0.999, a mixture, and heteroscedastic. Means are within four standard errors, those of
  /// the reference included, which one of a thousand runs of all these numbers exceeds; a deviation by 2,000 draws
  /// has an error of a twentieth at effective sample sizes of 200.
  @Test(arguments: [Posterior.eightSchools, .farFromTheOrigin, .mixture, .gaussianProcess])
  func posteriorsAreThoseOfTheLongRuns(posterior: Posterior) throws {
    let reference = try PosteriorDB.moments(posterior.name)
    let run = try MCMC(NUTS(), chains: 4, warmup: 500, draws: 500).run(
      try posterior.model(), key: RandomKey(1), progress: .silent)
    let drawn = try run.posterior()
    #expect(SamplingDiagnosis(drawn).rhat.value < 1.02)
    var compared = 0
    for site in drawn.draws.names {
      let statistics = drawn.chainStatistics(of: site)
      for (index, summary) in drawn.summaries(of: site).enumerated() {
        guard let expected = reference["\(site)[\(index + 1)]"] ?? reference[site] else { continue }
        let own = statistics[index].standardErrorOfMean
        let error = (own * own + expected.error * expected.error).squareRoot()
        #expect(
          abs(summary.mean - expected.mean) < 4 * error,
          "\(site)[\(index + 1)]: \(summary.mean), expected \(expected.mean) ± \(error)")
        #expect(abs(summary.sd / expected.deviation - 1) < 0.2, "\(site)[\(index + 1)]")
        compared += 1
      }
    }
    #expect(compared == reference.count)
  }
}
