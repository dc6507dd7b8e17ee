import CommandTestSupport
import Foundation
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// The data of `ppl simulate` with their truth: dependence, other years, minima and the record.
@Suite struct SimulatedDataTests {
  private func ppl(_ arguments: [String]) -> CommandResult {
    var registry = PluginRegistry()
    registry.register(SpatialExtremes())
    return command(arguments, registry)
  }

  private func simulated(
    _ arguments: [String], _ body: (URL, CommandResult) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "D")
      try body(place, ppl(["simulate"] + arguments + ["--output", place.path]))
    }
  }

  private func error(_ arguments: String...) throws -> String {
    var text = ""
    try simulated(arguments) { _, result in
      #expect(result.status != 0)
      text = result.errors
    }
    return text
  }

  /// At a correlation that hardly decays, stations with one distribution have nearly the same maximum in a year.
  @Test func anyModelIsSimulatedWithACopula() throws {
    let flags = [
      "gev", "--location", "1", "--stations", "4", "--years", "1900-1999", "--dependence",
      "copula", "--truth", "c0=0.001", "--truth", "c1=1", "--truth", "c2=1000000",
    ]
    try simulated(flags) { place, result in
      #expect(result.status == 0, "\(result.errors)")
      let y = try StationMaxima(folder: place).maxima.compactMap(\.self)
      let (a, b) = (Array(y[..<100]), Array(y[100..<200]))
      let mean = a.reduce(0, +) / 100
      let variance = a.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100
      let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 100
      // Twice the variance for independent stations.
      #expect(difference < 0.2 * variance)
    }
    #expect(
      try error("gev", "--location", "1", "--dependence", "adjusted")
        == "Error: --dependence adjusted is not possible: it widens the draws of a fit, and a simulation has none; take "
        + "--dependence copula, or leave it out.")
    #expect(
      try error("gev", "--location", "1", "--largest", "2").contains(
        "ppl simulate draws annual maxima, not several values of a year"))
  }

  /// A refit needs the forcing before the first maximum, and a baseline the years of its own.
  @Test func yearsWithoutMaximaAreWritten() throws {
    try PredictionFolder.with { folder in
      try simulated(["gev", "--location", "1 + gmst", "--data", folder.path("data")]) {
        place, result in
        #expect(result.status == 0, "\(result.errors)")
        let own = try StationMaxima(folder: folder.url.appending(path: "data"))
        let made = try StationMaxima(folder: place)
        #expect(own.otherYears.count == 11 && made.years == own.years)
        #expect(
          made.otherYears.mapValues { $0["gmst"] } == own.otherYears.mapValues { $0["gmst"] })
      }
    }
    let data = ExtremesDataset(data: PredictionFolder.data)
    let design = try ExtremesDesign.parse(["--years", "8"])
    let reduced = try data.reduced(to: design, GEVByFormula.requirements).data
    #expect(reduced.otherYears.keys.sorted() == [2001, 2002, 2003, 2004])
    #expect(reduced.otherYears[2002]?["gmst"] == PredictionFolder.data.covariate[1])
  }

  /// A computed site follows from those that are drawn; given alone it would contradict them.
  @Test func onlySampledSitesHaveAGivenTruth() throws {
    let text = try error("gev", "--location", "1", "--truth", "sigma=2")
    #expect(
      text.hasPrefix(
        "Error: --truth sigma=2.0: gev computes this site from those that it draws; give one of "))
    #expect(text.contains("log_sigma"))
  }

  /// The level is that of the minima; the truth is that of their negatives, which the fit reports.
  @Test func minimaLieAtTheirLevel() throws {
    let model = ["gev", "--location", "1", "--minima"]
    let flags = model + ["--stations", "5", "--years", "2001-2020", "--level", "35"]
    try simulated(flags) { place, result in
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        result.output.contains("100 minima") && result.output.contains("truth of the negatives"))
      let minima = try StationMaxima(folder: place).maxima.compactMap(\.self)
      // Location and scale are drawn from priors of a few degrees.
      #expect(abs(minima.reduce(0, +) / 100 - 35) < 15)
      let field = try String(contentsOf: place.appending(path: "truth_field.csv"), encoding: .utf8)
      let location = field.split(separator: "\n").dropFirst().compactMap {
        $0.split(separator: ",").last.flatMap { Double($0) }
      }
      let mu0 = try record(place)["numbers"]?["truth"]?["mu0"]?.double
      #expect(location.count == 100 && location.allSatisfy { $0 == mu0 && $0 < 0 })
    }
  }

  private func record(_ place: URL) throws -> JSONValue {
    try JSONDecoder().decode(
      JSONValue.self, from: Data(contentsOf: place.appending(path: "simulation.json")))
  }

  @Test func theRecordHasTheFlagsAndTheTruth() throws {
    let flags = ["--stations", "5", "--years", "2001-2012", "--seed", "7", "--truth", "xi=-0.2"]
    try simulated(["gev-multiplicative"] + flags) { place, _ in
      let record = try record(place)
      #expect(record["simulation"]?.string == "gev-multiplicative")
      #expect(record["seed"]?.double == 7)
      #expect(record["options"]?["years"]?.string == "2001-2012")
      #expect(record["numbers"]?["truth"]?["xi"]?.double == -0.2)
    }
  }

  /// The calendar year is a covariate of all data.
  @Test func theYearIsACovariate() throws {
    try simulated(["gev", "--location", "1 + year", "--stations", "3"]) { _, result in
      #expect(result.status == 0, "\(result.errors)")
    }
  }
}
