import Foundation
import Inference
import PPL
import Plugins
import Runs
import TestSupport
import Testing

@testable import SpatialExtremes

private let file = "followups.json"

/// The numbers that the notebooks print, from the command line by preset.
@Suite(.needs(file)) struct CommandGoldenTests {
  /// Fits the data of a notebook, read from a folder, with the flags of the notebooks, and returns the written numbers.
  private func numbers<M: ExtremesModel>(
    _: M.Type, _ notebook: String, _ flags: [String]
  ) throws -> (numbers: JSONValue, printed: JSONValue) {
    let json = try Reference.json(file).at(notebook)
    let places = try json.tensor("stations")  // [S, 2], degrees
    let (longitudes, latitudes) = (places[.all, .at(0)].scalars, places[.all, .at(1)].scalars)
    let covariate = try json.tensor("gmst").scalars
    let data = StationMaxima(
      stations: zip(longitudes, latitudes).enumerated().map {
        .init(id: "\($0.offset)", longitude: $0.element.0, latitude: $0.element.1)
      }, years: Array(1985..<(1985 + covariate.count)), covariate: covariate,
      maxima: try json.tensor("y").scalars)
    var report: JSONValue?
    try withTemporaryFolder { folder in
      try data.write(to: folder.appending(path: "data"))
      report = try Self.json(
        ExtremesCommand<M>().fit(
          [
            "--data", folder.appending(path: "data").path, "--backend", "svi", "--allow",
            "duplicate-place", "--allow", "outlier", "--allow", "far-place",
          ] + flags))
    }
    return (try #require(report), try json.at("printed"))
  }

  private static func json(_ report: RunReport) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(report.numbers))
  }

  private func expect(
    _ numbers: JSONValue, _ name: String, _ mean: Double, sd: Double? = nil
  ) throws {
    let found = try numbers.at(name)
    // The parameters of 5,000 steps and more, as the tests of the fits have them.
    expectClose([try found.number("mean")], [mean], relative: 1e-8, name)
    if let sd { expectClose([try found.number("sd")], [sd], relative: 1e-8, name) }
  }

  @Test func theFirstNotebookIsThatOfThePreset() throws {
    let (numbers, printed) = try numbers(
      GEVAdditive.self, "nb01_additive",
      ["--steps", "5000", "--mu-field", "whitened"] + independent)
    for name in ["mu0", "beta", "sigma", "xi"] {
      let expected = try printed.at(name)
      try expect(numbers, name, expected.number("mean"), sd: expected.number("sd"))
    }
  }

  /// Section 14 of the specification: the embedded example needs no flag.
  @Test func theSecondNotebookIsThatOfThePreset() throws {
    let numbers = try Self.json(ExtremesCommand<GEVMultiplicative>().fit([]))
    try expect(numbers, "mu0", 34.33001379479671)
    try expect(numbers, "beta0", 1.2655497596010161)
    try expect(numbers, "sigma", 1.8254295539768401)
    try expect(numbers, "xi", 0.1440011935455089)
    let rates = try numbers.at("beta_field").elements.map { try $0.number("mean") }
    expectClose(
      [rates.min() ?? .nan, rates.max() ?? .nan], [1.1006527222477194, 1.517395991023805],
      relative: 1e-8)
    let shift = try numbers.at("return_level_shift_100")
    expectClose(
      [try shift.number("mean"), try shift.number("min"), try shift.number("max")],
      [0.6316032056912114, 0.5511213233680721, 0.7597939565702774], relative: 1e-8)
  }

  @Test func theThirdNotebookIsThatOfThePreset() throws {
    let (numbers, printed) = try numbers(
      GEVNonstationary.self, "nb03_nonstationary", ["--steps", "8000"] + whitened + independent)
    for name in ["mu0", "beta0", "xi0"] { try expect(numbers, name, printed.number(name)) }
  }

  @Test func theFourthNotebookIsThatOfThePreset() throws {
    let (numbers, printed) = try numbers(
      GEVCopula.self, "nb04_copula", ["--steps", "8000"] + whitened)
    for name in ["mu0", "beta0", "xi0", "c0", "c1", "c2"] {
      try expect(numbers, name, printed.number(name))
    }
  }

  /// As the notebooks take the stations of a year.
  private let independent = ["--dependence", "independent"]
  private let whitened = ["mu", "beta", "sigma", "xi"].flatMap { ["--\($0)-field", "whitened"] }
}
