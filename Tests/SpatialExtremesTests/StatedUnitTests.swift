import Foundation
import Inference
import PPL
import Tables
import TestSupport
import Testing

@testable import SpatialExtremes

/// The unit of all maxima against the one that is stated, and places that may be shared.
@Suite struct StatedUnitTests {
  private func findings(
    _ change: @escaping (Double) -> Double, unit: String = "°C"
  ) throws -> [String] {
    var data = PredictionFolder.data
    data.maxima = data.maxima.map { $0.map(change) }
    return try read(data, DataRequirements(minimumStations: 1, covariates: [], unit: unit))
  }

  private func read(
    _ data: StationMaxima, _ requirements: DataRequirements
  ) throws -> [String] {
    var found: [String] = []
    try withTemporaryFolder { folder in
      try data.write(to: folder)
      found = try StationMaxima(folder: folder, options: .init(requirements: requirements))
        .record.findings.map(\.error.found)
    }
    return found
  }

  @Test func kelvinOfAllStationsIsFound() throws {
    #expect(try findings { $0 } == [])
    let kelvin = try findings { $0 + 273.15 }
    #expect(kelvin.count == 1)
    #expect(kelvin[0].hasSuffix("they seem to be in kelvin, not in °C"), "\(kelvin)")
    #expect(try findings({ $0 + 273.15 }, unit: "K") == [])
    // Rain of 70 to 200 mm, whose unit is not stated.
    #expect(try findings { 10 * ($0 - 25) } == [])
  }

  @Test func temperaturesThatAreNoKelvinAreFound() throws {
    let found = try findings({ $0 }, unit: "K")
    #expect(found.count == 1)
    #expect(found.first?.hasSuffix("they seem not to be in kelvin, as stated") == true, "\(found)")
  }

  /// Two stations at one place are refused where a field needs their distance, and only there.
  @Test func aFormulaWithoutAFieldTakesStationsAtOnePlace() throws {
    var data = PredictionFolder.data
    data.stations[1].longitude = data.stations[0].longitude
    data.stations[1].latitude = data.stations[0].latitude
    func requirements(_ flags: String...) throws -> DataRequirements {
      GEVByFormula.requirements(with: try GEVByFormula.Priors.parse(flags))
    }
    let error = try #require(throws: DataError.self) { try read(data, requirements()) }
    #expect("\(error)".contains("are at one place"))
    #expect(try read(data, requirements("--location", "1 + gmst")) == [])
    #expect(try read(data, requirements("--nugget")) == [])
    let model = try GEVByFormula(StationTensors(data), priors: .parse(["--nugget"]))
    let start = try LogJoint(model.posterior).start(.values(model.start), key: RandomKey(1))
    #expect(try LogDensity(model.posterior).valueWithGradient(at: start).0.scalar.isFinite)
  }
}
