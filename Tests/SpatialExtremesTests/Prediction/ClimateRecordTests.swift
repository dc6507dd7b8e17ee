import Foundation
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// The climates of years, of amounts of warming and of the baseline, with the origin of each value.
@Suite struct ClimateRecordTests {
  private let gmst = PredictionFolder.gmst

  private func climates(_ numbers: JSONValue) -> [(label: String, gmst: Double, source: String)] {
    (numbers["gmst"]?.elements ?? []).map {
      ($0["climate"]?.string ?? "", $0["gmst"]?.double ?? .nan, $0["source"]?.string ?? "")
    }
  }

  @Test func theFileIsUsedWhereItHasAYearAndALineBeyond() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      try folder.write("year,gmst\n2030,1.7\n2031,\n", to: "scenario.csv")
      let found = climates(
        try folder.numbers(
          "--year", "1995,2005,2013,2030,2040", "--gmst", "1.5", "--warming", "2,-0.5",
          "--baseline", "1991-2000", "--trend-years", "5", "--scenario",
          folder.path("scenario.csv")))
      let mean = (1991...2000).reduce(0) { $0 + gmst($1) } / 10
      // The line of five equally spaced years.
      let years = Array(2009...2013)
      let centre = years.reduce(0) { $0 + gmst($1) } / 5
      let slope = years.reduce(0) { $0 + Double($1 - 2011) * gmst($1) } / 10
      #expect(
        found.map(\.label) == [
          "1995", "2005", "2013", "2030", "2040", "GMST 1.5", "+2 °C", "+-0.5 °C", "1991-2000",
        ])
      expectClose(
        found.map(\.gmst),
        [
          gmst(1995), gmst(2005), gmst(2013), 1.7, centre + 29 * slope, 1.5, mean + 2, mean - 0.5,
          mean,
        ], relative: 1e-12)
      #expect(
        found.map(\.source) == [
          "gmst.csv", "gmst.csv", "gmst.csv", folder.path("scenario.csv"),
          "least squares over 2009-2013", "--gmst", "2 above 1991-2000", "-0.5 above 1991-2000",
          "the mean over 1991-2000 in gmst.csv",
        ])
    }
  }

  /// The GMST of the years of the fit goes from 0.42 to 0.86.
  @Test func aClimateBeyondTheDataIsAnExtrapolation() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      let beyond = folder.predict("--year", "2005,2050", "--gmst", "0.6,-1")
      #expect(
        beyond.output.contains(
          "\nextrapolated: 2050, GMST -1: gmst is outside the 0.42 to 0.84 of the years of the fit\n"
        ), "\(beyond.output)")
      #expect(!folder.predict("--year", "2005").output.contains("extrapolated"))
    }
  }

  /// Without a climate it is that of the last year of the data; the line of `ends` is that of the report of a fit.
  @Test func theLastYearOfTheDataIsTheDefault() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      #expect(climates(try folder.numbers()).map(\.label) == ["2012"])
      let found = climates(try folder.numbers("--year", "2030", "--trend", "ends"))
      let slope = (gmst(2012) - gmst(2001)) / 11
      expectClose(found.map(\.gmst), [gmst(2012) + 18 * slope], relative: 1e-12)
      #expect(found.map(\.source) == ["the line through 2001 and 2012"])
    }
  }

  @Test func otherCovariatesKeepTheirMeans() throws {
    try PredictionFolder.with { folder in
      let rows = (1991...2013).map { "\($0),\(gmst($0)),\($0 % 5)\n" }.joined()
      try folder.write("year,gmst,nao\n\(rows)", to: "data/gmst.csv")
      folder.fit("gev", ["--location", "1 + gmst + nao"])
      let numbers = try folder.numbers("--gmst", "1", "--year", "2013,1993")
      #expect(
        climates(numbers).map(\.source)
          == [
            "gmst.csv", "gmst.csv", "--gmst; nao: the mean over the years of the data",
          ])
    }
  }

  /// A model without covariates of time has one distribution for all years.
  @Test func aStationaryModelHasTheSameLevelsInAllYears() throws {
    try PredictionFolder.with { folder in
      folder.fit("gev", ["--location", "1 + field"])
      let levels = try #require(
        try folder.numbers("--year", "1900,2050", "--station", "s1", "--period", "10")["levels"])
      #expect(levels.elements.count == 2)
      #expect(levels[0]?["mean"]?.double == levels[1]?["mean"]?.double)
      #expect(
        folder.message("--warming", "1")
          == "Error: the model has no covariate of time, so that its distribution is the same in all climates; leave out --gmst and --warming."
      )
    }
  }

  @Test func aYearWithoutAValueIsNamed() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      #expect(
        folder.message("--year", "1850")
          == "Error: --year 1850: gmst.csv has no value of gmst in this year (it has 1991 to 2013); give another year, a --scenario with it, or --gmst."
      )
      #expect(
        folder.message("--warming", "1.5")
          == "Error: --baseline 1850-1900: gmst.csv has no value of gmst in 1850 (it has 1991 to 2013); give years of the file, or a value, as in --baseline gmst=0.1."
      )
      try folder.write("year,temperature\n2030,1.7\n", to: "scenario.csv")
      #expect(
        folder.message("--scenario", folder.path("scenario.csv"))
          == "Error: DIR/scenario.csv: there is no column of gmst with numbers; give columns year and gmst."
      )
    }
  }

  @Test(arguments: [
    ("--period", "1", "--period is 1, but must be above 1 year."),
    ("--risk", "0,0.1", "--risk is 0,0.1, but must be between 0 and 1."),
    (
      "--risk", "0.1",
      "--risk does not apply to predictions without design-life levels; give their years by --design-life, or leave it out."
    ),
    ("--trend-years", "1", "--trend-years is 1, but must be at least 2 for a line."),
    ("--grid", "0", "--grid is 0.0, but must be from 0.01 to 10 degrees."),
    ("--mask", "land.geojson", "--mask needs --grid, whose places it selects."),
    (
      "--elevation", "elevation.csv",
      "--elevation needs --grid or --points, whose places it gives elevations."
    ),
    ("--scenario", "", "--scenario is empty, but must be a path."),
    ("--year", "2050-2040", "The value '2050-2040' is invalid for '--year <year,…>'"),
    ("--event", "40,x", "The value '40,x' is invalid for '--event <value,…>'"),
    ("--baseline", "gmst=hot", "The value 'gmst=hot' is invalid for '--baseline <years>'"),
    ("--trend", "spline", "The value 'spline' is invalid for '--trend <name>'"),
    ("--threads", "0", "--threads is 0, but must be from 1 to 1024."),
  ])
  func aWrongFlagIsNamed(flag: String, value: String, sentence: String) throws {
    try PredictionFolder.with { folder in
      try folder.write("{\"model\": \"gev-additive\", \"arguments\": []}", to: "run.json")
      try FileManager.default.createDirectory(
        atPath: folder.path("run"), withIntermediateDirectories: false)
      try folder.write("{\"model\": \"gev-additive\", \"arguments\": []}", to: "run/run.json")
      try folder.write("{}", to: "run/checkpoint.json")
      #expect(folder.message(flag, value).contains(sentence), "\(folder.message(flag, value))")
    }
  }
}
