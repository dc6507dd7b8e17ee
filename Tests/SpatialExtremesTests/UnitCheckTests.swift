import Distributions
import Foundation
import PPL
import Testing

@testable import SpatialExtremes

/// Stations in another unit are refused, and stations that are only colder or wetter than the others are not.
@Suite struct UnitCheckTests {
  /// Twelve stations of rain, mm: the maxima have a heavy tail and vary in proportion to their level, which differs
  /// between stations by a factor of 1.6.
  private func rain() -> DataNetwork {
    var network = DataNetwork()
    for station in network.maxima.indices {
      let level = 25 * (1 + 0.05 * Double((5 * station) % 12))
      let place = 37 + 0.3 * Double(station)
      network.maxima[station] = network.maxima[station].map {
        (10 * level * exp(0.2 * ($0 - place))).rounded() / 10
      }
    }
    return network
  }

  private func severities(_ network: DataNetwork) throws -> [DataCheck.Severity] {
    try network.read().record.findings.map(\.severity)
  }

  @Test func rainHasNoFinding() throws { #expect(try severities(rain()).isEmpty) }

  /// Eleven stations near 38 °C and one on a mountain, where Fahrenheit would make 34 to 48 of it.
  @Test(arguments: 0..<12, [-37.0, -34, -30])
  func aMountainAmongHotPlainsIsNotRefused(station: Int, shift: Double) throws {
    var network = DataNetwork()
    network.maxima[station] = network.maxima[station].map { (10 * ($0 + shift)).rounded() / 10 }
    #expect(try !severities(network).contains(.doubt))
  }

  /// Eleven stations of 38 °C and one of 4 °C, of which the change from Celsius to Fahrenheit makes 39.2. By chance alone
  /// some of these vary so much less than the others that they are refused.
  @Test func fewMountainsOfRandomMaximaAreRefused() throws {
    let refused = try (0..<400).count { seed in
      var network = DataNetwork()
      let draws = GEV(37.4, 1.5, -0.1).sample([12, 30], key: RandomKey(UInt64(seed))).scalars
      for station in 0..<12 {
        let shift: Double = station == 5 ? -34 : 0
        network.maxima[station] = (0..<30).map {
          (10 * (draws[30 * station + $0] + shift)).rounded() / 10
        }
      }
      return try severities(network).contains(.doubt)
    }
    // Of 400, each refused with a probability of 1/50 at most, more than 18 are in one case of a thousand.
    #expect(refused <= 18)
  }

  /// Twelve stations of 8 to 14 °C, whose maxima vary by a seventh of their level and more, as those of rain do.
  private func cold() -> DataNetwork {
    var network = DataNetwork()
    for station in network.maxima.indices {
      let shift = 8 + 6 / 11 * Double((5 * station) % 12) - 37 - 0.3 * Double(station)
      network.maxima[station] = network.maxima[station].map { (10 * ($0 + shift)).rounded() / 10 }
    }
    return network
  }

  @Test func coldPlacesHaveNoFinding() throws { #expect(try severities(cold()).isEmpty) }

  @Test(arguments: 0..<12, [(1.8, 32, "degrees Fahrenheit"), (1, 273.15, "kelvin")])
  func aColdStationInAnotherUnitIsRefused(
    station: Int, unit: (factor: Double, offset: Double, name: String)
  ) throws {
    var network = cold()
    network.maxima[station] = network.maxima[station].map {
      (100 * (unit.factor * $0 + unit.offset)).rounded() / 100
    }
    let found = try network.read().record.findings
    #expect(found.map(\.station) == [DataNetwork.id(station)])
    #expect(found.map(\.check) == [.unit] && found.map(\.severity) == [.doubt])
    #expect(found.first?.error.found.contains("they seem to be in \(unit.name)") == true)
  }

  @Test(arguments: [[3], [3, 8], [0, 5, 9]], [4.0, 5.5, 6.7])
  func wetStationsAreNotRefused(stations: [Int], factor: Double) throws {
    var network = rain()
    for station in stations {
      network.maxima[station] = network.maxima[station].map { ($0 * factor * 10).rounded() / 10 }
    }
    #expect(try !severities(network).contains(.doubt))
  }

  /// A level and a spread that are many times those of the others, in proportion.
  @Test func aStationOfDesertRainIsNotRefused() throws {
    var network = rain()
    network.maxima[2] = network.maxima[2].map { ($0 * 0.05 * 100).rounded() / 100 }
    #expect(try !severities(network).contains(.doubt))
  }

  @Test(arguments: [
    (10.0, "in tenths"), (25.4, "in millimetres, those of the others in inches"),
    (1 / 25.4, "in inches"), (0.1, "in 10 times"),
  ])
  func aRainStationInAnotherUnitIsRefused(factor: Double, unit: String) throws {
    var network = rain()
    network.maxima[6] = network.maxima[6].map { (1e4 * factor * $0).rounded() / 1e4 }
    let found = try network.read().record.findings
    #expect(found.map(\.check) == [.unit] && found.map(\.severity) == [.doubt])
    #expect(found.first?.error.found.contains("they seem to be \(unit)") == true)
  }

  /// The maxima vary 3 times too little for degrees Fahrenheit.
  @Test func aLevelThatFitsWithASpreadThatDoesNotIsAWarning() throws {
    var network = DataNetwork()
    network.maxima[4] = network.maxima[4].map { 68 + 0.63 * ($0 - 38) }
    let others = network.maxima.map { $0.map { $0 - 18 } }
    for station in others.indices where station != 4 { network.maxima[station] = others[station] }
    let found = try network.read().record.findings
    #expect(found.map(\.check) == [.unit] && found.map(\.severity) == [.warning])
    #expect(
      found.first.map { "\($0)" }?.contains("they may be in degrees Fahrenheit") == true)
  }
}
