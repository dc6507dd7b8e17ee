import ArgumentParser

/// The stations that are kept: by identifier, place, elevation, and number of years.
public struct StationFilter: Sendable, Equatable {
  /// The identifiers; nil for all.
  public var ids: Set<String>?
  /// The box of the places; nil for all.
  public var box: PlaceBox?
  /// The elevations in metres; nil for all, those without an elevation included.
  public var elevations: ClosedRange<Double>?
  /// The least number of years with a maximum in use.
  public var minimumYears = 1

  /// A filter that keeps all stations.
  public init() {}

  /// Whether a station is kept.
  func contains(_ station: StationMaxima.Station, isProjected: Bool) -> Bool {
    if let elevations {
      guard let elevation = station.elevation, elevations.contains(elevation) else { return false }
    }
    return contains(
      id: station.id, station.longitude, station.latitude, isProjected: isProjected)
  }

  /// Whether a station of an identifier is kept at a place: degrees, or km on a plane.
  func contains(id: String, _ x: Double, _ y: Double, isProjected: Bool) -> Bool {
    ids?.contains(id) != false && box?.contains(x, y, isProjected: isProjected) != false
  }

  /// The flags that leave out stations, as typed; for messages.
  var flags: [String] {
    [
      ids == nil ? nil : "--only-stations", box == nil ? nil : "--within",
      elevations == nil ? nil : "--elevation",
      minimumYears > 1 ? "--min-years \(minimumYears)" : nil,
    ].compactMap(\.self)
  }
}

/// A box of places, the value of `--within`: west, south, east and north in degrees, or km on a plane.
public struct PlaceBox: Sendable, Equatable, ExpressibleByArgument, CustomStringConvertible {
  let west, south, east, north: Double

  public var description: String { "\(west),\(south),\(east),\(north)" }

  /// The box of a text such as `-10,35,5,45`; nil for another.
  public init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0)
    }
    guard numbers.count == 4, let west = numbers[0], let south = numbers[1],
      let east = numbers[2], let north = numbers[3], south <= north,
      numbers.allSatisfy({ $0?.isFinite == true })
    else { return nil }
    (self.west, self.south, self.east, self.north) = (west, south, east, north)
  }

  /// Whether a place is in the box.
  ///
  /// Longitudes that differ by 360 degrees are equal, and where west is larger than east the box goes across the meridian
  /// of 360 degrees. On a plane there is no such meridian.
  func contains(_ x: Double, _ y: Double, isProjected: Bool) -> Bool {
    guard (south...north).contains(y) else { return false }
    if isProjected { return west <= x && x <= east }
    if east - west >= 360 { return true }
    func turned(_ degrees: Double) -> Double {
      let rest = degrees.truncatingRemainder(dividingBy: 360)
      return rest < 0 ? rest + 360 : rest
    }
    // Sums of decimal degrees with 360 are not exact; the tolerance is 10 micrometres on the ground.
    let tolerance = 1e-10
    let distance = turned(x - west)
    return distance <= turned(east - west) + tolerance || distance >= 360 - tolerance
  }
}

/// A range of numbers, the value of `--elevation`: `0,1500`.
struct NumberRange: ExpressibleByArgument, Sendable, CustomStringConvertible {
  let range: ClosedRange<Double>
  var description: String { "\(range.lowerBound),\(range.upperBound)" }

  init?(argument: String) {
    let parts = argument.split(separator: ",").map { Double($0) }
    guard parts.count == 2, let low = parts[0], let high = parts[1], low <= high, low.isFinite,
      high.isFinite
    else { return nil }
    range = low...high
  }
}

/// Identifiers between commas, the value of `--only-stations`.
struct IdentifierList: ExpressibleByArgument, Sendable, CustomStringConvertible {
  let ids: [String]
  var description: String { ids.joined(separator: ",") }

  init?(argument: String) {
    ids = argument.split(separator: ",").map(\.stripped).filter { !$0.isEmpty }
    if ids.isEmpty { return nil }
  }
}
