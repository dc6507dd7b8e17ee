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

  /// The grid of latitudes and longitudes in a file, in degrees.
  ///
  /// - Throws: `DataError` for a grid without poles, with unequal steps, or of other sizes than K + 1 by 2K.
  static func sphere(
    latitudes: [Double], longitudes: [Double], file: String
  ) throws(DataError) -> EnsembleGrid {
    let K = latitudes.count - 1
    let south = latitudes.first ?? 0 < latitudes.last ?? 0
    let order = Array(latitudes.indices)
    let rows = south ? order.reversed() : order
    let isRegular = rows.enumerated().allSatisfy { i, row in
      abs(latitudes[row] - (90 - 180 * Double(i) / Double(max(K, 1)))) < 1e-3
    }
    guard K >= 4, isRegular else {
      throw DataError(
        file: file,
        found: "the \(latitudes.count) latitudes go from \(latitudes.first ?? .nan) to "
          + "\(latitudes.last ?? .nan)",
        remedy: "interpolate to equal steps from pole to pole, both included, as 51 latitudes from "
          + "-90 to 90 by 3.6")
    }
    let step = 180 / Double(K)
    guard longitudes.count == 2 * K, isEqual(longitudes, step: step) else {
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
      if row == rows.first || row == rows.last {
        places.append([latitudes[row], 0])
        sources.append(all)
      } else {
        places += longitudes.map { [latitudes[row], $0] }
        sources += all.map { [$0] }
      }
    }
    return EnsembleGrid(
      kind: .sphere, domain: Sphere(latitudes: K + 1, maximumWavenumber: K - 1),
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

  private static func isEqual(_ values: [Double], step: Double) -> Bool {
    zip(values, values.dropFirst()).allSatisfy { abs($1 - $0 - step) < 1e-3 * step }
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
