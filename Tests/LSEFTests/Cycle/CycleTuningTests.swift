import Assimilation
import PPL
import Plugins
import Runs
import Testing

@testable import LSEF

struct CycleTuningTests {
  private typealias Settings = CycleExperiment.Settings

  @Test func allFiltersHaveAsManyTrialsWithThePublishedSettingsAmongThem() {
    for scheme in CycleTuning.schemes {
      let candidates = CycleTuning.candidates(scheme)
      #expect(candidates.count == 25)
      #expect(Set(candidates.map(\.description)).count == 25)
    }
    #expect(CycleTuning.candidates(.kf).isEmpty)
    #expect(
      CycleTuning.candidates(.enKF).contains(Settings(localizationFactor: 1, inflation: 1.02)))
    #expect(CycleTuning.candidates(.lsef).contains(Settings(inflation: 1, ensembleWeight: 1)))
    #expect(
      CycleTuning.candidates(.meanB).contains { abs(($0.covarianceFactor ?? 0) - 1) < 1e-12 })
  }

  @Test func theFirstWithTheLeastErrorIsTakenAndFailuresAreNot() {
    let candidates = [1.0, 2, 3, 4].map { Settings(inflation: $0) }
    #expect(CycleTuning.best(candidates, [nil, 3, 2, 2]) == candidates[2])
    #expect(CycleTuning.best(candidates, [nil, nil, nil, 9]) == candidates[3])
    #expect(CycleTuning.best(candidates, [nil, nil, nil, nil]) == nil)
  }

  @Test func settingsThatWereTheLastOnesTriedAreNamed() {
    #expect(
      CycleTuning.ends(Settings(localizationFactor: 2, inflation: 1)) == ["localization length"])
    #expect(CycleTuning.ends(Settings(localizationFactor: 1, inflation: 1.1)) == ["inflation"])
    #expect(
      CycleTuning.ends(Settings(localizationFactor: 0.5, inflation: 1.1))
        == ["localization length", "inflation"])
    #expect(CycleTuning.ends(Settings(inflation: 1, ensembleWeight: 1)).isEmpty)
    #expect(CycleTuning.ends(Settings(inflation: 1, ensembleWeight: 0.6)) == ["weight"])
    #expect(CycleTuning.ends(Settings(covarianceFactor: 0.4)) == ["covariance"])
    #expect(CycleTuning.ends(Settings(covarianceFactor: 1)).isEmpty)
  }

  @Test func tuningIsShownAndIsNoWorseInItsOwnWorlds() throws {
    let report = try CycleCommand().results(
      RunOptions.parse([]),
      CycleCommand.Options.parse([
        "--tune", "--worlds", "1", "--cycles", "2", "--climate-cycles", "10", "--ensemble-size",
        "5",
      ]), control: RunControl(progress: .silent))
    let point = CyclePoint(regime: 2, members: 5)
    var experiment = report.study.experiment(point, report.meanCovariances)
    experiment.cycles = 2
    let worlds = try (0..<CycleTuning.worlds).map {
      try experiment.world(key: report.study.tuningKey($0))
    }
    let table = try report.report.table
    for scheme in CycleTuning.schemes {
      let settings = try #require(report.settings[CycleCase(scheme, at: point)])
      #expect(table.contains("tuned \(scheme.rawValue): \(settings)"))
      let errors = try [settings, Settings()].map { settings in
        try worlds.reduce(0) { sum, world in
          let run = try experiment.run(scheme, members: 5, settings: settings, in: world)
          return sum + (try #require(run.meanSquaredForecastError))
        }
      }
      #expect(errors[0] <= errors[1] * (1 + 1e-12), "\(scheme)")
      let ends = CycleTuning.ends(settings).joined(separator: " and ")
      #expect(ends.isEmpty || table.contains("\(settings) (\(ends) at the end of what was tried)"))
    }
  }
}
