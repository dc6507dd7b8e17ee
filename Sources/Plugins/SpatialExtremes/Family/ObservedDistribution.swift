import Distributions
import PPL

/// The distribution of what was observed of a station-year, given the GEV distribution of its maximum: all of them have the terms
/// of `GEVFamily` and its predictions.
///
///     var family = GEVFamily(data, location: …, logScale: …, shape: …)
///     family.observed = BlendedMaxima()
///
/// - Shape: *S* stations, *T* years.
public protocol ObservedDistribution: Sendable {
  /// The GEV distribution of the maximum of a year for the sums of the terms; they are its parameters by default.
  ///
  /// - Parameters:
  ///   - location: The sum of the terms of the location.
  ///   - scale: The exponential of the sum of the terms of the log scale.
  ///   - shape: The sum of the terms of the shape.
  ///   - axis: The axis of the stations: -2 in the model, `[S, T]`, and -1 for draws, `[D, S]`.
  func maximum(_ location: Tensor, _ scale: Tensor, _ shape: Tensor, stationAxis axis: Int) -> GEV

  /// The distribution of the observed maximum of a year, by which it is scored; the GEV distribution by default.
  ///
  /// - Parameter maximum: The GEV distribution.
  func ofMaximum(_ maximum: GEV) -> any HasQuantiles

  /// Samples the site `y`.
  ///
  /// - Parameters:
  ///   - p: The context of the model.
  ///   - maximum: The distributions of the maxima, batch `[S, T]`.
  ///   - data: The data of the model.
  /// - Returns: The values of the site.
  func sample(_ p: inout Context, _ maximum: GEV, _ data: StationTensors) -> Tensor

  /// The observed value of the site `y`; the maxima, `[S, T]`, by default.
  func observations(_ data: StationTensors) -> Tensor

  /// Whether the distribution is known at the stations only; false by default.
  var isOfStations: Bool { get }
}

extension ObservedDistribution {
  public func maximum(
    _ location: Tensor, _ scale: Tensor, _ shape: Tensor, stationAxis axis: Int
  ) -> GEV { GEV(location, scale, shape) }
  public func ofMaximum(_ maximum: GEV) -> any HasQuantiles { maximum }
  public var isOfStations: Bool { false }
  public func observations(_ data: StationTensors) -> Tensor { data.maxima }
}

/// The GEV distribution of maxima; without terms of the shape the Gumbel distribution.
///
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §3.1.
public struct GEVMaxima: StandardUnitObservations {
  /// The distribution, which has no settings.
  public init() {}

  public func sample(_ p: inout Context, _ maximum: GEV, _ data: StationTensors) -> Tensor {
    p.sample("y", data.recorded(maximum), mask: data.mask)
  }
}

/// The Fréchet form of the GEV distribution of maxima: the terms of the shape are those of its logarithm, so that it is positive.
///
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §3.1.2.
public struct FrechetMaxima: StandardUnitObservations {
  /// The distribution, which has no settings.
  public init() {}

  public func maximum(
    _ location: Tensor, _ scale: Tensor, _ shape: Tensor, stationAxis axis: Int
  ) -> GEV { GEV(location, scale, exp(shape)) }
  public func sample(_ p: inout Context, _ maximum: GEV, _ data: StationTensors) -> Tensor {
    p.sample("y", data.recorded(maximum), mask: data.mask)
  }
}

/// The blended GEV distribution of maxima, `BlendedGEV`: a density on the whole line for a positive shape, so that no maximum ends
/// it. Return levels of 1.25 years and more are those of the GEV distribution.
///
/// - Reference: Castro-Camilo, Huser and Rue (2022), *Practical strategies for generalized extreme value-based regression models
///   for extremes*, Environmetrics 33(6).
public struct BlendedMaxima: StandardUnitObservations {
  /// The distribution, which has no settings.
  public init() {}

  public func sample(_ p: inout Context, _ maximum: GEV, _ data: StationTensors) -> Tensor {
    p.sample("y", data.recorded(blended(maximum)), mask: data.mask)
  }

  public func ofMaximum(_ maximum: GEV) -> any HasQuantiles { blended(maximum) }

  private func blended(_ gev: GEV) -> BlendedGEV {
    BlendedGEV(gev.location, gev.scale, gev.shape)
  }
}

/// The r largest values of each year, `RLargest`, which tell more of the parameters than the maxima alone.
///
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §3.5.3.
public struct LargestOfEachYear: StandardUnitObservations {
  private let blocks: BlockValues

  /// The distribution of the values of some data.
  public init(_ blocks: BlockValues) { self.blocks = blocks }

  public func sample(_ p: inout Context, _ maximum: GEV, _ data: StationTensors) -> Tensor {
    let shape = data.maxima.shape
    let present = Tensor(blocks.values.map { Double(max($0.count, 1)) }, shape: shape)
    let largest = RLargest(
      maximum.location, maximum.scale, maximum.shape, count: blocks.capacity, present: present)
    return p.sample(
      "y", data.recorded(largest, support: .realVector) { _ in present }, mask: data.mask)
  }

  /// The values in descending order, `[S, T, r]`; the largest one in the place of each that is not there.
  public func observations(_ data: StationTensors) -> Tensor {
    blocks.padded(data.maxima.shape) { $0.first ?? data.meanMaximum }
  }
}
