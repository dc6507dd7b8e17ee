import Distributions
import Inference
import PPL
import Plugins
import Runs

/// A model of annual maxima at stations, with a generalized extreme value (GEV) distribution at each of them.
///
///     ExtremesCommand<MyModel>()  // `ppl fit my-model`: data checks, fit, report, files
///
/// - Shape: *S* stations, *T* years, *D* draws.
public protocol ExtremesModel: Sendable {
  /// The priors, whose centres are flags of the command line.
  associatedtype Priors: PriorFlags
  /// The error of data that do not suit the flags; `Never` for a model that suits all data.
  associatedtype Failure: Error = Never

  /// The name as typed, in lower case with hyphens.
  static var name: String { get }
  /// The model in one line for `ppl list`.
  static var summary: String { get }
  /// The data that the model requires.
  static var requirements: DataRequirements { get }
  /// The data that the model requires with these flags; `requirements` by default.
  static func requirements(with priors: Priors) -> DataRequirements
  /// Whether places may be on a plane, in km; not where priors are of degrees, as by default.
  static var allowsProjectedPlaces: Bool { get }
  /// The default flags of `--backend nuts`; by default small steps, since the density of the maxima ends at an edge.
  static var samplerFlags: [String] { get }
  /// Whether the maxima of a year depend on each other in every model of this type, beyond the parameters.
  static var hasDependence: Bool { get }
  /// Whether the model has an anomaly of the year with these flags; false by default.
  static func hasAnomaly(with priors: Priors) -> Bool
  /// The memory that a fit needs.
  static var memory: FitMemory { get }
  /// The memory that a fit needs with these flags; `memory` by default.
  static func memory(with priors: Priors) -> FitMemory

  /// The scalar parameters of the report, in its order.
  var parameters: [ReportedSite] { get }
  /// The fields over the stations of the report and of `stations_posterior.csv`, in their order.
  var fields: [ReportedSite] { get }
  /// The names of further sites that `gev(_:in:)` takes from draws; none by default.
  var otherSites: Set<String> { get }

  /// The priors of the model.
  var priors: Priors { get }
  /// The data as the model uses them.
  var data: StationTensors { get }
  /// The joint distribution; its observed site is `y`, `[S, T]`.
  var model: Model<Tensor> { get }
  /// The anomaly of the year in the location, over which predictions integrate; nil without one, as by default.
  var anomaly: YearAnomaly? { get }
  /// The observed value of the site `y`; the maxima, `[S, T]`, by default.
  var observations: Tensor { get }
  /// The priors for `run.json`; by default those that are flags.
  var priorRecord: JSONObject { get }
  /// The priors in words, a paragraph for `ppl describe`; empty by default.
  var priorsInWords: String { get }
  /// The values that a fit starts from, by site; sites that are not named start at random.
  var start: [String: Tensor] { get }

  /// A model of these data with these priors.
  ///
  /// - Throws: `Failure` for data that do not suit the flags.
  init(_ data: StationTensors, priors: Priors) throws(Failure)

  /// The GEV distribution at the stations for each draw, in one climate; of a year without an anomaly, where the model has one.
  ///
  /// - Parameters:
  ///   - draws: The draws of the reported sites and of `otherSites`, *D* of each.
  ///   - climate: The values of the covariates of time.
  /// - Returns: A batch that broadcasts to `[D, S]`.
  func gev(_ draws: Draws, in climate: Climate) -> GEV

  /// The GEV distribution at some places for each draw, in one climate.
  ///
  /// - Parameters:
  ///   - draws: As of `gev(_:in:)`.
  ///   - climate: The values of the covariates of time.
  ///   - places: The places.
  /// - Returns: A batch that broadcasts to `[D, P]`.
  /// - Throws: `NoPrediction` for a model that knows the stations only, as by default.
  func gev(_ draws: Draws, in climate: Climate, at places: Places) throws -> GEV

  /// The GEV distributions at some places for each draw in several climates, one by one by default.
  ///
  /// - Parameters:
  ///   - draws: As of `gev(_:in:)`.
  ///   - climates: The values of the covariates of time in each climate.
  ///   - places: The places.
  /// - Returns: A batch for each climate, which broadcasts to `[D, P]`.
  func gev(_ draws: Draws, in climates: [Climate], at places: Places) throws -> [GEV]

  /// The GEV distributions at the posterior means, for plug-in values; by default those of the means as a draw.
  ///
  /// - Parameters:
  ///   - means: The posterior means of the sites as a single draw.
  ///   - draws: As of `gev(_:in:)`.
  ///   - climates: The values of the covariates of time in each climate.
  ///   - places: The places.
  /// - Returns: A batch for each climate, which broadcasts to `[1, P]`.
  func plugIn(
    _ means: Draws, _ draws: Draws, in climates: [Climate], at places: Places
  ) throws -> [GEV]

  /// The posterior means of reported numbers, by the site that plug-in values take them for, `[1]` each; none by default, so
  /// that they are the means of the draws of each site.
  ///
  /// - Parameters:
  ///   - draws: Joint draws of posterior and model.
  ///   - sampled: The draws of the posterior, from which sampled parameters are reported.
  func reportedMeans(_ draws: Draws, _ sampled: Draws) -> [String: Tensor]

  /// The fields of the report at some places for each draw, which broadcast to `[D, P]`.
  ///
  /// - Parameters:
  ///   - draws: As of `gev(_:in:)`.
  ///   - places: The places.
  /// - Throws: `NoPrediction` for a model that knows the stations only, as by default.
  func maps(
    _ draws: Draws, at places: Places
  ) throws -> [(site: ReportedSite, values: Tensor)]

  /// Simulated normal scores of the maxima of one year for each draw, `[D, N, P]`: `Φ⁻¹(F(y))`, which depend on each other.
  ///
  /// - Parameters:
  ///   - count: The number of years *N* for each draw.
  ///   - draws: As of `gev(_:in:)`.
  ///   - places: The places.
  ///   - key: The key of the simulation.
  /// - Returns: Nil where the maxima of a year are independent given the parameters, as by default.
  func scores(_ count: Int, _ draws: Draws, at places: Places, key: RandomKey) -> Tensor?

  /// The correlation of the normal scores of a year at the first of some draws, `[P, P]`.
  ///
  /// - Parameters:
  ///   - draws: As of `gev(_:in:)`.
  ///   - places: The places.
  /// - Returns: Nil where the maxima of a year are independent given the parameters, as by default.
  func correlation(_ draws: Draws, at places: Places) -> Tensor?
}

extension ExtremesModel {
  public var priorRecord: JSONObject { priors.values.record }
  public var priorsInWords: String { "" }
  public static var requirements: DataRequirements { DataRequirements() }
  public static var samplerFlags: [String] { ["--target-acceptance", "0.9"] }
  public static func requirements(with priors: Priors) -> DataRequirements { requirements }
  public static var allowsProjectedPlaces: Bool { false }
  public static func memory(with priors: Priors) -> FitMemory { memory }
  public static var hasDependence: Bool { false }
  public static func hasAnomaly(with priors: Priors) -> Bool { false }
  public var otherSites: Set<String> { [] }
  public var observations: Tensor { data.maxima }
  public func correlation(_ draws: Draws, at places: Places) -> Tensor? { nil }

  public func gev(_ draws: Draws, in climate: Climate, at places: Places) throws -> GEV {
    guard places.coordinates == nil else { throw NoPrediction(model: Self.name) }
    return gev(draws, in: climate)
  }

  public func gev(_ draws: Draws, in climates: [Climate], at places: Places) throws -> [GEV] {
    try climates.map { try gev(draws, in: $0, at: places) }
  }

  public func plugIn(
    _ means: Draws, _ draws: Draws, in climates: [Climate], at places: Places
  ) throws -> [GEV] { try gev(means, in: climates, at: places) }

  public func reportedMeans(_ draws: Draws, _ sampled: Draws) -> [String: Tensor] { [:] }

  public func maps(
    _ draws: Draws, at places: Places
  ) throws -> [(site: ReportedSite, values: Tensor)] {
    guard places.coordinates == nil else { throw NoPrediction(model: Self.name) }
    return fields.map { ($0, draws[$0.site]) }
  }

  public func scores(
    _ count: Int, _ draws: Draws, at places: Places, key: RandomKey
  ) -> Tensor? { nil }

  /// A model of these stations and years; its priors are those that it is published with, if none are given.
  public init(_ data: StationMaxima, priors: Priors = .published) throws(Failure) {
    try self.init(StationTensors(data), priors: priors)
  }

  /// The model given the data.
  public var posterior: Model<Tensor> { model.conditioned(on: ["y": observations]) }
}

/// A model that was asked for places other than its stations, which it cannot predict.
public struct NoPrediction: PluginError, Equatable {
  /// The name of the model.
  public let model: String

  public var description: String {
    "\(model) cannot predict at other places than its stations; leave out the places, or take a model of the GEV family."
  }
}

/// A site that a report shows, with its name and unit.
public struct ReportedSite: Sendable, Equatable {
  /// The name of the site in the model.
  public let site: String
  /// The name in tables and files.
  public let name: String
  /// The unit, empty if there is none.
  public let unit: String
  /// The quantity that it estimates, which the truth of the embedded example is known of; nil for others.
  public let quantity: GEVQuantity?
  /// Whether the report shows the range of a field over the stations.
  public let showsRange: Bool

  /// A site in a report; its name there is that of the site, if not given.
  public init(
    _ site: String, as name: String? = nil, unit: String = "", _ quantity: GEVQuantity? = nil,
    showsRange: Bool = false
  ) {
    (self.site, self.name, self.unit) = (site, name ?? site, unit)
    (self.quantity, self.showsRange) = (quantity, showsRange)
  }
}

extension Draws {
  /// The draws of a scalar site as a column that broadcasts over stations, `[D, 1]`.
  public func column(_ site: String) -> Tensor { self[site].expandingDimension(at: 1) }
}
