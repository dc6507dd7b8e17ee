import CommandTestSupport
import Foundation
import NetCDF
import Tables
import TestSupport
import Testing

@testable import Plugins
@testable import Runs

/// `posterior.nc`: groups, coordinates, units, and the digits of the run.
@Suite struct PosteriorFileTests {
  private static let nuts = [
    "--backend", "nuts", "--chains", "2", "--warmup", "30", "--draws", "12", "--dependence",
    "independent",
  ]

  /// A fit of three stations by chains, into a folder `run`.
  private func stations(_ body: (URL, NetCDFFile) throws -> Void) throws {
    try withData { folder in
      let run = folder.appending(path: "run")
      let result = ppl(
        ["fit", "gev-multiplicative", "--data", folder.appending(path: "data").path]
          + Self.nuts + ["--output", run.path])
      #expect(result.status == 0, "\(result.errors)")
      try body(run, NetCDFFile(reading: run.appending(path: "posterior.nc").path))
    }
  }

  @Test func theGroupsAreThoseOfArviZ() throws {
    try stations { _, file in
      #expect(
        Set(file.groups) == [
          "posterior", "sample_stats", "log_likelihood", "posterior_predictive", "prior",
          "observed_data", "constant_data", "predictions",
        ])
      let shapes = [
        "posterior/mu0": ["chain", "draw"], "posterior/beta_field": ["chain", "draw", "station"],
        "sample_stats/diverging": ["chain", "draw"],
        "log_likelihood/y": ["chain", "draw", "station", "year"],
        "posterior_predictive/y": ["chain", "draw", "station", "year"],
        "prior/mu0": ["chain", "draw"], "observed_data/y": ["station", "year"],
        "constant_data/gmst": ["year"],
        "predictions/return_level": ["chain", "draw", "level_year", "station", "return_period"],
      ]
      for (name, dimensions) in shapes {
        #expect(file.variable(name)?.dimensions == dimensions, "\(name)")
      }
      for name in ["acceptance_rate", "n_steps", "energy", "tree_depth", "step_size"] {
        #expect(file.variable("sample_stats/\(name)") != nil, "\(name)")
      }
      #expect(file.variable("sample_stats/diverging")?.attributes.text("dtype") == "bool")
    }
  }

  @Test func coordinatesAndUnitsAreThoseOfTheData() throws {
    try stations { _, file in
      #expect(try file.texts("posterior/station") == ["0016A", "0076", "3195"])
      #expect(try file.numbers("observed_data/lon") == [1.18, 2.07, -3.68])
      #expect(try file.numbers("observed_data/year") == (2014...2019).map(Double.init))
      #expect(try file.numbers("predictions/return_period") == [100])
      #expect(file.variable("posterior/lat")?.attributes.text("units") == "degrees_north")
      #expect(file.variable("posterior/lat")?.attributes.text("standard_name") == "latitude")
      #expect(file.variable("posterior/mu0")?.attributes.text("units") == "degC")
      #expect(file.variable("posterior/beta0")?.attributes.text("units") == "degC degC-1")
      #expect(file.variable("observed_data/y")?.attributes.text("coordinates") == "lon lat")
      let maxima = try file.numbers("observed_data/y")
      #expect(maxima.count == 18 && maxima[8].isNaN && maxima[0] == 37.1)
      #expect(try file.numbers("log_likelihood/y")[8] == 0)
      for group in ["", "posterior"] {
        let own = group.isEmpty ? file.attributes : file.groupAttributes[group] ?? [:]
        #expect(own.text("inference_library") == "PPL")
        #expect(own.text("inference_library_version") == PPLVersion.current)
        #expect(own["created_at"] == nil, "equal runs have equal files")
        #expect(own.text("arguments")?.contains("--backend nuts") == true)
      }
    }
  }

  /// The draws are those of draws.csv, bit by bit: both are exact.
  @Test func theDrawsAreExact() throws {
    try stations { run, file in
      let table = try CSVTable(contentsOf: run.appending(path: "draws.csv"))
      for name in ["mu0", "sigma", "xi"] {
        let column = try table.requireColumn(name)
        #expect(
          try table.rows.map { try table.double($0, column) } == file.numbers("posterior/\(name)"))
      }
    }
  }

  /// Predictive draws have a key of their own: without the file the others are the same.
  @Test func theFileChangesNoOtherDigit() throws {
    try withTemporaryFolder { folder in
      let flags = ["--backend", "svi", "--steps", "20", "--draws", "10"]
      let run = folder.appending(path: "run")
      #expect(means("fit", flags + ["--output", run.path]).status == 0)
      let file = try NetCDFFile(reading: run.appending(path: "posterior.nc").path)
      let draws = try MeanOfTwo().fitted(flags).posterior().draws["mean"].scalars
      #expect(try file.numbers("posterior/mean") == draws)
      #expect(file.variable("posterior_predictive/y")?.dimensions == ["chain", "draw", "n"])
      #expect(try file.numbers("observed_data/y") == [1, 3])
    }
  }

  @Test func unitsAreAsUDUNITSReadsThem() {
    #expect(cfUnit("°C") == "degC" && cfUnit("°C/°C") == "degC degC-1" && cfUnit("mm") == "mm")
    #expect(cfUnit("°F/°C") == "degF degC-1")
  }

  /// xarray and ArviZ open it, and find the summaries of results.json and every printed number.
  @Test(.enabled(if: PythonOfTests.path != nil, "no venv with xarray and arviz: PPL_PYTHON_TESTS"))
  func arvizFindsTheNumbersOfTheRun() throws {
    let python = try #require(PythonOfTests.path)
    try stations { run, _ in
      let process = Process()
      process.executableURL = URL(filePath: python)
      process.arguments = [
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
          .appending(path: "python/check_posterior.py").path, run.path,
      ]
      let pipe = Pipe()
      (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
      try process.run()
      let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(output)")
      #expect(output.contains(" 0 differ;"))
    }
  }

  /// The tidy table and the map have the numbers of the report.
  @Test func theTidyTableAndTheMapHaveTheNumbersOfTheReport() throws {
    try stations { run, _ in
      let results = try #require(RecordValue(contentsOf: run.appending(path: "results.json")))
      let table = try CSVTable(contentsOf: run.appending(path: "quantities.csv"))
      let header = "parameter,station,lon,lat,quantity,unit,mean,sd,q05,q50,q95"
      #expect(table.header.map(\.name).joined(separator: ",") == header)
      let name = try table.requireColumn("parameter")
      let mean = try table.requireColumn("mean")
      let unit = try table.requireColumn("unit")
      let row = try #require(table.rows.first { table.text($0, name) == "beta0" })
      #expect(try table.double(row, mean) == results["beta0"]?["mean"]?.double)
      #expect(table.text(row, unit) == "°C/°C")
      let median = try table.double(row, try table.requireColumn("q50"))
      let expected: Double = results["parameters"]?["beta0"]?["q50"]?.double ?? .nan
      // A sum in another order.
      #expect(abs(median - expected) < 1e-14)
      let map = try #require(RecordValue(contentsOf: run.appending(path: "stations.geojson")))
      #expect(map["type"]?.string == "FeatureCollection")
      let first = try #require(map["features"]?.elements.first)
      #expect(first["geometry"]?["coordinates"]?.elements == [.number(1.18), .number(41.15)])
      let field = results["beta_field"]?.elements.first
      #expect(first["properties"]?["beta_field"] == field?["mean"])
    }
  }
}

/// The Python whose packages read `posterior.nc`: that of $PPL_PYTHON_TESTS, or of a venv in .build.
enum PythonOfTests {
  static var path: String? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let places: [String?] = [
      ProcessInfo.processInfo.environment["PPL_PYTHON_TESTS"],
      root.appending(path: ".build/python-tests/bin/python").path,
    ]
    return places.compactMap(\.self).first(where: FileManager.default.isExecutableFile(atPath:))
  }
}
