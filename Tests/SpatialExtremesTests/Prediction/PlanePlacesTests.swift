import CommandTestSupport
import Foundation
import NetCDF
import Plugins
import Runs
import TestSupport
import Testing

@testable import SpatialExtremes

/// Places on a plane, in km: what files say of their coordinates.
@Suite struct PlanePlacesTests {
  /// The stations of the usual folder on a plane, with the eastings and northings of a Swiss grid.
  private static func with(_ body: (PredictionFolder) throws -> Void) throws {
    try PredictionFolder.with { folder in
      var data = PredictionFolder.data
      data.isProjected = true
      for index in data.stations.indices {
        data.stations[index].longitude = 640 + 20 * Double(index)
        data.stations[index].latitude = 200 + 15 * Double(index * index % 5)
      }
      try Data(data.stationsText.utf8).write(to: folder.url.appending(path: "data/stations.csv"))
      folder.fit("gev", ["--backend", "svi", "--steps", "30", "--draws", "40"])
      try body(folder)
    }
  }

  private func text(_ folder: PredictionFolder, _ name: String) throws -> String {
    try String(contentsOf: folder.url.appending(path: name), encoding: .utf8)
  }

  private func header(_ folder: PredictionFolder, _ name: String) throws -> [Substring] {
    try text(folder, name).prefix { $0 != "\n" }.split(separator: ",")
  }

  @Test func theFilesOfAFitHaveKilometresAndNoDegrees() throws {
    try Self.with { folder in
      #expect(try header(folder, "run/quantities.csv")[2..<4] == ["x_km", "y_km"])
      #expect(try header(folder, "run/stations_posterior.csv")[1..<3] == ["x_km", "y_km"])
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("run"))
      #expect(!files.contains("stations.geojson") && files.contains("posterior.nc"))
      #expect(
        try text(folder, "run/summary.txt").contains(
          "no GeoJSON, which needs degrees: the places are on a plane, in km"))
      let file = try NetCDFFile(reading: folder.path("run/posterior.nc"))
      for (axis, first) in [("x", 640.0), ("y", 200.0)] {
        let name = "posterior/\(axis)_km"
        let attributes = try #require(file.variable(name)?.attributes)
        #expect(attributes.text("standard_name") == "projection_\(axis)_coordinate")
        #expect(attributes.text("units") == "km")
        #expect(try file.numbers(name).first == first)
      }
      #expect(!file.variables.contains { $0.attributes.text("units") == "degrees_east" })
      #expect(
        file.variable("observed_data/y")?.attributes.text("coordinates") == "x_km y_km elevation")
    }
  }

  @Test func aGridOfPredictionsIsInKilometres() throws {
    try Self.with { folder in
      let result = folder.predict("--grid", "20", "--output", folder.path("map"))
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        result.output.contains("no GeoJSON, which needs degrees: the places are on a plane, in km"))
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("map"))
      #expect(!files.contains("places.geojson"))
      for name in ["levels.csv", "fields.csv", "events.csv"] {
        #expect(try header(folder, "map/\(name)")[1..<3] == ["x_km", "y_km"], "\(name)")
      }
      #expect(try text(folder, "map/predict.json").contains("\"x_km\""))
      let grid = try NetCDFFile(reading: folder.path("map/grid.nc"))
      for (axis, values) in [
        ("x", [640.0, 660, 680, 700, 720, 740]), ("y", [200, 220, 240, 260]),
      ] {
        let attributes = try #require(grid.variable(axis)?.attributes)
        #expect(attributes.text("standard_name") == "projection_\(axis)_coordinate")
        #expect(attributes.text("units") == "km" && attributes.text("axis") == axis.uppercased())
        #expect(try grid.numbers(axis) == values)
      }
      #expect(grid.variable("mu_1_mean")?.dimensions ?? ["y", "x"] == ["y", "x"])
      #expect(grid.variable("lon") == nil && grid.variable("lat") == nil)
      #expect(
        folder.message("--grid", "0.05")
          .contains("--grid is 0.05, but must be from 1 to 1000 km."))
    }
  }

  @Test func aGridInDegreesIsRefusedBeyondTen() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      #expect(
        folder.message("--grid", "20")
          .contains("--grid is 20.0, but must be from 0.01 to 10 degrees."))
    }
  }
}
