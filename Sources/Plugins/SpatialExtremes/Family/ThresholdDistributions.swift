import Distributions
import PPL

/// The Poisson point process of exceedances of a threshold, `PoissonPointProcess`, with the parameters of the annual maximum.
///
/// The number of exceedances and their sizes count; a year with few days observed counts in proportion.
///
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §7.3.
public struct PointProcessOfExceedances: StandardUnitObservations {
  private let blocks: BlockValues
  /// The thresholds in the units of the parameters, `[S]`.
  private var thresholds: [Double]

  /// The distribution of the exceedances of some data.
  public init(_ blocks: BlockValues) { (self.blocks, thresholds) = (blocks, blocks.thresholds) }

  func inStandardUnits(_ units: StandardUnits) -> Self {
    var other = self
    other.thresholds = blocks.thresholds.map(units.standard)
    return other
  }

  public func sample(_ p: inout Context, _ maximum: GEV, _ data: StationTensors) -> Tensor {
    let threshold = Tensor(thresholds, shape: [thresholds.count, 1])
    let process = PoissonPointProcess(
      maximum.location, maximum.scale, maximum.shape, threshold: threshold,
      blocks: Tensor(blocks.coverage.map { $0 > 0 ? $0 : 1 }, shape: data.maxima.shape),
      capacity: blocks.capacity)
    let least = blocks.thresholdColumn.expandingDimension(at: 2)
    let y = data.recorded(
      process, support: .independent(.greaterThanEqual(least), 1), threshold: least
    ) { ($0 .> threshold.expandingDimension(at: 2)).sum(along: [-1]) }
    return p.sample("y", y, mask: data.mask)
  }

  /// The exceedances, `[S, T, capacity]`, and the threshold in the places that are left.
  public func observations(_ data: StationTensors) -> Tensor {
    blocks.exceedances(data.maxima.shape)
  }
}

/// The generalized Pareto distribution of exceedances of a threshold; the terms of the log scale are those of its scale, and the
/// location has none.
///
/// The rate of exceedances of each station is the observed one. With it the annual maximum is GEV, from which return levels follow:
///
///     location = u + sigma (rate^shape - 1) / shape,    scale = sigma rate^shape
///
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §4.2 and eq. (7.6).
public struct ParetoExceedances: StandardUnitObservations {
  private let blocks: BlockValues
  /// The thresholds in the units of the parameters, `[S]`.
  private var thresholds: [Double]

  /// The distribution of the exceedances of some data.
  public init(_ blocks: BlockValues) { (self.blocks, thresholds) = (blocks, blocks.thresholds) }

  func inStandardUnits(_ units: StandardUnits) -> Self {
    var other = self
    other.thresholds = blocks.thresholds.map(units.standard)
    return other
  }

  public var isOfStations: Bool { true }

  public func maximum(
    _ location: Tensor, _ scale: Tensor, _ shape: Tensor, stationAxis axis: Int
  ) -> GEV {
    let values = thresholds
    let columns = axis == -2 ? [values.count, 1] : [1, values.count]
    let threshold = Tensor(values, shape: columns)
    let logRate = Tensor(blocks.rates.map { log(Tensor($0)).scalar }, shape: columns)
    let growth = exp(shape * logRate)
    return GEV(
      threshold + scale * logRate * expm1Ratio(shape * logRate), scale * growth, shape)
  }

  public func sample(_ p: inout Context, _ maximum: GEV, _ data: StationTensors) -> Tensor {
    let threshold = Tensor(thresholds, shape: [thresholds.count, 1])
    func each(_ x: Tensor) -> Tensor {
      x.broadcast(to: data.maxima.shape).expandingDimension(at: 2)
    }
    let scale = maximum.scale + maximum.shape * (threshold - maximum.location)
    let excesses = GeneralizedPareto(each(threshold), each(scale), each(maximum.shape))
    let least = each(blocks.thresholdColumn)
    return p.sample(
      "y", data.recorded(excesses, support: .greaterThanEqual(least), threshold: least),
      mask: blocks.present(data.maxima.shape))
  }

  /// The exceedances, `[S, T, capacity]`, and the threshold in the places that are left.
  public func observations(_ data: StationTensors) -> Tensor {
    blocks.exceedances(data.maxima.shape)
  }
}
