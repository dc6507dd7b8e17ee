import ArgumentParser
import Foundation
import Inference
import PPL

/// Where the time of a GEV step goes as the years double, and what its checks take.
struct Profiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract:
      "Time of the GEV step by site at T and 2 T years, and the share of its checks.")

  @Option(help: "How many stations.")
  var stations = 40

  @Option(help: "How many years; the second column has twice as many.")
  var years = 400

  @Option(help: "How many rounds; the least of each site's times counts.")
  var rounds = 9

  func validate() throws {
    guard stations > 1, years > 1, rounds > 0 else {
      throw ValidationError("--stations and --years must be at least 2, --rounds positive.")
    }
  }

  func run() throws {
    let (once, twice) = (try least(years), try least(2 * years))
    print(line("site", ["T = \(years)", "T = \(2 * years)", "ratio"]))
    for (site, time) in once.sites.sorted(by: { $0.value > $1.value }) {
      let doubled = twice.sites[site] ?? .nan
      print(
        line(
          site,
          [
            format("%.2f", 1e6 * time), format("%.2f", 1e6 * doubled),
            format("%.2f", doubled / time),
          ]))
    }
    let total = once.sites.values.reduce(0, +)
    print(
      "\nmicroseconds of a step. Checks of it (\(Self.checks.joined(separator: ", "))): "
        + format("%.2f", 1e6 * once.checks) + ", " + format("%.2f %%", 100 * once.checks / total)
        + " at T = \(years).")
  }

  /// What a step does only to notice that something went wrong.
  private static let checks = ["isFinite", "isNaN"]

  private func least(_ years: Int) throws -> (sites: [String: Double], checks: Double) {
    let svi = gev(stations: stations, years: years).svi
    let state = try svi.initialState(key: RandomKey(0))
    var sites: [String: Double] = [:]
    var checks = Double.infinity
    for _ in 0..<rounds {
      let profile = try svi.profile(at: state)
      for row in profile.bySite() {
        sites[row.name] = min(sites[row.name] ?? .infinity, row.seconds)
      }
      let found = profile.byOperation().filter { Self.checks.contains($0.name) }
      checks = min(checks, found.reduce(0) { $0 + $1.seconds })
    }
    return (sites, checks)
  }

  private func format(_ pattern: String, _ value: Double) -> String {
    String(format: pattern, value)
  }

  private func line(_ name: String, _ columns: [String]) -> String {
    let padded = columns.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }
    return name.padding(toLength: 20, withPad: " ", startingAt: 0) + padded.joined()
  }
}
