import PPL

/// A climate: the value of each covariate of time, in the unit of its column.
public struct Climate: Sendable, Equatable {
  /// The values by the name of the covariate; `gmst` is the one of `--gmst-column`.
  public var values: [String: Double]

  /// The climate with these values of the covariates.
  public init(_ values: [String: Double] = [:]) { self.values = values }

  /// The climate with this global mean surface temperature, °C as in the data.
  public init(gmst: Double) { values = [Covariates.gmst: gmst] }
}

/// Places to predict at: the stations of the data, or others.
public struct Places: Sendable {
  /// Longitude and latitude in degrees, `[P, 2]`; nil for the stations of the data.
  public let coordinates: Tensor?
  /// The covariates of place by the name of their column, `[P]` each.
  public let columns: [String: Tensor]
  /// The key of conditional draws: of fields at other places, and of trends in other years; nil for conditional means.
  public let key: RandomKey?
  /// The number of the first draw among all of the fit, which together have one stream of random numbers.
  let firstDraw: Int

  /// The stations of the data, where the fields are known for each draw.
  public static let stations = Places(
    // The first hexadecimal digits of pi, so that the key of no seed in use is the same.
    coordinates: nil, columns: [:], key: RandomKey(0x243f_6a88_85a3_08d3), firstDraw: 0)

  private init(
    coordinates: Tensor?, columns: [String: Tensor], key: RandomKey?, firstDraw: Int
  ) {
    (self.coordinates, self.columns) = (coordinates, columns)
    (self.key, self.firstDraw) = (key, firstDraw)
  }

  /// The places with a key for one of several terms.
  func foldIn(_ index: UInt32) -> Places {
    Places(
      coordinates: coordinates, columns: columns, key: key?.foldIn(index), firstDraw: firstDraw)
  }

  /// The places for a piece of the draws: the stations with the number of its first draw, others with a key of the piece.
  func ofPiece(startingAt first: Int, key: RandomKey) -> Places {
    coordinates == nil
      ? Places(coordinates: nil, columns: columns, key: self.key, firstDraw: first)
      : Places(coordinates: coordinates, columns: columns, key: key, firstDraw: 0)
  }

  /// Other places, at which the fields are predicted for each draw (kriging).
  ///
  /// - Parameters:
  ///   - coordinates: Longitude and latitude in degrees, `[P, 2]`.
  ///   - columns: The covariates of place that the model uses, `[P]` each.
  ///   - key: The key of the draws of the fields given their values at the stations, which are independent between places, and
  ///     of trends given their values in the years of the data; nil for the conditional means.
  public init(_ coordinates: Tensor, columns: [String: Tensor] = [:], key: RandomKey? = nil) {
    self.init(coordinates: coordinates, columns: columns, key: key, firstDraw: 0)
  }
}
