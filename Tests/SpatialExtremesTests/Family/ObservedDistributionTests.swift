import Distributions
import Foundation
import Inference
import PPL
import Plugins
import Tables
import TestSupport
import Testing

@testable import SpatialExtremes

@Suite struct ObservedDistributionTests {
  private static let years = Array(1990..<2030)

  private func options(_ flags: [String]) throws -> ExtremesOptions<GEVByFormula> {
    try .parse(flags)
  }

  private func stations(_ folder: URL, _ count: Int = 2) throws {
    let rows = (0..<count).map { "s\($0),\(Double($0) * 2 - 3),\(40 + $0)" }
    try (["station,lon,lat"] + rows).joined(separator: "\n")
      .write(to: folder.appending(path: "stations.csv"), atomically: true, encoding: .utf8)
  }

  private func write(_ text: String, _ name: String, in folder: URL) throws {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }

  private func fit(_ folder: URL, _ flags: [String]) throws -> JSONValue {
    let report = try ExtremesCommand<GEVByFormula>().fit(
      ["--data", folder.path, "--backend", "mle", "--draws", "20"] + flags)
    return try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(report.numbers))
  }

  /// Simulated maxima of two stations: the true parameters are within 3 standard errors.
  @Test(arguments: [("frechet", 0.1), ("blended", 0.1), ("gumbel", 0)])
  func theParametersOfSimulatedMaximaAreFound(_ name: String, _ xi: Double) throws {
    try withTemporaryFolder { folder in
      try stations(folder)
      let (mu, sigma, shape) = (Tensor(30), Tensor(2), Tensor(xi))
      let distribution: any Distribution =
        name == "blended" ? BlendedGEV(mu, sigma, shape) : GEV(mu, sigma, shape)
      let y = distribution.sample([80], key: RandomKey(3)).scalars
      let rows = y.indices.map { "s\($0 / 40),\(Self.years[$0 % 40]),\(y[$0])" }
      try write((["station,year,value"] + rows).joined(separator: "\n"), "maxima.csv", in: folder)
      let numbers = try fit(folder, ["--distribution", name, "--location", "1"])
      for (site, truth) in [("mu0", 30), ("sigma", 2)] + (xi == 0 ? [] : [("xi", xi)]) {
        let found = try #require(numbers["parameters"]?[site])
        let (mean, sd) = (try #require(found["mean"]?.double), try #require(found["sd"]?.double))
        #expect(abs(mean - truth) < 3 * sd && sd < 0.5, "\(name) \(site): \(mean) +- \(sd)")
      }
    }
  }

  /// A row for each value is read as columns are, in any order; more values than asked for are left out.
  @Test func rowsAndColumnsGiveTheSameLargestValues() throws {
    try withTemporaryFolder { folder in
      try stations(folder, 1)
      var (columns, rows) = (["station,year,value1,value2,value3"], ["station,year,value"])
      for (index, year) in Self.years.prefix(8).enumerated() {
        let values = [20.0 + sin(Double(index)), 18.5, 17.25 + 0.1 * Double(index)]
        columns.append("s0,\(year)," + values.map { "\($0)" }.joined(separator: ","))
        rows += values.reversed().map { "s0,\(year),\($0)" }
      }
      func blocks(_ lines: [String], _ r: String) throws -> BlockValues {
        try write(lines.joined(separator: "\n"), "maxima.csv", in: folder)
        let options = try options(["--largest", r, "--location", "1"])
        let data = try StationMaxima(folder: folder, options: options.reading)
        #expect(data.maxima.count == 8)
        return try #require(data.blocks)
      }
      let ofColumns = try blocks(columns, "2")
      #expect(try blocks(rows, "2") == ofColumns)
      #expect(ofColumns.values[0] == [20, 18.5])
      #expect(try blocks(rows, "3").values[7].count == 3)
      let error = #expect(throws: DataError.self) { try blocks(columns, "4") }
      #expect(
        error?.description.contains("there are 3 columns of numbered values, but --largest is 4")
          == true)
    }
  }

  /// Ten years of days: two clusters of exceedances a year, of which declustering keeps the peaks.
  private func daily(_ folder: URL) throws {
    try stations(folder, 1)
    var rows = ["station,date,value"]
    let first = try #require(CalendarDay("2001-01-01")).number
    for day in first..<(first + 3652) {
      let phase = day % 182
      let height = phase < 3 ? 30 + Double((day / 182 * 7) % 11) + [0.5, 1, 0.25][phase] : 10
      rows.append("s0,\(text(day)),\(height)")
    }
    try write(rows.joined(separator: "\n"), "values.csv", in: folder)
  }

  private func text(_ day: Int) -> String {
    let date = Date(timeIntervalSince1970: 86_400 * Double(day))
    return String(date.formatted(.iso8601).prefix(10))
  }

  @Test func declusteringKeepsThePeaksOfClusters() throws {
    try withTemporaryFolder { folder in
      try daily(folder)
      func data(_ flags: [String]) throws -> StationMaxima {
        let flags = ["--distribution", "point-process", "--location", "1"] + flags
        return try StationMaxima(folder: folder, options: try options(flags).reading)
      }
      let all = try data(["--threshold", "25"])
      let peaks = try data(["--threshold", "25", "--decluster", "3"])
      let counts = [all, peaks].map { $0.blocks?.values.reduce(0) { $0 + $1.count } ?? 0 }
      #expect(counts[1] == 20 || counts[1] == 21)
      #expect(abs(counts[0] - 3 * counts[1]) <= 2)
      #expect(all.years == Array(2001...2010))
      let coverage = try #require(all.blocks?.coverage)
      expectClose([coverage.reduce(0, +)], [3652 / 365.25], relative: 1e-12)
      // The quantile of 98 % is the level of most days.
      #expect(try data(["--threshold", "98%"]).blocks?.thresholds[0] == 10)
    }
  }

  /// The GEV distribution that return levels are of has the rate and the scale of exceedances; Coles (2001), eq. (7.6).
  @Test func theParetoDistributionGivesTheAnnualMaximum() throws {
    let blocks = BlockValues(
      values: [[31, 35], [33], [], [40, 36, 34]], coverage: [1, 1, 0.5, 1], thresholds: [30, 32])
    let gev = ParetoExceedances(blocks).maximum(
      0, Tensor([[7.0]].flatMap { $0 }, shape: [1, 1]), 0.2, stationAxis: -1)
    #expect(gev.location.shape == [1, 2])
    for (station, rate) in [1.5, 2].enumerated() {
      let u = blocks.thresholds[station]
      let one = GEV(gev.location[.at(0), .at(station)], gev.scale[.at(0), .at(station)], 0.2)
      // The expected number of points above u + x is rate (1 + xi x / sigma)^(-1 / xi).
      for x in [0, 5.0, 20] {
        let expected = rate * pow(1 + 0.2 * x / 7, -5)
        expectClose([-one.logCDF(Tensor(u + x)).scalar], [expected], relative: 1e-12)
      }
    }
  }

  @Test func gapsAndWrongDatesAreErrors() throws {
    try withTemporaryFolder { folder in
      try daily(folder)
      let flags = ["--distribution", "gpd", "--threshold", "25"]
      func message(_ text: String, _ flags: [String] = flags) throws -> String {
        try write(text, "values.csv", in: folder)
        let reading = try options(flags).reading
        let error = #expect(throws: DataError.self) {
          try StationMaxima(folder: folder, options: reading)
        }
        return error?.description ?? ""
      }
      #expect(
        try message("station,date,value\ns0,2001-02-29,3\n").contains(
          "\"2001-02-29\" is not a date"))
      #expect(
        try message("station,date,value\ns0,2001-02-28,3\ns0,2001-02-28,4\n")
          .contains("station \"s0\" has 2001-02-28 twice"))
      #expect(
        try message("station,date,value\ns0,2001-02-28,30\n")
          .contains("station \"s0\" has 1 exceedances of 25.0"))
      #expect(try message("station,date,value\nsx,2001-02-28,30\n").contains("\"sx\" is not in"))
    }
  }

  @Test(arguments: [
    (
      ["--distribution", "gpd"],
      "--distribution gpd needs --threshold, a number or a quantile such as 98%."
    ),
    (["--threshold", "3"], "--threshold is of --distribution point-process or gpd, not of gev."),
    (["--decluster", "3"], "--decluster is of --distribution point-process or gpd, not of gev."),
    (
      ["--largest", "3", "--distribution", "blended"],
      "--largest 3 is of --distribution gev, not of blended."
    ),
    (["--largest", "0"], "--largest is 0, but must be from 1 to 1000."),
  ])
  func flagsThatDoNotSuitEachOtherAreRefused(_ flags: [String], _ sentence: String) {
    #expect {
      try ExtremesOptions<GEVByFormula>.parse(flags)
    } throws: { ExtremesOptions<GEVByFormula>.message(for: $0).contains(sentence) }
  }

  @Test func formulasThatADistributionDoesNotHaveAreRefused() throws {
    let data = StationMaxima(
      stations: [.init(id: "a", longitude: 0, latitude: 50)], years: Array(2001...2006),
      covariate: [0, 0.1, 0.2, 0.3, 0.4, 0.5], maxima: [20, 21, 19, 22, 20.5, 23])
    func message(_ flags: [String]) throws -> String {
      let options = try options(flags)
      let error = #expect(throws: FormulaError.self) {
        try GEVByFormula(StationTensors(data), priors: options.priors)
      }
      return error?.description ?? ""
    }
    #expect(
      try message(["--distribution", "gumbel", "--location", "1", "--shape", "1 + gmst"])
        == "--shape \"1 + gmst\": the shape is 0 with --distribution gumbel; leave --shape out, or take --distribution gev."
    )
    #expect(
      try message(["--distribution", "gpd", "--threshold", "3", "--location", "1 + gmst"])
        .contains("begins at the threshold and has no location"))
  }

  @Test func aCopulaIsOfMaximaAlone() throws {
    try withTemporaryFolder { folder in
      try stations(folder)
      let rows = (0..<80).map {
        "s\($0 / 40),\(Self.years[$0 % 40]),\(30 + 2 * sin(Double($0 * $0)))"
      }
      try write((["station,year,value"] + rows).joined(separator: "\n"), "maxima.csv", in: folder)
      let error = #expect(throws: FormulaError.self) {
        try fit(
          folder, ["--location", "1", "--distribution", "blended", "--dependence", "copula"])
      }
      #expect(
        error?.description
          == "--dependence copula: the copula is of annual maxima with the GEV distribution; "
          + "take --dependence adjusted, or leave out --distribution and --largest.")
    }
  }

  /// Dates of the Gregorian calendar, against Foundation, over four centuries.
  @Test func daysAreThoseOfTheCalendar() throws {
    for day in stride(from: -80_000, to: 70_000, by: 137) {
      let found = try #require(CalendarDay(text(day)))
      #expect(found.number == day)
      #expect(String(CalendarDay(day).year) == text(day).prefix(4))
    }
    for wrong in ["2001-13-01", "2001-00-10", "2001-04-31", "1900-02-29", "2001-1-1", "x"] {
      #expect(CalendarDay(wrong) == nil)
    }
  }
}
