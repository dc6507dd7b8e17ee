import CommandTestSupport
import Foundation
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// A folder with data, a fit and its predictions, for tests of `ppl predict`.
///
/// Six stations, 2001 to 2012; `gmst.csv` also has 1991 to 2000 and 2013, without maxima.
struct PredictionFolder {
  let url: URL

  static let data: StationMaxima = {
    let (S, T) = (6, 12)
    let noise = RandomKey(3).uniform([S, T]).scalars
    return StationMaxima(
      stations: (0..<S).map { i in
        var station = StationMaxima.Station(
          id: "s\(i)", longitude: Double(i) * 0.7 - 3, latitude: 40 + Double(i * i % 5) * 0.4,
          elevation: Double(100 * (i * 3 % 7)))
        station.columns["coast_km"] = Double(10 + 7 * i)
        return station
      }, years: Array(2001...(2000 + T)), covariate: (0..<T).map { gmst(2001 + $0) },
      maxima: (0..<S * T).map { k in
        35 - 0.004 * Double(100 * (k / T * 3 % 7)) + 1.2 * 0.04 * Double(k % T)
          - 1.5 * log(-log(0.02 + 0.96 * noise[k]))
      })
  }()

  /// The GMST of a year, which is not quite a line.
  static func gmst(_ year: Int) -> Double {
    0.04 * Double(year - 2001) + (year % 2 == 0 ? 0.4 : 0.42)
  }

  /// Runs a test in a folder with the data.
  static func with(_ body: (PredictionFolder) throws -> Void) throws {
    try withTemporaryFolder { url in
      try data.write(to: url.appending(path: "data"))
      let rows = (1991...2013).map { "\($0),\(gmst($0))\n" }.joined()
      try Data("year,gmst\n\(rows)".utf8).write(to: url.appending(path: "data/gmst.csv"))
      try body(PredictionFolder(url: url))
    }
  }

  /// The place of a file or folder inside.
  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a text.
  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: url.appending(path: name))
  }

  /// Fits a model to the data into the folder `run`, 30 steps of svi unless the flags say otherwise.
  func fit(_ model: String = "gev-multiplicative", _ flags: [String] = []) {
    let usual = ["--backend", "svi", "--steps", "30", "--draws", "40"]
    let result = run(
      ["fit", model, "--data", path("data"), "--output", path("run"), "--quiet"]
        + (flags.contains("--backend") ? [] : usual) + flags)
    #expect(result.status == 0, "\(result.errors)")
  }

  /// Predicts from the folder `run`.
  func predict(_ flags: String...) -> CommandResult { run(["predict", path("run")] + flags) }

  /// The numbers of a prediction.
  func numbers(_ flags: String...) throws -> JSONValue {
    let result = run(["predict", path("run"), "--json", path("numbers.json"), "--quiet"] + flags)
    #expect(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(
      JSONValue.self, from: Data(contentsOf: url.appending(path: "numbers.json")))
  }

  /// The message of a prediction that fails, without the name of the folder.
  func message(_ flags: String...) -> String {
    let result = run(["predict", path("run")] + flags)
    #expect(result.status != 0)
    return result.errors.replacing(url.path, with: "DIR")
  }

  private func run(_ arguments: [String]) -> CommandResult {
    var registry = PluginRegistry()
    registry.register(SpatialExtremes())
    return command(arguments, registry)
  }
}
