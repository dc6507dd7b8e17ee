import ArgumentParser

/// The true value of a site, the value of `--truth`: `xi=0.12`.
struct SimulatedTruth: Sendable, ExpressibleByArgument, CustomStringConvertible {
  /// The name of the site.
  let site: String
  /// The value, of each element for a site with several.
  let value: Double

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, let value = Double(parts[1]), value.isFinite else {
      return nil
    }
    (site, self.value) = (parts[0], value)
  }

  var description: String { "\(site)=\(value)" }
}

extension GeographicBox: ExpressibleByArgument, CustomStringConvertible {
  init?(argument: String) {
    guard let list = NumberList(argument: argument), list.values.count == 4 else { return nil }
    let v = list.values
    guard v[0] < v[1], v[2] < v[3], abs(v[0]) <= 180, abs(v[1]) <= 180, v[2] >= -90, v[3] <= 90
    else { return nil }
    self.init(west: v[0], east: v[1], south: v[2], north: v[3])
  }

  var description: String { [west, east, south, north].map(shortNumber).joined(separator: ",") }
  var defaultValueDescription: String { description }
}
