import Distributions
import Inference
import PPL
import SpatialExtremes
import TestSupport
import Testing

/// Posteriors of GEV maxima by NUTS against importance sampling: cases C3 and C9.
@Suite(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
struct BayesFitsTests {
  @Test(arguments: [
    ("C3", "classic/portpirie.csv", "sea_level_m"), ("C9", "classic/oxford.csv", "tmax_f"),
  ])
  func thePosteriorIsThatOfTheFile(_ name: String, _ path: String, _ column: String) throws {
    let maxima = try SharedTable(path).numbers(column)
    let run = try MCMC(NUTS(), chains: 4, warmup: 300, draws: 1_200).run(
      gevModel(maxima), start: .gev(maxima), key: RandomKey(6), progress: .silent)
    let posterior = try run.posterior()
    let rows = try ReferenceFits()[name]
    #expect(rows.count >= 4)
    for row in rows {
      let found = posterior.summaries(of: row.name)[0]
      let (mean, sd) = (row.computed ?? .nan, row.computedError ?? .nan)
      // Some 2,000 effective draws leave 0.02 standard deviations of Monte Carlo error.
      #expect(abs(found.mean - mean) < 0.05 * sd, "\(name) \(row.name): \(found.mean)")
      #expect(abs(found.sd / sd - 1) < 0.1, "\(name) \(row.name): sd \(found.sd)")
    }
  }
}
