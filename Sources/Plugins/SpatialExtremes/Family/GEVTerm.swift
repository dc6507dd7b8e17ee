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
  /// - Parameter process: The values that `sampleProcess(_:_:)` returned.
  /// - Returns: The value of the term at the stations in the years of the data, which broadcasts to `[S, T]`.
  func sample(_ p: inout Context, process: Tensor?, _ data: StationTensors) -> Tensor

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

  /// The values that a fit starts from, by site; sites that are not named start at random.
  func start(_ data: StationTensors) -> [String: Tensor]

  /// The scalar sites of the report; none by default.
  var parameters: [ReportedSite] { get }
  /// The sites of the report with a value for each station; none by default.
  var maps: [ReportedSite] { get }
  /// Further sites that `values(_:_:at:in:)` takes from draws; none by default.
  var otherSites: Set<String> { get }
  /// The sites whose priors a user may choose, in order; none by default.
  var priorSites: [String] { get }
}

extension GEVTerm {
  public func sampleProcess(_ p: inout Context, _ data: StationTensors) -> Tensor? { nil }
  public func start(_ data: StationTensors) -> [String: Tensor] { [:] }
  public var parameters: [ReportedSite] { [] }
  public var maps: [ReportedSite] { [] }
  public var otherSites: Set<String> { [] }
  public var priorSites: [String] { [] }
}

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
