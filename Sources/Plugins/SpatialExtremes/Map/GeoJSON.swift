import Foundation
import Tables

/// The polygons and lines of a GeoJSON file, in degrees of longitude and latitude.
///
/// - Reference: Butler et al. (2016), *RFC 7946: The GeoJSON Format*, §3.1.
struct GeoJSON: Sendable {
  /// The polygons, each with its outer ring first and then its holes.
  let polygons: [[[SIMD2<Double>]]]
  /// The lines of coasts and borders.
  let lines: [[SIMD2<Double>]]

  /// Reads a file; one that is not GeoJSON has neither polygons nor lines.
  ///
  /// - Throws: `DataError` for a file that cannot be read.
  init(contentsOf path: String) throws(DataError) {
    let bytes = try readBytes(of: URL(filePath: path))
    let object = try? JSONSerialization.jsonObject(with: Data(bytes))
    let geometries = Self.geometries(object)
    polygons = geometries.flatMap(Self.polygons).filter { !$0.isEmpty }
    lines = geometries.flatMap(Self.lines).filter { $0.count > 1 }
  }

  private static func geometries(_ value: Any?) -> [[String: Any]] {
    guard let object = value as? [String: Any] else { return [] }
    switch object["type"] as? String {
    case "FeatureCollection": return (object["features"] as? [Any] ?? []).flatMap(geometries)
    case "Feature": return geometries(object["geometry"])
    case "GeometryCollection": return (object["geometries"] as? [Any] ?? []).flatMap(geometries)
    default: return [object]
    }
  }

  private static func polygons(_ geometry: [String: Any]) -> [[[SIMD2<Double>]]] {
    let coordinates = geometry["coordinates"]
    switch geometry["type"] as? String {
    case "Polygon": return [rings(coordinates)]
    case "MultiPolygon": return (coordinates as? [Any] ?? []).map(rings)
    default: return []
    }
  }

  private static func lines(_ geometry: [String: Any]) -> [[SIMD2<Double>]] {
    let coordinates = geometry["coordinates"]
    switch geometry["type"] as? String {
    case "LineString": return [points(coordinates)]
    case "MultiLineString": return (coordinates as? [Any] ?? []).map(points)
    default: return []
    }
  }

  private static func rings(_ value: Any?) -> [[SIMD2<Double>]] {
    (value as? [Any] ?? []).map(points).filter { $0.count >= 3 }
  }

  private static func points(_ value: Any?) -> [SIMD2<Double>] {
    (value as? [[Any]] ?? []).compactMap { position in
      let numbers = position.compactMap { ($0 as? NSNumber)?.doubleValue }
      return numbers.count >= 2 ? SIMD2(numbers[0], numbers[1]) : nil
    }
  }
}
