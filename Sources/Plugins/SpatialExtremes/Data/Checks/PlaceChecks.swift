import Foundation
import Plugins

/// A point of the unit sphere: differences of longitude need no care at the date line.
private struct SpherePoint {
  let x, y, z: Double

  init(longitude: Double, latitude: Double) {
    let (a, b) = (longitude * .pi / 180, latitude * .pi / 180)
    (x, y, z) = (cos(b) * cos(a), cos(b) * sin(a), sin(b))
  }

  /// The square of the chord to another point, in squared radii: as near points are ordered by it as by the distance.
  func squaredChord(_ other: SpherePoint) -> Double {
    let (a, b, c) = (x - other.x, y - other.y, z - other.z)
    return a * a + b * b + c * c
  }
}

/// The great-circle distance of a chord, km.
private func kilometres(squaredChord: Double) -> Double {
  2 * 6371 * asin(min(1, squaredChord.squareRoot() / 2))
}

/// The stations used, with the nearest other of each.
private struct Places {
  let stations: [StationMaxima.Station]
  let points: [SpherePoint]
  /// The indices of the points from south to north.
  private let order: [Int]
  /// Index and distance in km of the nearest other station.
  private(set) var nearest: [(index: Int, distance: Double)] = []

  init(_ data: CheckedData) {
    let stations = data.usedStations.map { data.stations.stations[$0] }
    let points = stations.map { SpherePoint(longitude: $0.longitude, latitude: $0.latitude) }
    (self.stations, self.points) = (stations, points)
    order = points.indices.sorted { points[$0].z < points[$1].z }
    nearest = points.indices.map { nearest(to: points[$0], without: $0) }
  }

  /// The nearest other station, looked for to the south and to the north only as far as latitude alone can be nearer.
  func nearest(to point: SpherePoint, without index: Int) -> (index: Int, distance: Double) {
    var (best, least) = (index, Double.infinity)
    func isNearer(_ other: Int) -> Bool {
      let height = points[other].z - point.z
      if height * height > least { return false }
      let chord = points[other].squaredChord(point)
      if other != index, chord < least { (best, least) = (other, chord) }
      return true
    }
    var (south, north) = (0, order.count)
    while south < north {
      let middle = (south + north) / 2
      if points[order[middle]].z < point.z { south = middle + 1 } else { north = middle }
    }
    for place in order[south...] where !isNearer(place) { break }
    for place in order[..<south].reversed() where !isNearer(place) { break }
    return (best, kilometres(squaredChord: least))
  }

  /// The median distance of a point from the other stations, of at most some two hundred of them.
  func medianDistance(from point: SpherePoint, without index: Int) -> Double {
    let others = stride(from: 0, to: points.count, by: points.count / 200 + 1)
      .filter { $0 != index }.map { points[$0].squaredChord(point) }.sorted()
    return others.isEmpty ? 0 : kilometres(squaredChord: others[(others.count - 1) / 2])
  }
}

extension DataCheck {
  /// Pairs of stations less than 100 m apart.
  ///
  /// - Complexity: As `farPlaces`.
  @Sendable static func duplicatePlaces(_ data: CheckedData) -> [DataFinding] {
    let places = Places(data)
    return places.stations.indices.compactMap { index in
      let (other, distance) = places.nearest[index]
      // Each pair once.
      guard distance < 0.1, other < index || places.nearest[other].index != index else {
        return nil
      }
      let (a, b) = (places.stations[other], places.stations[index])
      return DataFinding(
        .duplicatePlace, station: b.id, file: data.stations.file,
        line: data.stations.lines[data.usedStations[index]],
        found:
          "stations \"\(a.id)\" and \"\(b.id)\" are only \(Int((1000 * distance).rounded())) m "
          + "apart (longitude \(b.longitude), latitude \(b.latitude))",
        remedy: "give more digits of their coordinates, or remove one of them")
    }
  }

  /// Stations far from all others.
  ///
  /// Far is a median distance to the others of more than 3000 km, and more than 5 times that of a typical station; or
  /// a nearest neighbour more than twice as far off as that of any other station, where a changed sign or exchanged
  /// coordinates would put the station among the others.
  ///
  /// - Complexity: About O(*S*^1.5) for stations that are spread over latitudes, at most O(*S*²).
  @Sendable static func farPlaces(_ data: CheckedData) -> [DataFinding] {
    let places = Places(data)
    guard places.stations.count > 2 else { return [] }
    let fromMost = places.points.indices.map {
      places.medianDistance(from: places.points[$0], without: $0)
    }
    let fromNearest = places.nearest.map(\.distance)
    let typicalFromMost = medianValue(fromMost) ?? 0
    let typicalFromNearest = medianValue(fromNearest) ?? 0
    let loneliest = fromNearest.sorted().suffix(2)
    return places.stations.indices.compactMap { index in
      func finding(_ distance: Double, _ which: String, _ typical: Double, _ slip: Slip?)
        -> DataFinding
      {
        let station = places.stations[index]
        let meant = slip.map { "; with \($0.name) it would be among them" } ?? ""
        return DataFinding(
          .farPlace, station: station.id, file: data.stations.file,
          line: data.stations.lines[data.usedStations[index]],
          found: "station \"\(station.id)\" (longitude \(station.longitude), latitude "
            + "\(station.latitude)) is \(Int(distance)) km from \(which) the other stations, which "
            + "are \(Int(typical)) km from \(which) each other\(meant)",
          remedy: "mend its coordinates")
      }
      if fromMost[index] > max(3000, 5 * typicalFromMost) {
        let slip = slip(places, index, fromMost[index]) {
          places.medianDistance(from: $0, without: index)
        }
        return finding(fromMost[index], "most of", typicalFromMost, slip)
      }
      guard let far = loneliest.last, let next = loneliest.first, fromNearest[index] == far,
        far > 2 * next,
        let slip = slip(
          places, index, far, distance: { places.nearest(to: $0, without: index).distance }),
        slip.distance <= max(2 * typicalFromNearest, 20)
      else { return nil }
      return finding(far, "the nearest of", typicalFromNearest, slip)
    }
  }

  private typealias Slip = (name: String, distance: Double)

  /// The slip that, mended, brings a station nearest to the others: nil if none brings it four times nearer.
  private static func slip(
    _ places: Places, _ index: Int, _ present: Double, distance: (SpherePoint) -> Double
  ) -> Slip? {
    let station = places.stations[index]
    let (a, b) = (station.longitude, station.latitude)
    let candidates = [
      ("the other sign of its longitude", -a, b), ("the other sign of its latitude", a, -b),
      ("longitude and latitude exchanged", b, a),
    ]
    return candidates.filter { abs($0.2) <= 90 }.map { name, longitude, latitude in
      (name, distance(SpherePoint(longitude: longitude, latitude: latitude)))
    }.filter { $0.1 < present / 4 }.min { $0.1 < $1.1 }
  }
}
