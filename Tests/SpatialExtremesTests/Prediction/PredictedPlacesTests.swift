import Foundation
import Inference
import Kernels
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// Places of a prediction: stations, points of a table, and grids with masks and elevations.
@Suite struct PredictedPlacesTests {
  private func places(_ flags: [String], columns: Set<String> = []) throws -> PredictedPlaces {
    try PredictedPlaces(.parse(flags), PredictionFolder.data, columns: columns)
  }

  @Test func aGridHasTheMultiplesInTheBoxOfTheStations() throws {
    // -3 to 0.5 degrees east, 40 to 41.6 north, widened by half a degree.
    let cells = try places(["--grid", "0.5"])
    #expect(cells.count == 10 * 6)
    #expect(cells.names.first == "-3.5 39.5" && cells.names.last == "1 42")
    #expect(cells.places.coordinates?.shape == [60, 2])
    // Across the date line, in longitudes of the stations.
    let far = PredictedPlaces.grid(
      0.5,
      over: [
        .init(id: "a", longitude: 179.8, latitude: -17),
        .init(id: "b", longitude: -179.9, latitude: -17),
      ])
    #expect(Set(far.map(\.longitude)) == [179.5, 180, -179.5])
  }

  /// A square with a hole, and an island inside the hole.
  @Test func aMaskHasHolesAndIslands() throws {
    try withTemporaryFolder { folder in
      func square(_ a: Double, _ b: Double) -> String {
        "[[\(a),\(a)],[\(b),\(a)],[\(b),\(b)],[\(a),\(b)],[\(a),\(a)]]"
      }
      let url = folder.appending(path: "land.geojson")
      let text = """
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry":
        {"type": "MultiPolygon", "coordinates": [[\(square(0, 10)), \(square(2, 8))], [\(square(4, 6))]]}}]}
        """
      try Data(text.utf8).write(to: url)
      let mask = try LandMask(contentsOf: url.path)
      let inside = [1.0, 3, 5, 7, 9, 11].map { mask.contains(longitude: $0, latitude: 5.5) }
      #expect(inside == [true, false, true, false, true, false])
      #expect(mask.contains(longitude: 361, latitude: 1))
      // Overlapping polygons are land where either is.
      let overlap = text.replacing(square(4, 6), with: square(1, 3))
      try Data(overlap.utf8).write(to: url)
      #expect(try LandMask(contentsOf: url.path).contains(longitude: 1.5, latitude: 1.5))
      try Data("{\"type\": \"Point\"}".utf8).write(to: url)
      let error = #expect(throws: (any Error).self) { try LandMask(contentsOf: url.path) }
      #expect(
        error.map { "\($0)".replacing(folder.path, with: "DIR") }
          == "DIR/land.geojson: it is not GeoJSON with polygons; give Polygon or MultiPolygon geometries in degrees of longitude and latitude."
      )
    }
  }

  @Test func theElevationIsThatOfTheNearestCell() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "elevation.csv")
      try Data("lon,lat,elevation_m\n0,40,100\n0.5,40,200\n0,40.4,\n".utf8).write(to: url)
      let table = try ElevationTable(contentsOf: url.path)
      #expect(try table.elevation(longitude: 0.2, latitude: 40.3) == 100)
      #expect(try table.elevation(longitude: 0.3, latitude: 40.3) == 200)
      let error = #expect(throws: (any Error).self) {
        try table.elevation(longitude: 3, latitude: 40)
      }
      #expect(
        "\(String(describing: error))".contains("no cell is within a degree of longitude 3.0"))
    }
  }

  @Test func whatAPlaceLacksIsNamed() throws {
    try PredictionFolder.with { folder in
      try folder.write("id,lon,lat,coast_km\np,0,40,12\nq,1,41,\n", to: "points.csv")
      let flags = ["--points", folder.path("points.csv")]
      #expect(try places(flags).names == ["p", "q"])
      func message(_ flags: [String], _ columns: Set<String>) -> String {
        let error = #expect(throws: PredictionError.self) { try places(flags, columns: columns) }
        return "\(error?.description ?? "")".replacing(folder.url.path, with: "DIR")
      }
      #expect(
        message(flags, ["coast_km"])
          == "--points DIR/points.csv: place \"q\" has no number of \"coast_km\", which the model uses; fill the column of this name."
      )
      #expect(
        message(["--grid", "1"], ["elevation"])
          == "--grid 1.0: place \"-3 40\" has no number of \"elevation\", which the model uses; give --points with a column of this name, or give --elevation with a table."
      )
      #expect(
        message(["--station", "S1"], [])
          == "--station S1: the fit has no such station; did you mean \"s1\"? it has 6 stations: s0, s1, s2, s3, s4, s5."
      )
      try folder.write(
        "{\"type\": \"Polygon\", \"coordinates\": [[[50,1],[51,1],[51,2]]]}", to: "land.geojson")
      #expect(
        message(["--grid", "1", "--mask", folder.path("land.geojson")], [])
          == "--grid 1.0: no place of the grid is inside the polygons of --mask; give a finer grid or other polygons."
      )
    }
  }

  /// A point at a station has nearly its levels and fields; covariates of place come from the table or the elevations.
  @Test func aPointAtAStationIsLikeTheStation() throws {
    try PredictionFolder.with { folder in
      folder.fit("gev", ["--location", "1 + field + elevation + gmst + field:gmst"])
      let station = PredictionFolder.data.stations[3]
      try folder.write(
        "id,lon,lat\nhere,\(station.longitude),\(station.latitude)\n", to: "points.csv")
      try folder.write(
        "lon,lat,elevation_m\n\(station.longitude),\(station.latitude),\(station.elevation ?? 0)\n",
        to: "elevation.csv")
      let there = try folder.numbers("--station", "s3", "--year", "2012,2040")
      let here = try folder.numbers(
        "--points", folder.path("points.csv"), "--elevation", folder.path("elevation.csv"),
        "--year", "2012,2040")
      for (a, b) in zip(
        here["levels"]?.elements ?? [], try #require(there["levels"]).elements)
      {
        // The jitter of the field is a millionth of its variance.
        for name in ["mean", "q05", "q50", "q95", "plugin"] {
          expectClose(
            [a[name]?.double ?? .nan], [b[name]?.double ?? .nan], relative: 0, absolute: 0.05)
        }
      }
      let fields = try #require(here["fields"]?[0])
      #expect(fields["place"]?.string == "here")
      for name in ["mu", "beta"] {
        expectClose(
          [fields[name]?["mean"]?.double ?? .nan],
          [there["fields"]?[0]?[name]?["mean"]?.double ?? .nan], relative: 0, absolute: 0.05)
      }
    }
  }

  @Test func aTermOfStationsHasNoOtherPlaces() throws {
    try PredictionFolder.with { folder in
      folder.fit("gev", ["--location", "station + gmst"])
      #expect(
        folder.message("--grid", "1")
          == "Error: gev with values for each station cannot predict at other places than its stations; leave out the places, or take a model of the GEV family."
      )
      #expect(folder.predict("--station", "s1").status == 0)
    }
  }

  /// Of fields that are drawn with the stations, the share of places inside the central 90 % of their kriged draws is 90 %.
  @Test func placesLeftOutAreInsideTheirIntervals() throws {
    let all = PredictionFolder.data.stations
    let field = SpatialField("f", "k", Prior(1, .lengthscale), Prior(1, .lengthscale), of: nil)
    let (trials, draws) = (150, 60)
    let known = Array(0..<4)
    let left = [4, 5]
    let data = StationTensors(
      StationMaxima(
        stations: known.map { all[$0] }, years: [2000, 2001], covariate: [0, 1],
        maxima: Array(repeating: 30, count: 8)))
    let places = Tensor(rows: left.map { [all[$0].longitude, all[$0].latitude] })
    let points = Tensor(rows: all.map { [$0.longitude, $0.latitude] })
    let truth = GaussianProcess(Matern32(lengthscale: 1.2), at: points)
      .sample([trials], key: RandomKey(4))
    var inside = 0
    for trial in 0..<trials {
      let f = truth[trial]
      let at = known.map { f.scalars[$0] }
      let centre = at.reduce(0, +) / 4
      let values = field.values(
        Draws(
          count: draws,
          sites: [
            ("f", Tensor(at).broadcast(to: [draws, 4])), ("k.variance", .full(1, [draws])),
            ("k.lengthscale", .full(1.2, [draws])),
          ]), data, at: Places(places, key: RandomKey(UInt64(trial)).foldIn(9)))
      for (index, place) in left.enumerated() {
        let number = PredictedNumber(values[.all, .at(index)].scalars, plugin: 0)
        let value = f.scalars[place] - centre
        inside += value >= number.q05 && value <= number.q95 ? 1 : 0
      }
    }
    // 300 places, two of a trial nearly independent: a standard deviation of 1.8 %; quantiles of 60 draws cover 1.5 % less.
    expectClose([Double(inside) / 300], [0.885], relative: 0, absolute: 0.06)
  }
}
