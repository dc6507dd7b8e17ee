import PPL
import TestSupport
import Testing

@testable import Inference

/// NUTS against the long runs of posteriordb.
@Suite(.enabled(if: PosteriorDB.isThere, "\(PosteriorDB.reason)"))
struct PosteriorDBSamplingTests {
  /// Means within three standard errors, those of the reference included; deviations within a tenth.
  @Test(arguments: Posterior.all)
  func everyPosteriorIsThatOfTheLongRuns(posterior: Posterior) throws {
    let reference = try PosteriorDB.moments(posterior.name)
    let run = try MCMC(NUTS(), chains: 4, warmup: 500, draws: 500).run(
      try posterior.model(), key: RandomKey(1), progress: .silent)
    let drawn = try run.posterior()
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
