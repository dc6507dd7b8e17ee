extension DataCheck {
  /// Stations far from all others.
  ///
  /// A place is wrong, most likely, if it is far outside the others (its median distance to them is above 500 km, and above
  /// 5 times that of a typical station) and a changed sign or exchanged coordinates would put it among or beside them:
  ///
  /// - among them, where its median distance is at most 1.5 times that of a typical station, and below 1/3 of what it was;
  /// - beside them, where its nearest neighbour is at most twice as far off as that of a typical station, or 20 km, and
  ///   below 1/4 of what it was.
  ///
  /// It is a warning if
  ///
  /// - the place is as far outside, above 3000 km, and no such slip explains it: an island, or another continent;
  /// - its nearest neighbour is more than twice as far off as that of any other station, and such a slip would put the
  ///   station beside the others, but the place is not far outside: near the zero meridian and the equator, a changed
  ///   sign leads to a place that may well be right.
  ///
  /// - Complexity: About O(*S*^1.5) for stations that are spread over latitudes, at most O(*S*²).
  @Sendable static func farPlaces(_ data: CheckedData) -> [DataFinding] {
    let network = Network(Places(data))
    guard network.places.stations.count > 2 else { return [] }
    return network.places.stations.indices.compactMap { index in
      network.remoteness(of: index).map { network.finding($0, of: index, data) }
    }
  }
}

/// The stations with what is usual among them.
private struct Network {
  /// How far a station is from the others, and what would explain it.
  struct Remoteness {
    let severity: DataCheck.Severity
    /// Its distance and that of a typical station, km, to `which` of the others.
    let distance, typical: Double
    let which: String
    let slip: String?
  }

  /// Median and nearest distance to the other stations, km.
  typealias Distances = (most: Double, nearest: Double)

  let places: Places
  private let fromMost: [Double]
  private let typical: Distances
  /// The two largest distances to a nearest neighbour.
  private let loneliest: (Double, next: Double)

  init(_ places: Places) {
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

  /// Nil for a station that is where a station may be.
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

  /// The slip that, mended, explains where a station is: of several, the one that brings it nearest to the others.
  private func slip(
    of index: Int, isExplained: (_ mended: Distances, _ present: Distances) -> Bool
  ) -> String? {
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
        ? "mend its coordinates" : "see that its coordinates are right")
  }
}
