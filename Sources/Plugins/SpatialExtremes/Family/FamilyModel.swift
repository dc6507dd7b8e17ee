import Distributions
import Inference
import PPL

/// A model of extremes that is a sum of terms, from which its sites, start, report and predictions follow.
public protocol FamilyModel: ExtremesModel {
  /// The terms of the model with its data.
  var family: GEVFamily { get }
}

extension FamilyModel {
  /// The joint distribution; its output is `y`.
  public var model: Model<Tensor> { family.model }
  public var observations: Tensor { family.observed.observations(data) }
  public var start: [String: Tensor] { family.start }
  public var parameters: [ReportedSite] { family.parameters }
  public var fields: [ReportedSite] { family.maps }
  public var otherSites: Set<String> { family.otherSites }

  public var anomaly: YearAnomaly? { family.anomaly }

  public func gev(_ draws: Draws, in climate: Climate) -> GEV { family.gev(draws, in: climate) }

  public func gev(_ draws: Draws, in climate: Climate, at places: Places) throws -> GEV {
    try requirePredictions(at: places)
    return family.gev(draws, in: climate, at: places)
  }

  public func gev(_ draws: Draws, in climates: [Climate], at places: Places) throws -> [GEV] {
    try requirePredictions(at: places)
    return family.gev(draws, in: climates, at: places)
  }

  public func plugIn(
    _ means: Draws, _ draws: Draws, in climates: [Climate], at places: Places
  ) throws -> [GEV] {
    try requirePredictions(at: places)
    return family.plugIn(means, draws, in: climates, at: places)
  }

  /// Refuses places other than the stations where a term has values at these only.
  private func requirePredictions(at places: Places) throws(NoPrediction) {
    if places.coordinates != nil, family.isOfStations {
      throw NoPrediction(model: "\(Self.name) with values for each station")
    }
  }

  public func reportedMeans(_ draws: Draws, _ sampled: Draws) -> [String: Tensor] {
    family.reportedMeans(draws, sampled)
  }

  public func scores(
    _ count: Int, _ draws: Draws, at places: Places, key: RandomKey
  ) -> Tensor? {
    let family = family
    return family.copula?.scores(
      count, draws, at: places.coordinates ?? family.data.coordinates, key: key)
  }

  public func correlation(_ draws: Draws, at places: Places) -> Tensor? {
    let family = family
    return family.copula?.correlation(
      draws, 0, at: places.coordinates ?? family.data.coordinates)
  }

  public func maps(
    _ draws: Draws, at places: Places
  ) throws -> [(site: ReportedSite, values: Tensor)] {
    guard places.coordinates != nil else { return fields.map { ($0, draws[$0.site]) } }
    try requirePredictions(at: places)
    return family.maps(draws, at: places)
  }
}

extension Coefficient {
  /// A coefficient whose prior mean is a flag.
  init(_ site: String, _ mean: Prior, _ deviation: Double, unit: String = "") {
    self.init(site, mean.number ?? .nan, deviation, unit: unit)
  }
}
