import Foundation
import TestSupport
import Testing

@testable import SpatialExtremes

/// The coastline of GSHHG against places that are known.
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: BaseMap.folder + "/binned_GSHHS_l.nc"),
    "gmt-gshhg-low is not installed; skipped"))
struct CoastlineTests {
  private func map(
    _ west: Double, _ east: Double, _ south: Double, _ north: Double
  ) throws -> BaseMap {
    try BaseMap(MapBox(west: west, east: east, south: south, north: north))
  }

  /// Iberia, whose map most tests read.
  private static let iberia = Result {
    try BaseMap(MapBox(west: -10.5, east: 4.5, south: 35, north: 44.8))
  }

  private func isLand(_ map: BaseMap, _ x: Double, _ y: Double) throws -> Bool {
    try #require(map.land).containsUnwrapped(x, y)
  }

  /// The least distance of the vertices of the coastline from a place, degrees of latitude.
  private func distance(_ map: BaseMap, _ x: Double, _ y: Double) -> Double {
    map.coastline.joined().map { point in
      (pow((point.x - x) * cos(y * .pi / 180), 2) + pow(point.y - y, 2)).squareRoot()
    }.min() ?? .infinity
  }

  /// The capes are at 36.722 N 2.193 W, 36.001 N 5.610 W and 42.883 N 9.272 W; the low resolution is within 5 km, 0.045 degrees.
  @Test func capesAreOnTheCoast() throws {
    let iberia = try Self.iberia.get()
    for (x, y) in [(-2.193, 36.722), (-5.610, 36.001), (-9.272, 42.883)] {
      #expect(distance(iberia, x, y) < 0.06, "\(x), \(y)")
    }
  }

  @Test func islandsAreLandAndStraitsAreSea() throws {
    let iberia = try Self.iberia.get()
    // Mallorca, Ibiza, Menorca, Madrid, Algiers' hinterland.
    for (x, y) in [(3.0, 39.6), (1.43, 39.0), (4.05, 39.95), (-3.7, 40.4), (3.0, 36.3)] {
      #expect(try isLand(iberia, x, y), "\(x), \(y)")
    }
    for (x, y) in [(2.2, 39.5), (-5.6, 35.92), (-9.9, 41), (-4, 44.3)] {
      #expect(try !isLand(iberia, x, y), "\(x), \(y)")
    }
  }

  /// The border of France and Spain at the pass of Somport, 42.80 N 0.52 W.
  @Test func thePyreneesHaveABorder() throws {
    let iberia = try Self.iberia.get()
    let nearest = iberia.borders.joined().map { abs($0.x + 0.52) + abs($0.y - 42.8) }.min()
    #expect((nearest ?? .infinity) < 0.15)
  }

  @Test func landCrossesGreenwichAndTheDateLine() throws {
    let greenwich = try map(-6, 6, 44, 53)
    for (x, y) in [(-0.4, 47.0), (0.4, 47.0), (0, 52.0)] {
      #expect(try isLand(greenwich, x, y), "\(x), \(y)")
    }
    // Chukotka on both sides of 180, the Bering Strait, Alaska.
    let bering = try map(165, 200, 60, 72)
    for (x, y) in [(178.0, 67.5), (180.0, 67.5), (182.0, 67.0), (196.0, 65.0)] {
      #expect(try isLand(bering, x, y), "\(x), \(y)")
    }
    #expect(try !isLand(bering, 191.0, 65.8))
    // The same box by other names of its longitudes, east of -180.
    #expect(try isLand(map(-195, -160, 60, 72), -178, 67.0))
  }

  @Test func antarcticaIsLandToThePole() throws {
    let south = try map(-180, 180, -90, -55)
    for (x, y) in [(0.0, -80.0), (179.0, -85.0), (-90.0, -80.0), (-179.9, -89.0)] {
      #expect(try isLand(south, x, y), "\(x), \(y)")
    }
    for (x, y) in [(0.0, -60.0), (-120.0, -65.0)] {
      #expect(try !isLand(south, x, y), "\(x), \(y)")
    }
    // The way to the pole is no coast.
    #expect(!south.coastline.joined().contains { $0.y < -89 })
  }

  /// Inside a continent, where no coast passes, land fills the box: the east of the Sahara, 16 by 4 degrees.
  @Test func landWithoutACoastFillsTheBox() throws {
    let inland = try map(15, 31, 20, 24)
    #expect(inland.coastline.isEmpty)
    let filled = inland.areas.filter(\.isLand).flatMap(\.rings).reduce(0.0) { $0 + area($1) }
    #expect(abs(filled - 64) < 1e-9)
  }

  private func area(_ ring: [SIMD2<Double>]) -> Double {
    let pairs = zip(ring, ring.dropFirst() + ring.prefix(1))
    return abs(pairs.reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }) / 2
  }

  /// Parts that meet make closed rings, so that land can be filled.
  @Test(arguments: ["c", "l"]) func everyRingIsClosed(resolution: String) throws {
    let rings = try Coastline(contentsOf: "\(BaseMap.folder)/binned_GSHHS_\(resolution).nc").rings
    #expect(rings.count > 500)
    for ring in rings where !ring.isPolar {
      #expect(ring.points.first == ring.points.last)
    }
    // Antarctica.
    #expect(rings.filter(\.isPolar).count == 1)
  }

  @Test func aDamagedFileIsNamed() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "binned_GSHHS_l.nc")
      try Data("CDF nonsense".utf8).write(to: file)
      let error = #expect(throws: (any Error).self) {
        try BaseMap(MapBox(west: 0, east: 20, south: 0, north: 20), folder: folder.path)
      }
      #expect("\(try #require(error))".contains("binned_GSHHS_l.nc"))
    }
  }
}
