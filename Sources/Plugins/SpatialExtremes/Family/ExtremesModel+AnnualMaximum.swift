import Distributions
import Inference
import PPL

extension ExtremesModel {
  public var anomaly: YearAnomaly? { nil }

  /// The distributions of the maximum of a year that is not in the data, in several climates: batches that broadcast to
  /// `[D, P]`.
  ///
  /// - Parameters:
  ///   - draws: As of `gev(_:in:)`.
  ///   - climates: The values of the covariates of time in each climate.
  ///   - places: The places.
  /// - Throws: `NoPrediction` for a model that knows the stations only.
  public func annualMaxima(
    _ draws: Draws, in climates: [Climate], at places: Places
  ) throws -> [AnnualMaximum] {
    let deviation = anomaly?.deviation(draws)
    return try gev(draws, in: climates, at: places).map {
      AnnualMaximum($0, deviation: deviation)
    }
  }

  /// The distributions of the maximum of a year that is not in the data at the stations, in one climate: a batch that broadcasts
  /// to `[D, S]`.
  func annualMaximum(_ draws: Draws, in climate: Climate) -> AnnualMaximum {
    AnnualMaximum(gev(draws, in: climate), deviation: anomaly?.deviation(draws))
  }

  /// The distributions at the posterior means of the maximum of a year that is not in the data, in several climates: batches
  /// that broadcast to `[1, P]`; parameters as of `plugIn(_:_:in:at:)`.
  func plugInMaxima(
    _ means: Draws, _ draws: Draws, in climates: [Climate], at places: Places
  ) throws -> [AnnualMaximum] {
    let deviation = anomaly?.deviation(means)
    return try plugIn(means, draws, in: climates, at: places).map {
      AnnualMaximum($0, deviation: deviation)
    }
  }

  /// The distributions at the posterior means of the maxima of each year of the data at the stations, given the anomaly that the
  /// year had: batches that broadcast to `[1, S]`.
  ///
  /// - Parameters:
  ///   - means: The posterior means of the sites as a single draw.
  ///   - draws: As of `gev(_:in:)`.
  ///   - climates: The climates of the years of the data, all of them in order.
  func plugInOfYears(
    _ means: Draws, _ draws: Draws, in climates: [Climate]
  ) throws -> [GEV] {
    try plugIn(means, draws, in: climates, at: .stations).enumerated().map { year, gev in
      anomaly.map { gev.shifted(by: $0.values(ofYear: year, means)) } ?? gev
    }
  }

  /// The distributions of the maxima of a year of the data at the stations, given the anomaly that the year had: a batch that
  /// broadcasts to `[D, S]`.
  ///
  /// - Parameters:
  ///   - draws: As of `gev(_:in:)`.
  ///   - year: The number of the year in the data.
  ///   - climate: The climate of the year.
  func maxima(_ draws: Draws, ofYear year: Int, in climate: Climate) -> GEV {
    let gev = gev(draws, in: climate)
    return anomaly.map { gev.shifted(by: $0.values(ofYear: year, draws)) } ?? gev
  }
}

extension GEV {
  /// The distribution with a number added to its location.
  func shifted(by shift: Tensor) -> GEV { GEV(location + shift, scale, shape) }
}
