import Foundation
import NetCDF

/// The coastline of the world, as closed rings of land, lakes and islands, from a binned file of GSHHG.
///
/// A file holds the parts of each polygon within bins of equal width; a part begins where another one of the same polygon ends,
/// on the border of two bins, so that they are joined to rings again.
///
/// - Reference: Wessel and Smith (1996), *A global, self-consistent, hierarchical, high-resolution shoreline database*, J.
///   Geophys. Res. 101(B4); the layout of the files is that of `gmt_shore.c` of the Generic Mapping Tools 5 and 6.
struct Coastline: Sendable {
  /// A closed ring.
  struct Ring: Sendable {
    /// The points, degrees; longitudes are continuous, and may be beyond 180.
    let points: [SIMD2<Double>]
    /// 1 for land, 2 for a lake, 3 for an island in a lake, 4 for a pond on it.
    let level: Int
    /// Whether the ring goes around a pole, and was closed there.
    let isPolar: Bool
    /// The larger of width and height, degrees.
    var extent: Double {
      MapBox(longitudes: points.map(\.x), latitudes: points.map(\.y), margin: 0).extent
    }
  }

  let rings: [Ring]

  /// Reads a file `binned_GSHHS_*.nc`.
  ///
  /// - Throws: `NetCDFError` for a file that is no NetCDF or lacks a variable.
  init(contentsOf path: String) throws {
    let file = try BinnedFile(path)
    let information = try file.whole("Embedded_npts_levels_exit_entry_for_a_segment")
    let polygons = try file.whole("Id_of_GSHHS_ID")
    var parts: [Key: [Part]] = [:]
    for (bin, segments) in file.segments.enumerated() {
      for segment in segments {
        // Three bits each for the sides of exit and entry and for the level; 4 is the side of a ring within its bin.
        let word = information[segment]
        let (entry, level, count) = (word >> 3 & 7, word >> 6 & 7, word >> 9)
        // The level 6 is the grounding line of Antarctica, whose coast is the front of its ice.
        guard (1...4).contains(level), count > 1 else { continue }
        parts[Key(polygon: polygons[segment], level: level), default: []].append(
          Part(points: file.points(of: segment, count, in: bin), isClosed: entry == 4))
      }
    }
    rings = parts.sorted { $0.key < $1.key }.flatMap { key, parts in
      Self.joined(parts, around: file.circumference).map { points in
        Self.ring(points, key.level, file)
      }
    }
  }

  private struct Key: Hashable, Comparable {
    let polygon, level: Int
    static func < (a: Key, b: Key) -> Bool { (a.level, a.polygon) < (b.level, b.polygon) }
  }

  private struct Part {
    let points: [SIMD2<Int>]
    let isClosed: Bool
  }

  /// The rings of the parts of a polygon, in units of the file.
  private static func joined(_ parts: [Part], around circumference: Int) -> [[SIMD2<Int>]] {
    func place(_ point: SIMD2<Int>) -> SIMD2<Int> {
      SIMD2((point.x % circumference + circumference) % circumference, point.y)
    }
    var rings = parts.filter(\.isClosed).map(\.points)
    let open = parts.filter { !$0.isClosed }.map(\.points)
    var starts: [SIMD2<Int>: [Int]] = [:]
    for (index, part) in open.enumerated().reversed() {
      starts[place(part[0]), default: []].append(index)
    }
    var isUsed = Array(repeating: false, count: open.count)
    for first in open.indices where !isUsed[first] {
      var (ring, next) = ([SIMD2<Int>](), Optional(first))
      while let index = next {
        isUsed[index] = true
        // Continuous beyond the Greenwich meridian.
        let jump = ring.last.map { $0.x - open[index][0].x } ?? 0
        ring += open[index].dropFirst(ring.isEmpty ? 0 : 1).map { SIMD2($0.x + jump, $0.y) }
        let end = place(ring[ring.count - 1])
        while let last = starts[end]?.last, isUsed[last] { starts[end]?.removeLast() }
        next = starts[end]?.last
      }
      rings.append(ring)
    }
    return rings
  }

  private static func ring(_ points: [SIMD2<Int>], _ level: Int, _ file: BinnedFile) -> Ring {
    var degrees = points.map(file.degrees)
    let isPolar = abs(points[points.count - 1].x - points[0].x) > file.circumference / 2
    if isPolar,
      let (first, last) = degrees.first.flatMap({ first in degrees.last.map { (first, $0) } })
    {
      let pole: Double = first.y < 0 ? -90 : 90
      degrees += [SIMD2(last.x, pole), SIMD2(first.x, pole)]
    }
    return Ring(points: degrees, level: level, isPolar: isPolar)
  }
}

/// A file of GSHHG, borders or rivers, whose points are relative to the south-west corners of bins.
struct BinnedFile {
  private let file: NetCDFFile
  private let unit: Int
  private let columns, rows: Int
  private let binDegrees: Double
  private let x, y, firstPoints: [Int]
  /// The segments of each bin; bins go eastward from Greenwich, in rows from the north pole.
  let segments: [Range<Int>]
  /// The circumference of the Earth in units of the file.
  var circumference: Int { columns * unit }

  init(_ path: String) throws {
    let file = try NetCDFFile(reading: path)
    func whole(_ name: String) throws -> [Int] { try Self.whole(file, name) }
    self.file = file
    unit = 65_535
    let width = try whole("Bin_size_in_minutes")
    columns = try whole("N_bins_in_360_longitude_range").first ?? 1
    rows = try whole("N_bins_in_180_degree_latitude_range").first ?? 1
    binDegrees = Double(width.first ?? 0) / 60
    // Unsigned numbers in a signed type.
    (x, y) = (
      try whole("Relative_longitude_from_SW_corner_of_bin").map { $0 & 0xffff },
      try whole("Relative_latitude_from_SW_corner_of_bin").map { $0 & 0xffff }
    )
    firstPoints = try whole("Id_of_first_point_in_a_segment")
    segments = zip(
      try whole("Id_of_first_segment_in_a_bin"), try whole("N_segments_in_a_bin")
    ).map { $0..<($0 + $1) }
  }

  /// The whole numbers of a variable.
  func whole(_ name: String) throws -> [Int] { try Self.whole(file, name) }

  private static func whole(_ file: NetCDFFile, _ name: String) throws -> [Int] {
    // The default fill value of 16 bits, -32767, is a coordinate here.
    try file.numbers(name).map { $0.isNaN ? -32_767 : Int($0) }
  }

  /// The points of a segment, in units of the file from Greenwich and the south pole.
  func points(of segment: Int, _ count: Int, in bin: Int) -> [SIMD2<Int>] {
    let (west, south) = (bin % columns * unit, (rows - 1 - bin / columns) * unit)
    return (firstPoints[segment]..<(firstPoints[segment] + count)).map {
      SIMD2(west + x[$0], south + y[$0])
    }
  }

  /// The degrees of a point.
  func degrees(_ point: SIMD2<Int>) -> SIMD2<Double> {
    SIMD2(
      Double(point.x) * binDegrees / Double(unit), Double(point.y) * binDegrees / Double(unit) - 90)
  }

  /// The lines of a level of a file of borders: 1 for those of countries.
  func lines(level: Int) throws -> [[SIMD2<Double>]] {
    let (counts, levels) = (
      try whole("N_points_for_a_segment"), try whole("Hierarchial_level_of_a_segment")
    )
    return segments.enumerated().flatMap { bin, range in
      range.filter { levels[$0] == level }.map { points(of: $0, counts[$0], in: bin).map(degrees) }
    }
  }
}
