import Foundation
import Tables

/// The polygons of a GeoJSON file, in degrees of longitude and latitude.
///
/// A place is inside where it is inside a polygon; in a polygon with holes, where an odd number of its rings surround it.
///
/// - Reference: Butler et al. (2016), *RFC 7946: The GeoJSON Format*, §3.1.
struct LandMask {
  private struct Ring {
    let points: [(x: Double, y: Double)]
    let box: (west: Double, east: Double, south: Double, north: Double)

    init(_ points: [(x: Double, y: Double)]) {
      self.points = points
      let (x, y) = (points.map(\.x), points.map(\.y))
      box = (x.min() ?? 0, x.max() ?? 0, y.min() ?? 0, y.max() ?? 0)
    }

    /// Whether the ring surrounds a place, by the crossings of a ray to the east.
    func surrounds(_ x: Double, _ y: Double) -> Bool {
      guard x >= box.west, x <= box.east, y >= box.south, y <= box.north else { return false }
      var isInside = false
      for (a, b) in zip(points, points.dropFirst() + points.prefix(1)) where (a.y > y) != (b.y > y)
      {
        if x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x) { isInside.toggle() }
      }
      return isInside
    }
  }

  private let polygons: [[Ring]]

  /// Reads the polygons of a file.
  ///
  /// - Throws: `DataError` for a file without polygons.
  init(contentsOf path: String) throws(DataError) {
    let bytes = try readBytes(of: URL(filePath: path))
    let object = try? JSONSerialization.jsonObject(with: Data(bytes))
    polygons = Self.polygons(object).filter { !$0.isEmpty }
    guard !polygons.isEmpty else {
      throw DataError(
        file: path, found: "it is not GeoJSON with polygons",
        remedy: "give Polygon or MultiPolygon geometries in degrees of longitude and latitude")
    }
  }

  /// Whether a place is inside, degrees east and north.
  func contains(longitude: Double, latitude: Double) -> Bool {
    let x = longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude
    return polygons.contains { $0.count { $0.surrounds(x, latitude) } % 2 == 1 }
  }

  private static func polygons(_ value: Any?) -> [[Ring]] {
    guard let object = value as? [String: Any] else { return [] }
    switch object["type"] as? String {
    case "FeatureCollection": return (object["features"] as? [Any] ?? []).flatMap { polygons($0) }
    case "Feature": return polygons(object["geometry"])
    case "GeometryCollection":
      return (object["geometries"] as? [Any] ?? []).flatMap { polygons($0) }
    case "Polygon": return [rings(object["coordinates"])]
    case "MultiPolygon": return (object["coordinates"] as? [Any] ?? []).map(rings)
    default: return []
    }
  }

  private static func rings(_ value: Any?) -> [Ring] {
    (value as? [[[Any]]] ?? []).compactMap { ring in
      let points = ring.compactMap { position -> (x: Double, y: Double)? in
        let numbers = position.compactMap { ($0 as? NSNumber)?.doubleValue }
        return numbers.count >= 2 ? (numbers[0], numbers[1]) : nil
      }
      return points.count >= 3 ? Ring(points) : nil
    }
  }
}
