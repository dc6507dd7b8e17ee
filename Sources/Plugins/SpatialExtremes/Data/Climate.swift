import PPL

/// A climate: the value of each covariate of time, in the unit of its column.
public struct Climate: Sendable, Equatable {
  /// The values by the name of the covariate; `gmst` is the one of `--gmst-column`.
  public var values: [String: Double]

  /// The climate with these values of the covariates.
  public init(_ values: [String: Double] = [:]) { self.values = values }

  /// The climate with this global mean surface temperature, °C as in the data.
  public init(gmst: Double) { values = [Covariates.gmst: gmst] }

  /// The climate as that of a calendar year, for terms that depend on it.
  func of(_ year: Int) -> Climate {
    Climate(values.merging([Covariates.year: Double(year)]) { $1 })
  }
}

/// Places to predict at: the stations of the data, or others.
public struct Places: Sendable {
  /// Longitude and latitude in degrees, `[P, 2]`; nil for the stations of the data.
  public let coordinates: Tensor?
  /// The covariates of place by the name of their column, `[P]` each.
  public let columns: [String: Tensor]
  /// The key of the conditional draws of the fields; nil for their conditional means.
  public let key: RandomKey?

  /// The stations of the data, where the fields are known for each draw.
  public static let stations = Places()

  private init() { (coordinates, columns, key) = (nil, [:], nil) }

  /// The places with a key for one of several fields.
  func foldIn(_ index: UInt32) -> Places {
    guard let coordinates else { return self }
    return Places(coordinates, columns: columns, key: key?.foldIn(index))
  }

  /// Other places, at which the fields are predicted for each draw (kriging).
  ///
  /// - Parameters:
  ///   - coordinates: Longitude and latitude in degrees, `[P, 2]`.
  ///   - columns: The covariates of place that the model uses, `[P]` each.
  ///   - key: The key of the draws of the fields given their values at the stations, which are independent between places; nil
  ///     for the conditional means.
  public init(_ coordinates: Tensor, columns: [String: Tensor] = [:], key: RandomKey? = nil) {
    (self.coordinates, self.columns, self.key) = (coordinates, columns, key)
  }
}
