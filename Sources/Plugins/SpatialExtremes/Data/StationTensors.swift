import PPL

/// The maxima, places and covariate of a data set as tensors, for models.
///
/// - Shape: *S* stations, *T* years.
public struct StationTensors: Sendable {
  /// Longitude and latitude in degrees, `[S, 2]`; longitudes continue beyond 180 up to the widest gap between stations, so that
  /// neighbours across the date line are neighbours here.
  public let coordinates: Tensor
  /// The covariates of time and place.
  public let covariates: Covariates
  /// The global mean surface temperature of each year, °C, `[T]`.
  public let covariate: Tensor
  /// The mean of the covariate over the years, °C.
  public let meanCovariate: Double
  /// The covariate of each year less its mean over the years, °C, `[T]`.
  public let warming: Tensor
  /// The maxima, `[S, T]`, NaN where missing.
  public private(set) var maxima: Tensor
  /// The mask of the maxima, `[S, T]`: 1 where there is one, 0 where it is missing; nil if none is missing.
  public let mask: Tensor?
  /// The unit of the maxima that the data state; nil for none.
  private let ownUnit: String?
  private let isConverted: Bool
  /// Whether the places are on a plane: `coordinates` are then easting and northing in km.
  public let isProjected: Bool
  /// The values of each station-year beyond its maximum; nil where only maxima were read.
  public let blocks: BlockValues?
  /// The mean of the maxima that are not missing, in their unit.
  public let meanMaximum: Double
  /// The standard deviation of the maxima about the mean of their station, pooled, and that of these means; in their unit.
  let spread: (within: Double, between: Double)
  /// Whether models of these data have a Gaussian copula over the stations of a year.
  public var hasCopula = false
  /// Whether models by formula of these data have their likelihood in standard units, so that a fit is the same in any unit.
  var hasStandardUnits = false
  /// The units of the term that these data, in standard units, are given to; nil for data in the unit of the record.
  var units: TermUnits?
  /// The parameterization of the fields whose flags do not choose one.
  public let fields: FieldParameterization
  /// The information of the maxima, for fields that are partially whitened.
  private(set) var information: StationInformation
  /// The number of stations *S*.
  public var stationCount: Int { coordinates.shape[0] }

  /// The tensors of these stations and years; the covariate is centred over the years.
  ///
  /// - Parameters:
  ///   - data: The stations, years and maxima.
  ///   - fields: The parameterization of the fields whose flags do not choose one.
  public init(_ data: StationMaxima, fields: FieldParameterization = .whitened) {
    let values = data.maxima.map { $0 ?? .nan }
    let shape = [data.stations.count, data.years.count]
    let present = data.maxima.compactMap { $0 }
    let meanCovariate = data.covariate.reduce(0, +) / Double(data.covariate.count)
    (ownUnit, isConverted) = (data.unit, data.isConverted)
    isProjected = data.isProjected
    let x = data.stations.map(\.longitude)
    let longitudes = data.isProjected ? x : continuousLongitudes(x)
    coordinates = Tensor(rows: zip(longitudes, data.stations).map { [$0, $1.latitude] })
    covariates = Covariates(data)
    covariate = Tensor(data.covariate)
    self.meanCovariate = meanCovariate
    warming = Tensor(data.covariate.map { $0 - meanCovariate })
    maxima = Tensor(values, shape: shape)
    mask =
      present.count == values.count
      ? nil : Tensor(values.map { $0.isNaN ? 0 : 1 }, shape: shape)
    blocks = data.blocks
    meanMaximum = present.reduce(0, +) / Double(present.count)
    spread = Self.spread(values, stations: data.stations.count)
    self.fields = fields
    information = StationInformation(maxima: values, covariate: warming.scalars)
  }

  /// The unit of the maxima for reports, where a flag may state one.
  func unit(statedAs unit: String?) -> String {
    (isConverted ? ownUnit : unit ?? ownUnit) ?? "°C"
  }

  /// The tensors of the same stations and years with other maxima, `[S, T]`; those that are missing stay so, and `meanMaximum`
  /// and the spread, on which priors may depend, are unchanged.
  public func observing(_ maxima: Tensor) -> StationTensors {
    var tensors = self
    tensors.maxima = mask.map { select($0 .== 1, maxima, Tensor(Double.nan)) } ?? maxima
    tensors.information = StationInformation(
      maxima: tensors.maxima.scalars, covariate: warming.scalars)
    return tensors
  }

  private static func spread(
    _ values: [Double], stations: Int
  ) -> (within: Double, between: Double) {
    let T = values.count / max(stations, 1)
    // Stations whose maxima are all left out have no mean.
    let rows = (0..<stations).map { values[($0 * T)..<(($0 + 1) * T)].filter { !$0.isNaN } }
      .filter { !$0.isEmpty }
    let means = rows.map { $0.reduce(0, +) / Double(max($0.count, 1)) }
    let squares = zip(rows, means).reduce(0) { sum, row in
      sum + row.0.reduce(0) { $0 + ($1 - row.1) * ($1 - row.1) }
    }
    let freedom = rows.reduce(0) { $0 + $1.count - 1 }
    return ((squares / Double(max(freedom, 1))).squareRoot(), standardDeviation(means))
  }
}
