import Distributions
import Inference
import PPL

/// A term of a parameter of the GEV distribution: one summand of its location, the logarithm of its scale, or its shape.
///
/// The built-in terms are `VaryingCoefficient`, a coefficient that may vary over the map, times a covariate of time, and
/// `SmoothTrend`, a smooth function of a covariate of time. A term of another package conforms to this protocol and is given to
/// `GEVFamily` beside them.
///
/// - Shape: *S* stations, *T* years, *D* draws, *P* places.
public protocol GEVTerm: Sendable {
  /// Samples the Gaussian process of the term, if it has one; those of all terms come before all coefficients.
  ///
  /// - Returns: The values of the process; nil without one, as by default.
  func sampleProcess(_ p: inout Context, _ data: StationTensors) -> Tensor?

  /// Samples the other sites of the term.
  ///
  /// - Parameters:
  ///   - p: The context of the model.
  ///   - process: The values that `sampleProcess(_:_:)` returned.
  ///   - data: The data of the model.
  /// - Returns: The value of the term at the stations in the years of the data, which broadcasts to `[S, T]`.
  func sample(_ p: inout Context, process: Tensor?, _ data: StationTensors) -> Tensor

  /// Samples the other sites of the only term of a logarithm, by default as `sample(_:process:_:)`.
  ///
  /// - Parameters:
  ///   - p: The context of the model.
  ///   - process: The values that `sampleProcess(_:_:)` returned.
  ///   - data: The data of the model.
  /// - Returns: The exponential of the value, which broadcasts to `[S, T]`.
  func sampleExponential(
    _ p: inout Context, process: Tensor?, _ data: StationTensors
  ) -> Tensor

  /// The value of the term for each draw in one climate.
  ///
  /// - Parameters:
  ///   - draws: Draws of the sites of the term, *D* of each.
  ///   - data: The data that the model was fitted to.
  ///   - places: The places.
  ///   - climate: The values of the covariates of time.
  /// - Returns: The value, which broadcasts to `[D, P]`.
  func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climate: Climate
  ) -> Tensor

  /// The values in several climates, as one by one by default; a term with a field computes it once, and a term that is drawn
  /// in years without data draws all climates jointly, from `places.key`.
  func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climates: [Climate]
  ) -> [Tensor]

  /// The plug-in values in several climates, which broadcast to `[1, P]`: by default the means over the draws; a term that is
  /// linear in its sites has the values at their means.
  ///
  /// - Parameters:
  ///   - means: The posterior means of the sites as a single draw.
  ///   - draws: Draws of the sites of the term.
  ///   - data: The data that the model was fitted to.
  ///   - places: The places.
  ///   - climates: The values of the covariates of time in each climate.
  func plugInValues(
    _ means: Draws, _ draws: Draws, _ data: StationTensors, at places: Places,
    in climates: [Climate]
  ) -> [Tensor]

  /// The map of the report at some places for each draw, which broadcasts to `[D, P]`; nil without one, as by default.
  func map(
    _ draws: Draws, _ data: StationTensors, at places: Places
  ) -> (site: ReportedSite, values: Tensor)?

  /// The posterior means of reported numbers, by the site that plug-in values take them for, `[1]` each; none by default.
  ///
  /// - Parameters:
  ///   - draws: Joint draws of posterior and model.
  ///   - sampled: The draws of the posterior, from which sampled parameters are reported.
  func reportedMeans(_ draws: Draws, _ sampled: Draws) -> [String: Tensor]

  /// The values that a fit starts from, by site; sites that are not named start at random.
  func start(_ data: StationTensors) -> [String: Tensor]

  /// The scalar sites of the report; none by default.
  var parameters: [ReportedSite] { get }
  /// The sites of the report with a value for each station; none by default.
  var maps: [ReportedSite] { get }
  /// Further sites that `values(_:_:at:in:)` takes from draws; none by default.
  var otherSites: Set<String> { get }
  /// Whether the term has no value at places other than the stations; false by default.
  var isOfStations: Bool { get }
  /// The priors that a user may choose, in order; none by default.
  var priors: [SitePrior] { get }
}

extension GEVTerm {
  public func sampleProcess(_ p: inout Context, _ data: StationTensors) -> Tensor? { nil }
  public func sampleExponential(
    _ p: inout Context, process: Tensor?, _ data: StationTensors
  ) -> Tensor { exp(sample(&p, process: process, data)) }
  public func values(
    _ draws: Draws, _ data: StationTensors, at places: Places, in climates: [Climate]
  ) -> [Tensor] { climates.map { values(draws, data, at: places, in: $0) } }
  public func plugInValues(
    _ means: Draws, _ draws: Draws, _ data: StationTensors, at places: Places,
    in climates: [Climate]
  ) -> [Tensor] {
    values(draws, data, at: places, in: climates).map {
      $0.mean(along: [0], keepingDimensions: true)
    }
  }
  public func map(
    _ draws: Draws, _ data: StationTensors, at places: Places
  ) -> (site: ReportedSite, values: Tensor)? { nil }
  public func reportedMeans(_ draws: Draws, _ sampled: Draws) -> [String: Tensor] { [:] }
  public func start(_ data: StationTensors) -> [String: Tensor] { [:] }
  public var parameters: [ReportedSite] { [] }
  public var maps: [ReportedSite] { [] }
  public var otherSites: Set<String> { [] }
  public var priors: [SitePrior] { [] }
  public var isOfStations: Bool { false }
}
