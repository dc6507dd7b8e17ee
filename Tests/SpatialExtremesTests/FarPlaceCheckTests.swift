import Testing

@testable import SpatialExtremes

/// A lone station is refused only where a slip of its coordinates explains its place, and the place itself is not plausible.
@Suite struct FarPlaceCheckTests {
  private func severities(
    _ places: [(Double, Double)], lone: (Double, Double)
  ) throws -> [DataCheck.Severity] {
    var network = DataNetwork()
    for (station, place) in places.enumerated() { network.coordinates[station] = place }
    network.coordinates[11] = lone
    let findings = try network.read().record.findings
    #expect(findings.allSatisfy { $0.check == .farPlace && $0.station == "S12" })
    return findings.map(\.severity)
  }

  /// Eleven places in a grid of 4 columns.
  private func grid(
    west: Double, south: Double, step: Double
  ) -> [(Double, Double)] {
    (0..<11).map { (west + step * Double($0 % 4), south + step * Double($0 / 4)) }
  }

  @Test(arguments: [(-2.5, 47.2), (-2.5, 48.5), (-4.4, 48.4)])
  func aStationWestOfGreenwichWithFrenchOnesIsNotRefused(
    longitude: Double, latitude: Double
  ) throws {
    for step in [0.2, 0.5, 1] {
      let found = try severities(
        grid(west: 1.5, south: 46.5, step: step), lone: (longitude, latitude))
      #expect(!found.contains(.doubt), "\(step)")
    }
  }

  /// Bermuda, Saint Helena, the Falkland Islands and Mauritius.
  @Test(arguments: [(-64.7, 32.3), (-5.7, -15.9), (-57.9, -51.7), (57.5, -20.2)])
  func anIslandFarFromBritishStationsIsAWarning(longitude: Double, latitude: Double) throws {
    let found = try severities(grid(west: -4, south: 51, step: 1.2), lone: (longitude, latitude))
    #expect(found == [.warning])
  }

  @Test func anIslandOnTheMeridianOfTheOthersIsAWarning() throws {
    // Bouvet Island with the other sign of its latitude lies in the North Sea, between Norwegian stations and none.
    let found = try severities(grid(west: 6, south: 59, step: 1.5), lone: (3.4, -54.4))
    #expect(found == [.warning])
  }

  /// As the warning of a station whose neighbours are far, and which a slip would put among the others.
  @Test func aSlipThatLeadsToAPlausiblePlaceIsAWarning() throws {
    let found = try severities(grid(west: 1.5, south: 46.5, step: 0.5), lone: (-2.7, 47.2))
    #expect(found == [.warning])
  }

  @Test(arguments: [(-8.5, 47.2), (8.5, -47.2), (47.2, 8.5)])
  func aSlipThatLeadsFarAwayIsRefused(longitude: Double, latitude: Double) throws {
    let found = try severities(
      grid(west: 7.9, south: 46.6, step: 0.4), lone: (longitude, latitude))
    #expect(found == [.doubt])
  }
}
