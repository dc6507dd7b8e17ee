import Foundation

/// A point of the unit sphere in three coordinates, without a date line.
struct SpherePoint {
  let x, y, z: Double

  init(longitude: Double, latitude: Double) {
    let (a, b) = (longitude * .pi / 180, latitude * .pi / 180)
    (x, y, z) = (cos(b) * cos(a), cos(b) * sin(a), sin(b))
  }

  /// A point of a plane, km, far smaller than the sphere, so that chords are the distances on the plane.
  init(easting: Double, northing: Double) {
    (x, y, z) = (easting / 6371, 0, northing / 6371)
  }

  /// The squared chord to another point, in squared radii, which has the order of distances.
  func squaredChord(_ other: SpherePoint) -> Double {
    let (a, b, c) = (x - other.x, y - other.y, z - other.z)
    return a * a + b * b + c * c
  }
}

/// The great-circle distance of a chord, km.
private func kilometres(squaredChord: Double) -> Double {
  2 * 6371 * asin(min(1, squaredChord.squareRoot() / 2))
}

/// The used stations, with the nearest neighbour of each.
struct StationPlaces {
  let stations: [StationMaxima.Station]
  let points: [SpherePoint]
  /// Whether the places are on a plane.
  let isProjected: Bool
  /// The indices of the points from south to north.
  private let order: [Int]
  /// The index and the distance in km of the nearest other station.
  private(set) var nearest: [(index: Int, distance: Double)] = []

  init(_ data: CheckedData) {
    let stations = data.usedStations.map { data.stations.stations[$0] }
    let isProjected = data.stations.isProjected
    let points = stations.map { station in
      isProjected
        ? SpherePoint(easting: station.longitude, northing: station.latitude)
        : SpherePoint(longitude: station.longitude, latitude: station.latitude)
    }
    self.isProjected = isProjected
    (self.stations, self.points) = (stations, points)
    order = points.indices.sorted { points[$0].z < points[$1].z }
    nearest = points.indices.map { nearest(to: points[$0], without: $0) }
  }

  /// The nearest other station, searched to the south and to the north up to the difference in latitude of the nearest one.
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

  /// The median distance of a point from the other stations, or from about two hundred of them.
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
    let places = StationPlaces(data)
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
}
