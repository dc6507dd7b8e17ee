import Foundation
import Tables
import TestSupport
import Testing

@testable import Plugins

private func json(_ url: URL) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
}

@Suite struct FitTests {
  @Test func theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws {
    try withData { folder in
      for (place, seed) in [("a", "7"), ("b", "7"), ("c", "8")] {
        #expect(fit(folder, to: place, "--steps", "30", "--seed", seed).status == 0)
      }
      let (a, b, c) = try (
        results(folder.appending(path: "a")), results(folder.appending(path: "b")),
        results(folder.appending(path: "c"))
      )
      #expect(a == b)
      for name in a.keys { #expect(a[name] != c[name], "\(name)") }
    }
  }

  @Test func aRunThatIsGoneOnWithGivesTheBytesOfOneRun() throws {
    try withData { folder in
      #expect(fit(folder, to: "once", "--steps", "120").status == 0)
      #expect(fit(folder, to: "twice", "--steps", "50").status == 0)
      #expect(fit(folder, to: "twice", "--steps", "120", "--resume").status == 0)
      let once = try results(folder.appending(path: "once"))
      #expect(try results(folder.appending(path: "twice")) == once)
    }
  }

  @Test func theNumberOfThreadsChangesNoByte() throws {
    try withData { folder in
      for threads in ["1", "2", "8"] {
        #expect(fit(folder, to: threads, "--steps", "30", "--threads", threads).status == 0)
      }
      let one = try results(folder.appending(path: "1"))
      #expect(try results(folder.appending(path: "2")) == one)
      #expect(try results(folder.appending(path: "8")) == one)
    }
  }

  @Test func aProfileIsPrintedAfterTheTableIfAskedFor() throws {
    try withData { folder in
      let plain = fit(folder, to: "plain", "--steps", "5")
      let profiled = fit(folder, to: "profiled", "--steps", "5", "--profile")
      #expect(plain.status == 0 && profiled.status == 0)
      #expect(!plain.output.contains("one replay: "))
      let profile = try #require(profiled.output.split(separator: "one replay: ").last)
      for name in ["operation ", "cholesky ", "site ", "mu_s_u ", "beta_tilde_u ", "y "] {
        #expect(profile.contains("\n\(name)"), "\(name)")
      }
      #expect(
        try results(folder.appending(path: "plain"))
          == results(folder.appending(path: "profiled")))
    }
  }

  @Test func theFilesHoldWhatTheyPromise() throws {
    try withData { folder in
      #expect(fit(folder, to: "run", "--steps", "30").status == 0)
      let run = folder.appending(path: "run")
      #expect(
        try names(in: run) == [
          "checkpoint.json", "draws.csv", "losses.csv", "posterior.nc", "quantities.csv",
          "results.json", "run.json", "stations.geojson", "stations_posterior.csv", "summary.txt",
        ])
      let losses = try CSVTable(contentsOf: run.appending(path: "losses.csv"))
      let draws = try CSVTable(contentsOf: run.appending(path: "draws.csv"))
      let stations = try CSVTable(contentsOf: run.appending(path: "stations_posterior.csv"))
      #expect(losses.rows.count == 30 && draws.rows.count == 20 && stations.rows.count == 3)
      #expect(["mu0", "beta0", "sigma", "xi"].allSatisfy { draws.column($0) != nil })
      #expect(stations.column("z100_2050_mean") != nil && stations.column("beta_q95") != nil)
      let record = try json(run.appending(path: "run.json"))
      #expect(record["seed"]?.double == 0 && record["learning_rate"]?.double == 3e-3)
      #expect(record["data"]?["sources"]?[2]?["name"]?.string == "maxima.csv")
      #expect(record["data"]?["missing"]?.double == 1)
    }
  }

  @Test func everyPrintedNumberIsInTheNumbersUnderAStableName() throws {
    try withData { folder in
      let file = folder.appending(path: "numbers.json")
      let result = fit(folder, to: "run", "--steps", "30", "--json", file.path)
      #expect(result.status == 0 && result.errors.isEmpty)
      let numbers = try json(file)
      let printed = { (x: Double?) in String(format: "%.4f", x ?? .nan) }
      for name in ["mu0", "beta0", "sigma", "xi"] {
        let row = try #require(result.output.split(separator: "\n").first { $0.hasPrefix(name) })
        let cells = row.split(separator: " ").suffix(4).map(String.init)
        #expect(cells == ["mean", "sd", "q05", "q95"].map { printed(numbers[name]?[$0]?.double) })
      }
      let shift = try #require(numbers["return_level_shift_100"])
      #expect(
        result.output.contains(
          "100-year return level, shift 2019 to 2050: mean \(printed(shift["mean"]?.double)) °C, "
            + "stations \(printed(shift["min"]?.double)) to \(printed(shift["max"]?.double)) "
            + "(plug-in \(printed(shift["plugin"]?.double)))"))
      let beta = try #require(numbers["beta_field"]).elements
      #expect(beta.map { $0["station"]?.string } == ["0016A", "0076", "3195"])
      let means = beta.compactMap { $0["mean"]?.double }
      #expect(
        result.output.contains(
          "beta(s), posterior means over the stations: \(printed(means.min())) to \(printed(means.max()))"
        ))
      #expect(numbers["mu_field"]?.elements.count == 3)
      #expect(numbers["losses"]?["count"]?.double == 30)
      #expect(result.output.contains("17 maxima used, 1 station-year missing\n0 records dropped"))
      #expect(numbers["records"]?["used"]?.double == 17)
      #expect(numbers["records"]?["missing"]?.double == 1)
      #expect(numbers["seconds"]?.double ?? -1 > 0)
    }
  }

  /// Three draws of the first step of the embedded data leave the support (the reference run's first loss is infinite).
  @Test func aLossThatIsInfiniteIsNullAndCounted() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "numbers.json")
      let result = ppl(
        "fit", "gev-multiplicative", "--steps", "1", "--draws", "1", "--json", file.path)
      #expect(result.status == 0 && result.output.contains("1 step in "))
      #expect(result.output.contains("no loss is finite yet"))
      let numbers = try json(file)
      let losses = try #require(numbers["losses"])
      for name in ["first", "last"] {
        guard case .null? = losses[name] else {
          Issue.record("losses.\(name) is \(String(describing: losses[name]))")
          continue
        }
      }
      #expect(losses["count"]?.double == 1 && numbers["steps"]?["infinite"]?.double == 1)
      #expect(try !String(contentsOf: file, encoding: .utf8).contains("inf\""))
      #expect(numbers["truth"]?["xi"]?.double == 0.12)
    }
  }

  @Test func recordsThatAreDroppedAreCountedAndNamed() throws {
    let gmst = smallData["gmst.csv"]?.replacing("2014,0.8\n", with: "") ?? ""
    try withData(["gmst.csv": gmst]) { folder in
      let result = fit(folder, to: "run", "--steps", "5")
      #expect(
        result.output.contains(
          "3 records dropped: no GMST value for 2014 (station 0016A, 0076, 3195)"))
      let record = try json(folder.appending(path: "run/run.json"))
      let dropped = try #require(record["data"]?["dropped"]).elements
      #expect(dropped.map { $0["station"]?.string } == ["0016A", "0076", "3195"])
      let isPlaced = dropped.allSatisfy {
        $0["file"]?.string == "maxima.csv" && $0["line"]?.double == 2
      }
      #expect(isPlaced)
    }
  }

  @Test func quietPrintsNothingAndWritesAll() throws {
    try withData { folder in
      let result = fit(folder, to: "run", "--steps", "5", "--quiet")
      #expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty)
      #expect(exists(folder.appending(path: "run/results.json")))
    }
  }

  @Test func numbersMayLieInTheOutputFolderThatIsMadeForThem() throws {
    try withData { folder in
      let file = folder.appending(path: "run/numbers.json").path
      #expect(fit(folder, to: "run", "--steps", "5", "--json", file).status == 0)
    }
  }

  @Test func oddNamesAndWindowsFilesAreData() throws {
    let odd = "\"Sta \"\"q\"\" ñ, 1\""
    var files = smallData.mapValues { $0.replacing("0016A", with: odd) }
    for (name, text) in files { files[name] = "\u{FEFF}" + text.replacing("\n", with: "\r\n") }
    try withData(files) { folder in
      #expect(fit(folder, to: "run", "--steps", "5").status == 0)
      let table = try CSVTable(contentsOf: folder.appending(path: "run/stations_posterior.csv"))
      #expect(table.text(0, try table.requireColumn("station")) == "Sta \"q\" ñ, 1")
    }
  }

  private static let shared = packageRoot.deletingLastPathComponent().appending(path: "shared/data")

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: FitTests.shared.path),
      "the Spanish data are not in \(FitTests.shared.path); skipped"))
  func theSpanishPanelIsFitted() throws {
    let sources = [
      "stations.csv": "spain/panel34_stations.csv", "gmst.csv": "gmst/annual_gmst.csv",
      "maxima.csv": "spain/panel34_txx_1985_2019.csv",
    ]
    let files = try sources.mapValues {
      try String(contentsOf: Self.shared.appending(path: $0), encoding: .utf8)
    }
    try withData(files) { folder in
      let result = fit(folder, to: "run", "--steps", "300")
      #expect(result.status == 0)
      #expect(result.output.hasPrefix("gev-multiplicative: 34 stations x 35 years (1985-2019)\n"))
      #expect(
        result.output.contains(
          "1176 maxima used, 14 station-years missing\n"
            + "covariate: column \"hadcrut5_anom_1850_1900_c\"\n0 records dropped"))
      let numbers = try json(folder.appending(path: "run/results.json"))
      #expect(numbers["losses"]?["count"]?.double == 300)
      // The mean of the maxima is 37.6; the stations' own maxima have deviations of some 2 °C.
      #expect(abs((numbers["mu0"]?["mean"]?.double ?? 0) - 37) < 2)
    }
  }
}

private let packageRoot = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
