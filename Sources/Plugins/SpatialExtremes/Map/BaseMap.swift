import Foundation
import NetCDF
import Plotting
import Tables

/// The coastline, land and borders within the box of a map; none of them on a plane, whose projection is not known.
struct BaseMap: Sendable {
  let box: MapBox
  /// The polygons within the box in the order in which they are filled, land before the lakes in it.
  private(set) var areas: [(rings: [[SIMD2<Double>]], isLand: Bool)] = []
  private(set) var coastline: [[SIMD2<Double>]] = []
  private(set) var borders: [[SIMD2<Double>]] = []
  /// The land; nil where it is not known.
  private(set) var land: LandMask?
  /// The source in words, for captions.
  private(set) var source: String

  /// The folder of Debian's package gmt-gshhg-low.
  static let folder = "/usr/share/gmt-gshhg"

  /// The map of a box.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - file: A GeoJSON file of coastlines or land, which is not read for a plane; that of the system if nil.
  ///   - folder: The folder of the files of GSHHG.
  /// - Throws: `DataError` for a GeoJSON file without lines or polygons; for a damaged file of GSHHG.
  init(_ box: MapBox, file: String? = nil, folder: String = BaseMap.folder) throws {
    self.box = box
    guard !box.isPlane else {
      source =
        "the coastline is not drawn on a plane\(file == nil ? "" : ", since --map is in degrees")"
      return
    }
    source =
      "the coastline is not drawn, since gmt-gshhg-low is not installed and no --map is given"
    if let file {
      try readGeoJSON(file)
    } else {
      try readGSHHG(folder)
    }
  }

  /// The letters of the resolutions of GSHHG that suit a box, the best one first: intermediate (1 km), low (5 km), crude (25 km).
  static func resolutions(_ box: MapBox) -> [String] {
    box.extent < 12 ? ["i", "l", "c"] : box.extent < 80 ? ["l", "c", "i"] : ["c", "l", "i"]
  }

  private mutating func readGSHHG(_ folder: String) throws {
    func path(_ kind: String, _ resolution: String) -> String? {
      let path = "\(folder)/binned_\(kind)_\(resolution).nc"
      return FileManager.default.fileExists(atPath: path) ? path : nil
    }
    let known = Self.resolutions(box)
    guard let coast = known.lazy.compactMap({ path("GSHHS", $0) }).first else { return }
    let rings = try Self.reading(coast) { try Coastline(contentsOf: coast).rings }
    var inside: [[[SIMD2<Double>]]] = []
    for level in 1...4 {
      var filled: [[SIMD2<Double>]] = []
      // Reservoirs and lagoons of a few pixels would be specks.
      for ring in rings where ring.level == level && (level == 1 || ring.extent > box.extent / 40) {
        for copy in copies(of: ring.points) {
          filled.append(box.clipped(ring: copy))
          inside.append([copy])
          // The way to the pole and back is no coast.
          let line = ring.isPolar ? Array(copy.dropLast(2)) : copy + copy.prefix(1)
          coastline += box.clipped(line: line)
        }
      }
      areas.append((filled.filter { $0.count > 2 }, isLand: level % 2 == 1))
    }
    // Levels are nested: land has an odd number of rings around it.
    land = inside.isEmpty ? LandMask([]) : LandMask([inside.flatMap(\.self)])
    if let path = known.lazy.compactMap({ path("border", $0) }).first {
      let lines = try Self.reading(path) { try BinnedFile(path).lines(level: 1) }
      borders = lines.flatMap { line in
        copies(of: line).flatMap { box.clipped(line: $0) }
      }
    }
    source = "coastline and borders: GSHHG (Wessel and Smith, 1996)"
  }

  private static func reading<R>(_ path: String, _ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as NetCDFError {
      throw DataError(
        file: path, found: "\(error)",
        remedy: "install Debian's gmt-gshhg-low again, or give another coastline with --map")
    }
  }

  private mutating func readGeoJSON(_ path: String) throws {
    let found = try GeoJSON(contentsOf: path)
    guard !found.polygons.isEmpty || !found.lines.isEmpty else {
      throw DataError(
        file: path, found: "it is not GeoJSON with lines or polygons",
        remedy: "give LineString, MultiLineString, Polygon or MultiPolygon geometries in degrees")
    }
    let name = URL(filePath: path).lastPathComponent
    source = "coastline: \(name)"
    if !found.polygons.isEmpty {
      let outer = found.polygons.compactMap(\.first).flatMap(copies)
      let holes = found.polygons.flatMap { $0.dropFirst() }.flatMap(copies)
      areas = [(outer, true), (holes, false)].map { rings, isLand in
        (rings.map { box.clipped(ring: $0) }.filter { $0.count > 2 }, isLand)
      }
      land = LandMask(
        found.polygons.flatMap { polygon in
          [-360.0, 0, 360].map { shift in polygon.map { $0.map { SIMD2($0.x + shift, $0.y) } } }
        })
      coastline = (outer + holes).flatMap { box.clipped(line: $0 + $0.prefix(1)) }
    }
    coastline += found.lines.flatMap { copies(of: $0).flatMap { box.clipped(line: $0) } }
  }

  /// The line or ring moved by whole circles to where it reaches into the box.
  private func copies(of points: [SIMD2<Double>]) -> [[SIMD2<Double>]] {
    let (x, y) = (points.map(\.x), points.map(\.y))
    guard let west = x.min(), let east = x.max(), let south = y.min(), let north = y.max(),
      south <= box.north, north >= box.south
    else { return [] }
    return [-720.0, -360, 0, 360].compactMap { shift in
      west + shift <= box.east && east + shift >= box.west
        ? points.map { SIMD2($0.x + shift, $0.y) } : nil
    }
  }
}
