import Foundation
import TestSupport
import Testing

@testable import SpatialExtremes

/// Checks of where stations are.
@Suite struct PlaceChecksTests {
  @Test(arguments: [
    (-40.0, 8.0, "S1", ""), (1, 1, "S1", ""),
  ])
  func aStationOnAnotherContinentIsFarFromAllOthers(
    longitude: Double, latitude: Double, station: String, meant: String
  ) throws {
    let found = try findings { $0.coordinates[0] = (longitude, latitude) }
    #expect(found.count == 1 && found[0].contains("--allow far-place"))
  }

  @Test func aLostSignIsNamed() throws {
    #expect(
      try findings { $0.coordinates[1].latitude = -39.5 } == [
        "stations.csv, line 3: station \"S2\" (longitude -4.25, latitude -39.5) is 8840 km from most of "
          + "the other stations, which are 101 km from most of each other; with the other sign of its "
          + "latitude it would be among them; correct its coordinates, or keep the data as they are with --allow "
          + "far-place."
      ])
    let found = try findings { $0.coordinates[0].longitude = 4.75 }
    #expect(found.count == 1 && found[0].contains("the other sign of its longitude"))
  }

  @Test func exchangedCoordinatesAreNamed() throws {
    let found = try findings { network in
      for station in [2, 7] {
        let place = network.coordinates[station]
        network.coordinates[station] = (place.latitude, place.longitude)
      }
    }
    #expect(found.count == 2)
    #expect(found.allSatisfy { $0.contains("with longitude and latitude exchanged it would be") })
  }

  @Test func stationsCloserThanAHundredMetresAreNamed() throws {
    #expect(
      try findings { $0.coordinates[5] = (-4.7502, 39.5004) } == [
        "stations.csv, line 7: stations \"S1\" and \"S6\" are only 48 m apart (longitude -4.7502, "
          + "latitude 39.5004); give more digits of their coordinates, or remove one of them, or keep "
          + "the data as they are with --allow duplicate-place."
      ])
    #expect(try findings { $0.coordinates[5] = (-4.752, 39.5) }.isEmpty)
  }

  @Test func theDateLineParts() throws {
    let shifted = { (network: inout DataNetwork) in
      for station in network.coordinates.indices {
        let longitude = network.coordinates[station].longitude + 184
        network.coordinates[station].longitude = longitude > 180 ? longitude - 360 : longitude
      }
    }
    #expect(try findings(shifted).isEmpty)
    var network = DataNetwork()
    shifted(&network)
    let model = GEVMultiplicative(try network.read())
    let columns = model.data.coordinates.transposed([1, 0])
    #expect(columns[.at(0)].scalars.max()! - columns[.at(0)].scalars.min()! == 1.5)
    let close = try findings { network in
      network.coordinates[0] = (179.9999, 39)
      network.coordinates[1] = (-179.9999, 39)
      for station in 2..<12 { network.coordinates[station].longitude += 184 - 5 }
    }
    #expect(close.count == 1 && close[0].contains("are only 17 m apart"))
  }

  @Test(arguments: [
    ([179.99, -179.99], [179.99, 180.01]), ([-10, 20, 5], [-10, 20, 5]),
    ([170, -170, 100], [170, 190, 100]), ([-180, 180], [180, 180]), ([], []), ([7], [7]),
  ])
  func longitudesAreCutWhereNoStationIs(degrees: [Double], continuous: [Double]) {
    #expect(continuousLongitudes(degrees) == continuous)
  }
}
