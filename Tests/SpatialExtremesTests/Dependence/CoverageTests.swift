import Foundation
import Inference
import PPL
import Plugins
import Runs
import TestSupport
import Testing

@testable import SpatialExtremes

/// Panels whose stations depend on each other within a year: their simulation, and the experiment on them.
@Suite struct CoverageTests {
  /// The scores of 60 panels by the true distributions have the correlation of the copula.
  @Test func simulatedPanelsHaveTheCorrelationOfTheirCopula() throws {
    let panel = try CoveragePanel(stations: 4, years: 40)
    let truth = CoveragePanel.truth
    let mean = panel.covariate.reduce(0, +) / 40
    var sums = (0.0, 0.0, 0.0)
    for index in 0..<60 {
      let data = panel.data(key: RandomKey(UInt64(index)))
      for year in 0..<40 {
        let z = [0, 1].map { i -> Double in
          let location = panel.locations[i] + truth.beta0 * (panel.covariate[year] - mean)
          let y = data.maxima[i * 40 + year] ?? .nan
          let t = pow(1 + truth.xi * (y - location) / truth.sigma, -1 / truth.xi)
          return normalQuantile(Tensor(exp(-t))).scalar
        }
        sums = (sums.0 + z[0] * z[1], sums.1 + z[0] * z[0], sums.2 + z[1] * z[1])
      }
    }
    let copula = GaussianCopula(
      short: Prior(1, .lengthscale), long: Prior(1, .lengthscale), metric: .chordal, unit: "km")
    let coordinates = Tensor(rows: panel.stations.map { [$0.longitude, $0.latitude] })
    let R = copula.correlation(
      Tensor(truth.copula.c0), Tensor(truth.copula.c1), Tensor(truth.copula.c2), at: coordinates)
    let found = sums.0 / (sums.1 * sums.2).squareRoot()
    // 2,400 pairs: a standard error of at most 0.02.
    #expect(abs(found - R[.at(0), .at(1)].scalar) < 0.06, "\(found)")
    #expect(abs(sums.1 / 2400 - 1) < 0.09)
  }

  @Test func theTruthIsThatOfTheSimulation() throws {
    let panel = try CoveragePanel(stations: 5, years: 30)
    #expect(abs(panel.locations.reduce(0, +) / 5 - CoveragePanel.truth.mu0) < 1e-9)
    let z100 = try #require(panel.truths.last)
    #expect(z100.name == "z100" && z100.values.count == 5)
    #expect(panel.years.count == 30 && panel.covariate.count == 30)
  }

  /// Two panels, resumed from a journal of one, give the same digits on any number of threads.
  @Test func theExperimentReportsCoverageOfEachMethod() throws {
    try withTemporaryFolder { folder in
      func run(_ flags: [String], _ options: [String]) throws -> RunReport {
        try CoverageCommand().run(
          RunOptions.parse(["--seed", "3", "--quiet"] + flags),
          CoverageCommand.Options.parse(options), control: RunControl(progress: .silent))
      }
      let design = ["--stations", "4", "--years", "16", "--draws", "20"]
      let output = ["--output", folder.appending(path: "run").path]
      _ = try run(output + ["--threads", "1"], design + ["--panels", "1"])
      let serial = try run(["--threads", "1"], design + ["--panels", "2"])
      let resumed = try run(output + ["--resume", "--threads", "2"], design + ["--panels", "2"])
      let lines = resumed.table.split(separator: "\n").map(String.init)
      #expect(
        lines[0].hasPrefix(
          "coverage of 90 % intervals (standard error) on 2 panels of 4 stations x 16 years, "))
      #expect(lines.contains { $0.contains("independent") && $0.contains("copula") })
      let (numbers, serialNumbers) = try (
        JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(resumed.numbers)),
        JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(serial.numbers))
      )
      for name in ["mu0", "beta0", "log_sigma", "xi", "z100"] {
        for method in ["independent", "adjusted", "copula"] {
          let row = try #require(numbers["coverage"]?[name]?[method])
          #expect(row["panels"]?.double == 2, "\(lines)")
          let width = try #require(row["mean_width"]?.double)
          #expect(width > 0)
          for member in ["coverage", "standard_error", "mean_width", "unconverged"] {
            let own = try #require(row[member]?.double)
            let other = try #require(serialNumbers["coverage"]?[name]?[method]?[member]?.double)
            #expect(own.bitPattern == other.bitPattern, "\(name) \(method) \(member)")
          }
        }
      }
      #expect(
        resumed.files.map(\.name) == ["run.json", "results.json", "coverage.csv"])
    }
  }

  /// Fits that failed have no row, those that did not converge are counted, and a method without a success has no number.
  @Test func failedAndUnconvergedFitsAreInTheReport() throws {
    let outcomes: [[CoverageFit.Outcome]] = [
      [
        .init(
          method: "independent", covered: [1, 0, 1, 1, 0.5], widths: [1, 1, 1, 1, 2],
          isConverged: true),
        .init(method: "adjusted", failure: "no mode was found."),
        .init(method: "copula", covered: [1, 1, 1, 1, 1], widths: [2, 2, 2, 2, 2]),
      ],
      [
        .init(
          method: "independent", covered: [1, 1, 1, 1, 1], widths: [1, 1, 1, 1, 4],
          isConverged: true),
        .init(method: "adjusted", failure: "no mode was found."),
        .init(
          method: "copula", covered: [1, 1, 1, 1, 1], widths: [2, 2, 2, 2, 2], isConverged: true),
      ],
    ]
    let report = CoverageReport(
      panel: try CoveragePanel(stations: 4, years: 20), options: try .parse([]), seed: 0,
      outcomes: outcomes, seconds: 1)
    let rows = report.rows
    #expect(rows.count == 10 && rows.allSatisfy { $0.method != "adjusted" && $0.panels == 2 })
    let z100 = try #require(rows.first { $0.name == "z100" && $0.method == "independent" })
    #expect(z100.coverage == 0.75 && z100.width == 3 && z100.unconverged == 0)
    #expect(
      rows.filter { $0.unconverged == 1 }.map(\.method) == Array(repeating: "copula", count: 5))
    let text = report.report.table
    #expect(!text.contains("nan"))
    #expect(text.contains("2 fits with adjusted failed, the first one: no mode was found."))
    #expect(text.contains("1 fit with copula did not converge, and counted"))
    let line = text.split(separator: "\n").first { $0.hasPrefix("mu0") }
    #expect(
      line?.split(separator: " ", omittingEmptySubsequences: true)
        == ["mu0", "100", "%", "(0)", "-", "100", "%", "(0)"])
  }

  @Test func wrongFlagsAreRefused() {
    for (flags, text) in [
      (["--panels", "0"], "--panels is 0, but must be from 1 to 100000."),
      (["--stations", "3"], "--stations is 3, but must be from 4 to 40."),
      (["--years", "41"], "--years is 41, but must be from 12 to 40."),
      (["--draws", "5"], "--draws is 5, but must be from 20 to 100000."),
      (["--resamples", "7"], "--resamples is 7, but must be 0, or from 20 to 100000."),
    ] {
      do {
        _ = try CoverageCommand.Options.parse(flags)
        Issue.record("\(flags)")
      } catch {
        #expect(CoverageCommand.Options.message(for: error).contains(text))
      }
    }
  }

  /// A model with the copula can be simulated: its panels are alike, and `ppl calibrate` fits them with the copula.
  @Test func calibrationSimulatesTheCopula() throws {
    let example = try CoveragePanel(stations: 6, years: 40)
    var data = StationTensors(example.data(key: RandomKey(1)))
    data.hasCopula = true
    let model = try GEVByFormula(data, priors: .published)
    let check = try SimulationBasedCalibration(model.posterior)
    var correlations: [Double] = []
    for index in 0..<20 {
      let panel = try check.panel(key: RandomKey(UInt64(index)))
      let y = try #require(panel.data["y"])
      let rows = (0..<2).map { i in y[.at(i)] - y[.at(i)].mean() }
      let product = (rows[0] * rows[1]).mean().scalar
      correlations.append(
        product / ((rows[0] * rows[0]).mean() * (rows[1] * rows[1]).mean()).scalar.squareRoot())
      #expect(panel.truth.contains { $0.name == "c2" })
    }
    // Correlations of the prior are about 0.4; independent stations would have 0 with an error of 0.04 for the mean, beside
    // the shared warming, which is small.
    #expect(correlations.reduce(0, +) / 20 > 0.2, "\(correlations)")
    let report = try ExtremesCommand<GEVByFormula>().calibrated([
      "--panels", "1", "--stations", "4", "--years", "12", "--backend", "laplace", "--draws", "50",
      "--dependence", "copula",
    ])
    #expect(report.table.contains("c2 "))
    #expect(
      throws: InferenceError.argument(
        of: "SimulationBasedCalibration", found: "the model has a factor \"copula\"",
        requirement:
          "must be a product of the distributions of its sites, from which it can be simulated")
    ) {
      try SimulationBasedCalibration(GEVCopula(data, priors: .published).posterior)
    }
  }
}
