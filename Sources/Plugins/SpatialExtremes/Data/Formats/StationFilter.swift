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
  func contains(_ station: StationMaxima.Station) -> Bool {
    if let elevations {
      guard let elevation = station.elevation, elevations.contains(elevation) else { return false }
    }
    return contains(id: station.id, station.longitude, station.latitude)
  }

  /// Whether a station of an identifier is kept at a place: degrees, or km on a plane.
  func contains(id: String, _ x: Double, _ y: Double) -> Bool {
    ids?.contains(id) != false && box?.contains(x, y) != false
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

  /// Whether a place is in the box, which goes across the date line where west is larger than east.
  func contains(_ x: Double, _ y: Double) -> Bool {
    guard (south...north).contains(y) else { return false }
    return west <= east ? (west...east).contains(x) : x >= west || x <= east
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
