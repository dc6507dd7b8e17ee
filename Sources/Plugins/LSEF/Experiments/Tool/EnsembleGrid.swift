import Foundation
import SpectralFields
import Tables

/// The grid of a file: a harmonic domain with the places of its points.
struct EnsembleGrid: Sendable {
  /// The kind of a grid.
  enum Kind: String, Sendable { case sphere, circle, line }

  let kind: Kind
  let domain: any HarmonicDomain
  /// The names and units of the coordinates: latitude and longitude, or one.
  let coordinates: [(name: String, unit: String)]
  /// The place of each point of the domain, in its order; the longitude of a pole is 0.
  let places: [[Double]]
  /// The places of the file's rows in the domain's order, several for a pole: `[n][copies]`, as indices of rows.
  let sources: [[Int]]
  /// The unit of lengths, and their number for each radian.
  let lengthUnit: String
  let perRadian: Double

  /// The grid of latitudes and longitudes in a file, in degrees, with both poles or with latitudes in the middles of the steps.
  ///
  /// - Throws: `DataError` for a grid with unequal steps, or of other sizes than K + 1, or K without poles, by 2K.
  static func sphere(
    latitudes: [Double], longitudes: [Double], file: String
  ) throws(DataError) -> EnsembleGrid {
    let south = latitudes.first ?? 0 < latitudes.last ?? 0
    let order = Array(latitudes.indices)
    let rows = south ? order.reversed() : order
    func isRegular(_ K: Int, from offset: Double) -> Bool {
      rows.enumerated().allSatisfy { i, row in
        abs(latitudes[row] - (90 - 180 * (Double(i) + offset) / Double(max(K, 1)))) < 1e-3
      }
    }
    let hasPoles = isRegular(latitudes.count - 1, from: 0)
    let K = hasPoles ? latitudes.count - 1 : latitudes.count
    guard K >= 4, hasPoles || isRegular(K, from: 0.5) else {
      throw DataError(
        file: file,
        found: "the \(latitudes.count) latitudes go from \(latitudes.first ?? .nan) to "
          + "\(latitudes.last ?? .nan)",
        remedy:
          "interpolate to equal steps from pole to pole, as 51 latitudes from -90 to 90 by 3.6, or "
          + "to the middles of equal steps, as 50 latitudes from -88.2 to 88.2")
    }
    let step = 180 / Double(K)
    guard longitudes.count == 2 * K, isEqual(longitudes, step: step, period: 360) else {
      throw DataError(
        file: file,
        found: "there are \(longitudes.count) longitudes from \(longitudes.first ?? .nan) with "
          + "\(latitudes.count) latitudes",
        remedy:
          "interpolate to \(2 * K) longitudes eastward by \(step) degrees, without the last again")
    }
    var (places, sources): ([[Double]], [[Int]]) = ([], [])
    for row in rows {
      let all = longitudes.indices.map { row * longitudes.count + $0 }
      if hasPoles, row == rows.first || row == rows.last {
        places.append([latitudes[row], 0])
        sources.append(all)
      } else {
        places += longitudes.map { [latitudes[row], $0] }
        sources += all.map { [$0] }
      }
    }
    return EnsembleGrid(
      kind: .sphere,
      domain: Sphere(latitudes: latitudes.count, maximumWavenumber: K - 1, hasPoles: hasPoles),
      coordinates: [("latitude", "degrees_north"), ("longitude", "degrees_east")], places: places,
      sources: sources, lengthUnit: "km", perRadian: Sphere.radius)
  }

  /// The grid of one coordinate: a circle of longitudes, or a periodic line.
  ///
  /// - Throws: `DataError` for an odd number of points, fewer than 8, or unequal steps.
  static func ring(
    _ values: [Double], name: String, unit: String?, file: String
  ) throws(DataError) -> EnsembleGrid {
    let n = values.count
    let step = n > 1 ? values[1] - values[0] : 0
    guard n >= 8, n % 2 == 0, step > 0, isEqual(values, step: step) else {
      throw DataError(
        file: file,
        found: "the coordinate \"\(name)\" has \(n) points from \(values.first ?? .nan)",
        remedy:
          "interpolate to an even number of at least 8 points with equal rising steps, without the first again"
      )
    }
    let period = step * Double(n)
    let isCircle = unit?.hasPrefix("degree") == true
    if isCircle, abs(period - 360) > 1e-3 {
      throw DataError(
        file: file, found: "the \(n) longitudes span \(period) degrees",
        remedy: "give the whole circle of 360 degrees, or the distance in km as a periodic line")
    }
    return EnsembleGrid(
      kind: isCircle ? .circle : .line, domain: Circle(points: n),
      coordinates: [(name, unit ?? "1")], places: values.map { [$0] },
      sources: values.indices.map { [$0] }, lengthUnit: isCircle ? "degrees" : unit ?? "1",
      perRadian: period / (2 * .pi))
  }

  /// Whether all steps are equal; within a period a step may go back to its start, as from 180 to -179 degrees.
  private static func isEqual(_ values: [Double], step: Double, period: Double? = nil) -> Bool {
    zip(values, values.dropFirst()).allSatisfy { a, b in
      let own = b < a ? b - a + (period ?? 0) : b - a
      return abs(own - step) < 1e-3 * step
    }
  }

  /// A point with its weight in an interpolation.
  struct PointWeight: Equatable {
    let point: Int
    let weight: Double
  }

  /// The longitude of the first column, or the first coordinate, and the step.
  private var origin: (first: Double, step: Double) {
    guard let sphere = domain as? Sphere else {
      return (places[0][0], 2 * .pi * perRadian / Double(places.count))
    }
    return (places[sphere.rings[1].lowerBound][1], 180 / Double(sphere.intervals))
  }

  /// The coordinates that places may have, in words.
  var extent: String {
    let longitudes = "longitudes from -180 to 360"
    return switch kind {
    case .sphere: "latitudes from -90 to 90 and \(longitudes)"
    case .circle: longitudes
    case .line:
      "\(coordinates[0].name) from \(places[0][0]) to \(places[0][0] + 2 * .pi * perRadian)"
    }
  }

  /// The interpolation to a place: bilinear between the points around it on the sphere, linear elsewhere, with one point of
  /// weight 1 at a grid point. Beyond the last latitude of a grid without poles the points are those across the pole.
  ///
  /// - Returns: Nil for a place outside of the grid.
  func weights(at place: [Double]) -> [PointWeight]? {
    let (first, step) = origin
    let along = place[place.count - 1]
    guard along.isFinite else { return nil }
    if kind == .line {
      guard along >= first, along <= first + 2 * .pi * perRadian else { return nil }
    } else {
      guard (-180...360).contains(along) else { return nil }
    }
    let (column, next) = Self.cell((along - first) / step)
    guard let sphere = domain as? Sphere else {
      let n = places.count
      return Self.merged([
        (Self.wrapped(column, n), 1 - next), (Self.wrapped(column + 1, n), next),
      ])
    }
    guard abs(place[0]) <= 90 else { return nil }
    let (rings, K) = (sphere.rings, sphere.intervals)
    func point(_ row: Int, _ column: Int) -> Int {
      let isBeyond = row < 0 || row >= rings.count
      let ring = rings[min(max(row, 0), rings.count - 1)]
      if ring.count == 1 { return ring.lowerBound }
      return ring.lowerBound + Self.wrapped(column + (isBeyond ? K : 0), 2 * K)
    }
    let (row, south) = Self.cell((90 - place[0]) / step - (sphere.hasPoles ? 0 : 0.5))
    return Self.merged(
      [(row, 1 - south), (row + 1, south)].flatMap { row, weight in
        [(point(row, column), weight * (1 - next)), (point(row, column + 1), weight * next)]
      })
  }

  /// The cell of a place counted in steps, and the part of a step beyond its start; rounding errors of coordinates are removed.
  private static func cell(_ steps: Double) -> (Int, Double) {
    let near = steps.rounded()
    let own = abs(steps - near) < 1e-6 ? near : steps
    return (Int(own.rounded(.down)), own - own.rounded(.down))
  }

  private static func wrapped(_ k: Int, _ n: Int) -> Int { (k % n + n) % n }

  /// Each point once, without those of weight 0, in the order of points.
  private static func merged(_ all: [(Int, Double)]) -> [PointWeight] {
    var sums: [Int: Double] = [:]
    for (point, weight) in all where weight != 0 { sums[point, default: 0] += weight }
    if sums.count == 1, let point = sums.first?.key {
      return [PointWeight(point: point, weight: 1)]
    }
    return sums.sorted { $0.key < $1.key }.map { PointWeight(point: $0.key, weight: $0.value) }
  }

  /// The point nearest to a place, by its index.
  func nearest(_ place: [Double]) -> Int {
    let all = places.indices
    guard kind == .sphere else {
      let period = 2 * .pi * perRadian
      func distance(_ k: Int) -> Double {
        let d = abs(places[k][0] - place[0]).truncatingRemainder(dividingBy: period)
        return min(d, period - d)
      }
      return all.min { (distance($0), $0) < (distance($1), $1) } ?? 0
    }
    func vector(_ place: [Double]) -> SIMD3<Double> {
      let (lat, lon) = (place[0] * .pi / 180, place[1] * .pi / 180)
      return [cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)]
    }
    let target = vector(place)
    func cosine(_ k: Int) -> Double { (vector(places[k]) * target).sum() }
    return all.max { (cosine($0), -$0) < (cosine($1), -$1) } ?? 0
  }

  /// Whether two grids have the same points, up to rounding.
  func isSame(as other: EnsembleGrid) -> Bool {
    kind == other.kind && places.count == other.places.count
      && zip(places, other.places).allSatisfy { a, b in
        zip(a, b).allSatisfy { abs($0 - $1) < 1e-3 }
      }
  }
}
