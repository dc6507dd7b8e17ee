import Tables

/// Polygons of land, in degrees of longitude and latitude.
///
/// A place is inside where it is inside a polygon; in a polygon with holes, where an odd number of its rings surround it.
struct LandMask: Sendable {
  private struct Ring {
    let points: [SIMD2<Double>]
    let box: MapBox

    init(_ points: [SIMD2<Double>]) {
      self.points = points
      box = MapBox(longitudes: points.map(\.x), latitudes: points.map(\.y), margin: 0)
    }

    /// Whether the ring surrounds a place, by the crossings of a ray to the east.
    func surrounds(_ x: Double, _ y: Double) -> Bool {
      guard box.contains(SIMD2(x, y)) else { return false }
      var isInside = false
      for (a, b) in zip(points, points.dropFirst() + points.prefix(1)) where (a.y > y) != (b.y > y)
      {
        if x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x) { isInside.toggle() }
      }
      return isInside
    }
  }

  private let polygons: [[Ring]]

  /// The mask of polygons, each with its rings.
  init(_ polygons: [[[SIMD2<Double>]]]) { self.polygons = polygons.map { $0.map(Ring.init) } }

  /// Reads the polygons of a GeoJSON file.
  ///
  /// - Throws: `DataError` for a file without polygons.
  init(contentsOf path: String) throws(DataError) {
    self.init(try GeoJSON(contentsOf: path).polygons)
    guard !polygons.isEmpty else {
      throw DataError(
        file: path, found: "it is not GeoJSON with polygons",
        remedy: "give Polygon or MultiPolygon geometries in degrees of longitude and latitude")
    }
  }

  /// Whether a place is inside, degrees east and north.
  func contains(longitude: Double, latitude: Double) -> Bool {
    let x = longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude
    return containsUnwrapped(x, latitude)
  }

  /// Whether a place of unwrapped longitude is inside: the longitudes of the polygons continue beyond 180 as its own does.
  func containsUnwrapped(_ x: Double, _ y: Double) -> Bool {
    polygons.contains { $0.count { $0.surrounds(x, y) } % 2 == 1 }
  }
}
