extension DataCheck {
  /// Stations far from all others.
  ///
  /// A place is most likely wrong if it is far outside the others (its median distance to them is above 500 km, and above
  /// 5 times that of a typical station) and a changed sign or exchanged coordinates would put it among or beside them:
  ///
  /// - among them: its median distance becomes at most 1.5 times that of a typical station, and below 1/3 of its value;
  /// - beside them: the distance of its nearest neighbour becomes at most twice that of a typical station, or 20 km, and below
  ///   1/4 of its value.
  ///
  /// The finding is a warning if
  ///
  /// - the place is as far outside, above 3000 km, without such an explanation: an island, or another continent;
  /// - the place is not far outside, but its nearest neighbour is more than twice as far as that of any other station, and
  ///   such a change would put it beside the others: near the zero meridian and the equator a changed sign leads to a
  ///   plausible place.
  ///
  /// - Complexity: About O(*S*^1.5) for stations that are spread over latitudes, at most O(*S*²).
  @Sendable static func farPlaces(_ data: CheckedData) -> [DataFinding] {
    let network = Network(StationPlaces(data))
    guard network.places.stations.count > 2 else { return [] }
    return network.places.stations.indices.compactMap { index in
      network.remoteness(of: index).map { network.finding($0, of: index, data) }
    }
  }
}

/// The stations with their typical distances.
private struct Network {
  /// The remoteness of a station, with its likely explanation.
  struct Remoteness {
    let severity: DataCheck.Severity
    /// The distance, km, of the station and of a typical one to `which` of the others.
    let distance, typical: Double
    let which: String
    let slip: String?
  }

  /// The median and the nearest distance to the other stations, km.
  typealias Distances = (most: Double, nearest: Double)

  let places: StationPlaces
  private let fromMost: [Double]
  private let typical: Distances
  /// The two largest distances to a nearest neighbour.
  private let loneliest: (Double, next: Double)

  init(_ places: StationPlaces) {
    self.places = places
    let fromMost = places.points.indices.map {
      places.medianDistance(from: places.points[$0], without: $0)
    }
    self.fromMost = fromMost
    let fromNearest = places.nearest.map(\.distance)
    typical = (medianValue(fromMost) ?? 0, medianValue(fromNearest) ?? 0)
    let ends = fromNearest.sorted().suffix(2)
    loneliest = (ends.last ?? 0, ends.first ?? 0)
  }

  /// The remoteness of a station; nil for a plausible place.
  func remoteness(of index: Int) -> Remoteness? {
    let most = fromMost[index]
    if most > max(500, 5 * typical.most) {
      let slip = slip(of: index, isExplained: isAmongTheOthers)
      if slip != nil || most > 3000 {
        return Remoteness(
          severity: slip == nil ? .warning : .doubt, distance: most, typical: typical.most,
          which: "most of", slip: slip)
      }
    }
    let nearest = places.nearest[index].distance
    guard nearest == loneliest.0, nearest > 2 * loneliest.next,
      let slip = slip(of: index, isExplained: { isBesideOthers($0, insteadOf: $1) })
    else { return nil }
    return Remoteness(
      severity: .warning, distance: nearest, typical: typical.nearest, which: "the nearest of",
      slip: slip)
  }

  private func isAmongTheOthers(_ mended: Distances, insteadOf present: Distances) -> Bool {
    (mended.most <= 1.5 * typical.most && mended.most < present.most / 3)
      || isBesideOthers(mended, insteadOf: present)
  }

  private func isBesideOthers(_ mended: Distances, insteadOf present: Distances) -> Bool {
    mended.nearest <= max(2 * typical.nearest, 20) && mended.nearest < present.nearest / 4
  }

  /// The mistake that explains the place of a station; of several, the one whose correction brings it nearest to the others.
  private func slip(
    of index: Int, isExplained: (_ mended: Distances, _ present: Distances) -> Bool
  ) -> String? {
    // Signs and orders of coordinates are mistaken with degrees.
    if places.isProjected { return nil }
    let station = places.stations[index]
    let (a, b) = (station.longitude, station.latitude)
    let candidates = [
      ("the other sign of its longitude", -a, b), ("the other sign of its latitude", a, -b),
      ("longitude and latitude exchanged", b, a),
    ]
    let present = (fromMost[index], places.nearest[index].distance)
    return candidates.filter { abs($0.2) <= 90 }.map { name, longitude, latitude in
      (name, distances(from: SpherePoint(longitude: longitude, latitude: latitude), index))
    }.filter { isExplained($0.1, present) }.min { $0.1.most < $1.1.most }?.0
  }

  private func distances(from point: SpherePoint, _ index: Int) -> Distances {
    (
      places.medianDistance(from: point, without: index),
      places.nearest(to: point, without: index).distance
    )
  }

  func finding(_ remoteness: Remoteness, of index: Int, _ data: CheckedData) -> DataFinding {
    let station = places.stations[index]
    let meant = remoteness.slip.map { "; with \($0) it would be among them" } ?? ""
    return DataFinding(
      .farPlace, severity: remoteness.severity, station: station.id, file: data.stations.file,
      line: data.stations.lines[data.usedStations[index]],
      found: "station \"\(station.id)\" (longitude \(station.longitude), latitude "
        + "\(station.latitude)) is \(Int(remoteness.distance)) km from \(remoteness.which) the other "
        + "stations, which are \(Int(remoteness.typical)) km from \(remoteness.which) each other\(meant)",
      remedy: remoteness.severity == .doubt
        ? "correct its coordinates" : "see that its coordinates are right")
  }
}
