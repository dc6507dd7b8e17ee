import Foundation
import Plugins

/// A box of longitudes and latitudes, the value of `--box`: `-9.5,3.5,36,43.8`.
struct GeographicBox: Sendable, Equatable {
  /// Degrees east, and degrees north.
  let west, east, south, north: Double

  /// The Iberian peninsula, as in the reference notebooks.
  static let iberia = GeographicBox(west: -9.5, east: 3.5, south: 36, north: 43.8)
}

/// The places of simulated stations.
struct SimulatedStations {
  /// Uniform places in a box, with elevations that are exponential with mean 500 m and rise by 200 m a degree of latitude from
  /// the middle of the box; at most 3,400 m.
  ///
  /// Without polygons, or where all places are inside them, they are those of `xtremax`.
  ///
  /// - Parameters:
  ///   - count: The number of stations.
  ///   - box: The box, degrees.
  ///   - mask: The polygons in which stations lie; nil for all of the box.
  ///   - seed: The seed of NumPy's generator.
  /// - Throws: `PredictionError` for a box with hardly any place inside the polygons.
  /// - Reference: jejjohnson/xtremax, `generate_spatial_field`.
  static func uniform(
    _ count: Int, in box: GeographicBox, mask: LandMask? = nil, seed: UInt64
  ) throws(PredictionError) -> [StationMaxima.Station] {
    var generator = NumPyGenerator(seed: seed)
    var places: [(longitude: Double, latitude: Double)] = []
    var tried = 0
    while places.count < count {
      guard tried < 1000 * count else {
        throw PredictionError(
          "--mask: only \(places.count) of \(tried) places of --box are inside its polygons; give other polygons or another box."
        )
      }
      tried += count
      let longitudes = generator.random(count).map { box.west + (box.east - box.west) * $0 }
      let latitudes = generator.random(count).map { box.south + (box.north - box.south) * $0 }
      places += zip(longitudes, latitudes).filter {
        mask?.contains(longitude: $0.0, latitude: $0.1) ?? true
      }
    }
    let middle = (box.south + box.north) / 2
    return places.prefix(count).enumerated().map { index, place in
      let height = 500 * generator.standardExponential() + 200 * abs(place.latitude - middle)
      return StationMaxima.Station(
        id: "\(index)", longitude: place.longitude, latitude: place.latitude,
        elevation: min(max(height, 0), 3400))
    }
  }
}
