import CommandTestSupport
import Foundation
import Inference
import Kernels
import PPL
import Plotting
import Plugins
import Runs
import TestSupport
import Testing

@testable import SpatialExtremes

/// Maps and dependence of places on a plane, easting and northing in km.
@Suite struct PlaneFiguresTests: FigureTables {
  private typealias Command = ExtremesCommand<GEVByFormula>

  /// The panel of `PredictionFolder` on a plane, around 600 km east and 200 km north.
  private static let data: StationMaxima = {
    var data = PredictionFolder.data
    data.isProjected = true
    data.stations = data.stations.enumerated().map { i, station in
      StationMaxima.Station(
        id: station.id, longitude: 600 + 25 * Double(i), latitude: 200 + 12 * Double(i * i % 5))
    }
    return data
  }()

  private func fitted(_ folder: URL, _ flags: [String]) throws -> FittedModel<Command> {
    try Self.data.write(to: folder.appending(path: "plane"))
    return try Command().fitted(
      [
        "--data", folder.appending(path: "plane").path, "--backend", "svi", "--steps", "20",
        "--draws", "6",
      ] + flags)
  }

  @Test func mapsAreInKilometresWithoutACoastline() throws {
    try withTemporaryFolder { folder in
      let fitted = try fitted(
        folder, ["--location", "1 + gmst + field", "--log-scale", "1", "--shape", "1"])
      let figures = try Command().figures(fitted)
      for name in ["levels", "shift", "map-mu"] {
        let figure = try named(name, figures)
        #expect(
          figure.caption.hasSuffix(
            " Easting and northing in km; the coastline is not drawn on a plane."),
          "\(figure.caption)")
        #expect(figure.caption.contains("kriging"), "\(figure.caption)")
        #expect(figure.content.figure.script.contains("easting, km"))
        let found = try rows(figure)
        let stations = found.filter { $0["kind"] == "station" }
        #expect(Set(numbers(stations, "x_km")) == Set((0..<6).map { 600 + 25 * Double($0) }))
        // A surface covers the box, with 64 cells and those at the edges along its longer side.
        let cells = found.filter { $0["kind"] == "cell" }
        let (x, y) = (numbers(cells, "x_km"), numbers(cells, "y_km"))
        #expect((x.min() ?? 0) <= 600 && (x.max() ?? 0) >= 725 && Set(x).count <= 66)
        #expect((y.min() ?? 0) <= 200 && (y.max() ?? 0) >= 248)
        #expect(numbers(cells, "mean").allSatisfy { $0.isFinite })
      }
    }
  }

  @Test func aKilometreHasOneLengthInBothDirections() throws {
    let coordinates = Tensor(rows: [[600.0, 200], [725, 248]])
    let map = try StationMap(
      coordinates, isPlane: true, file: "/nonexistent.geojson", hasGrid: true)
    let panel = map.panel("z", [1, 2], ColorScale("mm"))
    #expect(panel.aspect == 1)
    // A twentieth of 125 km on each side.
    #expect(panel.xAxis.limits == 593.75...731.25 && panel.yAxis.limits == 193.75...254.25)
    #expect(
      map.base.source == "the coastline is not drawn on a plane, since --map is in degrees")
    let single = MapBox(eastings: [600], northings: [200])
    #expect(single.west == 599 && single.north == 201)
  }

  @Test func theDependenceOfTheModelIsByDistanceOnThePlane() throws {
    try withTemporaryFolder { folder in
      let fitted = try fitted(
        folder,
        ["--location", "1", "--log-scale", "1", "--shape", "1", "--dependence", "copula"])
      let figures = try ExtremesFigures(fitted)
      let model = try rows(#require(try figures.dependence())).filter { $0["kind"] == "model" }
      let places = figures.model.data.coordinates
      let distances = Euclidean().distances(places, places).scalars
      let pairs = (0..<6).flatMap { i in (0..<i).map { distances[6 * i + $0] } }.sorted()
      // 15 pairs in 30 groups: one each.
      expectClose(numbers(model, "x"), pairs, relative: 1e-12)
    }
  }
}
