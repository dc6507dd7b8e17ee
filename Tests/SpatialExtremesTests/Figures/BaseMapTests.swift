import Foundation
import TestSupport
import Testing

@testable import SpatialExtremes

/// Boxes, clipping, and the maps of the user's own files.
@Suite struct BaseMapTests {
  private let box = MapBox(west: 0, east: 2, south: 0, north: 1)

  @Test func aLineBreaksWhereItLeavesTheBox() {
    let parts = box.clipped(line: [[-1, 0.5], [1, 0.5], [1, 2], [1.5, 2], [1.5, 0.5]])
    #expect(
      parts == [[[0, 0.5], [1, 0.5], [1, 1]], [[1.5, 1], [1.5, 0.5]]])
    #expect(box.clipped(line: [[3, 3], [4, 4]]).isEmpty)
  }

  @Test func aPolygonIsCutAtTheBox() {
    #expect(
      Set(box.clipped(ring: [[-1, -1], [1, -1], [1, 3], [-1, 3]]).map { "\($0.x) \($0.y)" })
        == ["0.0 0.0", "1.0 0.0", "1.0 1.0", "0.0 1.0"])
    #expect(box.clipped(ring: [[5, 5], [6, 5], [6, 6]]).isEmpty)
  }

  @Test func theResolutionSuitsTheExtent() {
    func first(_ width: Double) -> String? {
      BaseMap.resolutions(MapBox(west: 0, east: width, south: 0, north: 1)).first
    }
    #expect([5, 15, 200].map(first) == ["i", "l", "c"])
  }

  @Test func withoutTheFilesTheCaptionSaysSo() throws {
    let map = try BaseMap(box, folder: "/nonexistent")
    #expect(map.coastline.isEmpty && map.areas.isEmpty && map.land == nil)
    #expect(
      map.source
        == "the coastline is not drawn, since gmt-gshhg-low is not installed and no --map is given")
  }

  @Test func ownLinesAndPolygonsAreDrawn() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "coast.geojson")
      try Data(
        """
        {"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":{"type":"LineString","coordinates":[[-1,0.5],[1,0.5]]}},
        {"type":"Feature","geometry":{"type":"Polygon","coordinates":
        [[[0,0],[0.5,0],[0.5,0.5],[0,0.5],[0,0]],[[0.1,0.1],[0.2,0.1],[0.2,0.2],[0.1,0.1]]]}}]}
        """.utf8
      ).write(to: file)
      let map = try BaseMap(box, file: file.path)
      #expect(map.source == "coastline: coast.geojson")
      #expect(map.coastline.contains([[0, 0.5], [1, 0.5]]))
      #expect(map.areas.map(\.isLand) == [true, false])
      let land = try #require(map.land)
      #expect(land.containsUnwrapped(0.3, 0.3) && !land.containsUnwrapped(0.17, 0.12))
      try Data("{}".utf8).write(to: file)
      let error = #expect(throws: (any Error).self) { try BaseMap(box, file: file.path) }
      #expect("\(try #require(error))".contains("it is not GeoJSON with lines or polygons"))
    }
  }
}
