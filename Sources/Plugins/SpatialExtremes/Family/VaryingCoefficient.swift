import Distributions
import Inference
import PPL
import Preconditions

/// A coefficient that may vary over the map, times a covariate of time.
///
///     c(s) x(t),    c(s) = constant + sum_k slope_k (z_k(s) - mean z_k) + field(s)
///
/// The covariate, or its orthonormal polynomial of a `degree`, is centred over the years of the data, the covariates of place and the field over the stations; without a
/// covariate of time it is `c(s)`.
///
/// - Reference: Gelfand, Kim, Sirmans and Banerjee (2003), *Spatial modeling with spatially varying coefficient processes*,
///   JASA 98(462).
public struct VaryingCoefficient: GEVTerm {
  /// The covariate of time; nil for 1.
  public let covariate: String?
  /// The degree of the orthonormal polynomial of the covariate that takes its place; nil for the covariate less its mean.
  public var degree: Int?
  /// The part without variation in space; nil for 0.
  public var constant: Coefficient?
  /// The part with an independent value for each station; nil for none.
  public var stations: Coefficient?
  /// The slopes of covariates of place, by the names of their columns in `stations.csv`.
  public var slopes: [(column: String, coefficient: Coefficient)] = []
  /// The part that varies smoothly in space; nil for none.
  public var field: SpatialField?
  /// The site of the coefficient at the stations, computed from the others; nil for none.
  public var map: ReportedSite?
  /// Whether the map has the constant, and not only the variation in space.
  public var mapHasConstant = true
  /// The site of the exponential of the constant in the report, where the parameter is a logarithm; nil where it is not.
  public var exponential: ReportedSite?
  /// The quantity that the constant estimates.
  public var quantity: GEVQuantity?

  /// A coefficient of a covariate of time.
  public init(
    of covariate: String? = nil, constant: Coefficient? = nil, field: SpatialField? = nil,
    map: ReportedSite? = nil, mapHasConstant: Bool = true, exponential: ReportedSite? = nil,
    quantity: GEVQuantity? = nil
  ) {
    (self.covariate, self.constant, self.field) = (covariate, constant, field)
    (self.map, self.mapHasConstant, self.exponential) = (map, mapHasConstant, exponential)
    self.quantity = quantity
  }

  public func sampleProcess(_ p: inout Context, _ data: StationTensors) -> Tensor? {
    field?.sample(&p, data)
  }

  public func sample(_ p: inout Context, process: Tensor?, _ data: StationTensors) -> Tensor {
    var (constant, variation) = sampleParts(&p, process, data)
    if exponential != nil {
      _ = exponentials(&p, constant, variation, data)
    } else if let map, !mapHasConstant {
      variation = p.report(
        map.site, (variation ?? 0).broadcast(to: [data.stationCount]), in: data.units,
        isConstant: covariate == nil && constant == nil && stations != nil)
    } else if let map {
      let total = Self.sum(constant, variation).broadcast(to: [data.stationCount])
      variation = p.report(map.site, total, in: data.units, isConstant: covariate == nil)
      constant = nil
    }
    let total = Self.sum(constant, variation)
    let ofPlace = total.rank == 1 ? total[.all, .newAxis] : total
    return factor(data).map { ofPlace * $0 } ?? ofPlace
  }

  /// The covariate in the years of the data, `[T]`: less its mean, or its polynomial; nil for 1.
  private func factor(_ data: StationTensors) -> Tensor? {
    covariate.map { covariate in
      guard let degree else { return data.covariates.centred(ofTime: covariate) }
      let x = data.covariates.ofTime(covariate).scalars
      let polynomials = OrthogonalPolynomials(x, degree: degree)
      return Tensor(x.map { polynomials($0, degree: degree) })
    }
  }

  /// The covariate in a climate, as in the years of the data; nil for 1.
  private func factor(_ data: StationTensors, in climate: Climate) -> Double? {
    covariate.map { covariate in
      guard let degree else { return data.covariates.centred(ofTime: covariate, in: climate) }
      let x = data.covariates.ofTime(covariate).scalars
      return OrthogonalPolynomials(x, degree: degree)(
        data.covariates.value(ofTime: covariate, in: climate), degree: degree)
    }
  }

  /// The exponential, which is the site of the report where there is one.
  public func sampleExponential(
    _ p: inout Context, process: Tensor?, _ data: StationTensors
  ) -> Tensor {
    guard exponential != nil else { return exp(sample(&p, process: process, data)) }
    let (constant, variation) = sampleParts(&p, process, data)
    return exponentials(&p, constant, variation, data)
  }

  /// The sites of the exponentials of the constant and of the value at the stations; the latter, which broadcasts to `[S, T]`.
  private func exponentials(
    _ p: inout Context, _ constant: Tensor?, _ variation: Tensor?, _ data: StationTensors
  ) -> Tensor {
    func report(_ site: ReportedSite, _ value: Tensor) -> Tensor {
      guard let units = data.units else { return p.deterministic(site.site, value) }
      _ = p.deterministic(
        site.site, StandardUnits.reported(Tensor(units.exponentialFactor) * value))
      return value
    }
    var ofConstant = constant.map { exp($0) }
    if let exponential, let value = ofConstant { ofConstant = report(exponential, value) }
    guard variation != nil else { return ofConstant ?? 1 }
    let value = exp(Self.sum(constant, variation)).broadcast(to: [data.stationCount])
    return (map.map { report($0, value) } ?? value)[.all, .newAxis]
  }

  private func sampleParts(
    _ p: inout Context, _ process: Tensor?, _ data: StationTensors
  ) -> (constant: Tensor?, variation: Tensor?) {
    let (units, isConstant) = (data.units, covariate == nil)
    let constant = constant?.sample(&p, in: units, isConstant: isConstant)
    var variation = process.map { $0 - $0.mean() }  // [S]
    if let stations {
      let part = stations.sample(
        &p, [data.stationCount], in: units, isConstant: isConstant && constant == nil)
      variation = variation.map { $0 + part } ?? part
    }
    for (column, coefficient) in slopes {
      let part = coefficient.sample(&p, in: units) * data.covariates.centred(ofPlace: column)
      variation = variation.map { $0 + part } ?? part
    }
    return (constant, variation)
  }

  private static func sum(_ constant: Tensor?, _ variation: Tensor?) -> Tensor {
    switch (constant, variation) {
    case (let constant?, let variation?): constant + variation
    case (let part?, nil), (nil, let part?): part
    case (nil, nil): 0
    }
  }

  public func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climate: Climate
  ) -> Tensor { values(draws, data, at: places, in: [climate])[0] }

  public func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climates: [Climate]
  ) -> [Tensor] {
    let total = sum(
      from: constant.map { draws.column($0.site) } ?? .zeros([draws.count, 1]), draws, data,
      at: places)
    return climates.map { climate in
      factor(data, in: climate).map { total * Tensor($0) } ?? total
    }
  }

  public func plugInValues(
    _ means: Draws, _ draws: Draws, _ data: StationTensors, at places: Places,
    in climates: [Climate]
  ) -> [Tensor] { values(means, data, at: places, in: climates) }

  public func map(
    _ draws: Draws, _ data: StationTensors, at places: Places
  ) -> (site: ReportedSite, values: Tensor)? {
    guard let map else { return nil }
    let constant = mapHasConstant ? constant.map { draws.column($0.site) } : nil
    let values = sum(from: constant ?? .zeros([draws.count, 1]), draws, data, at: places)
    return (map, exponential == nil ? values : exp(values))
  }

  /// The mean of the exponential of a logarithm; the mean of a constant that no map has.
  public func reportedMeans(_ draws: Draws, _ sampled: Draws) -> [String: Tensor] {
    func mean(_ values: Tensor) -> Tensor { values.mean(along: [0], keepingDimensions: true) }
    guard let site = constant?.site else { return [:] }
    if let exponential, let values = draws.find(exponential.site) {
      return [site: log(mean(values))]
    }
    guard map == nil || !mapHasConstant, let values = sampled.find(site) else { return [:] }
    return [site: mean(values)]
  }

  /// A constant with the parts that vary over the map, which broadcasts to `[D, P]`.
  private func sum(
    from constant: Tensor, _ draws: Draws, _ data: StationTensors, at places: Places
  ) -> Tensor {
    var total = constant
    for (column, coefficient) in slopes {
      let z = data.covariates.centred(ofPlace: column, at: places)
      total = total + draws.column(coefficient.site) * z
    }
    if let stations {
      require(
        places.coordinates == nil,
        "VaryingCoefficient: \(stations.site) has a value for each station, and none at other places."
      )
      total = total + draws[stations.site]
    }
    if let field { total = total + field.values(draws, data, at: places) }
    return total
  }

  public func start(_ data: StationTensors) -> [String: Tensor] {
    let coefficients = (constant.map { [$0] } ?? []) + slopes.map(\.coefficient)
    let ofStations = stations?.startingValue([data.stationCount], in: data.units) ?? [:]
    return coefficients.reduce(into: (field?.start(data) ?? [:]).merging(ofStations) { $1 }) {
      $0.merge($1.startingValue(in: data.units)) { $1 }
    }
  }

  public var parameters: [ReportedSite] {
    let ofConstant = constant.map { constant in
      exponential.map { [$0] } ?? [ReportedSite(constant.site, unit: constant.unit, quantity)]
    }
    return (ofConstant ?? [])
      + slopes.map { ReportedSite($0.coefficient.site, unit: $0.coefficient.unit) }
      + (field?.parameters ?? [])
  }

  public var maps: [ReportedSite] { map.map { [$0] } ?? [] }

  public var otherSites: Set<String> {
    Set([constant?.site, stations?.site].compactMap(\.self)).union(slopes.map(\.coefficient.site))
      .union(field?.sites ?? [])
  }

  public var isOfStations: Bool { stations != nil }

  public var priors: [SitePrior] {
    (field?.priors ?? []) + [constant?.prior, stations?.prior].compactMap(\.self)
      + slopes.map(\.coefficient.prior)
  }

}
