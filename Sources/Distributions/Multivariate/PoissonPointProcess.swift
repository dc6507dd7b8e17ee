import Autodiff
import PPL
import Preconditions

/// The Poisson point process of exceedances of a threshold, with the parameters of the GEV distribution of block maxima.
///
///     p(x₁, …, x_n) = exp(-blocks Λ) ∏ λ(xᵢ),    xᵢ > threshold
///     λ(x) = exp(-(1 + shape) s) / scale,    Λ = exp(-s(threshold)),    s(x) = log(1 + shape z) / shape
///
/// It is the model of exceedances as the generalized Pareto distribution, with their number: parameters do not depend on the
/// threshold, and those of blocks with different parameters, as under a trend, add up in one likelihood.
///
/// The number of exceedances is random, so that an event has room for `capacity` of them: exceedances in any order, and the
/// threshold itself in the places that are left (`padded(_:threshold:capacity:)`). A draw of more than `capacity` keeps the
/// first ones; take a capacity well above `blocks Λ`.
///
///     let peaks = PoissonPointProcess.padded(exceedances, threshold: 30, capacity: 300)
///     p.sample("peaks", PoissonPointProcess(mu, sigma, xi, threshold: 30, blocks: 48, capacity: 300), observed: peaks)
///
/// - Shape: batch is the parameters broadcast together; event `[capacity]`.
/// - Units: `location`, `scale` and `threshold` share the units of `x`; `blocks` is the observed time, in years for annual
///   maxima.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, eq. (7.9); Smith (1989), *Extreme
///   value analysis of environmental time series*, eq. (3.4).
public struct PoissonPointProcess: Distribution {
  /// The distribution of the maximum of a block.
  public let maximum: GEV
  /// The threshold, in the units of the values, and the number of blocks observed; they broadcast to the batch.
  public let threshold, blocks: Tensor
  /// The number of places of an event.
  public let capacity: Int
  public let batchShape: [Int]

  /// A batch with one process for each element of the parameters, whose shapes must broadcast.
  ///
  /// - Parameters:
  ///   - location: The location of the maximum of a block, in the units of the values.
  ///   - scale: The scale of the maximum of a block, in the units of the values.
  ///   - shape: The shape ξ, positive for a heavy upper tail.
  ///   - threshold: The threshold, in the units of the values.
  ///   - blocks: The observed time in blocks, positive.
  ///   - capacity: The number of places for exceedances.
  /// - Precondition: `capacity` is positive.
  public init(
    _ location: Tensor, _ scale: Tensor, _ shape: Tensor, threshold: Tensor, blocks: Tensor,
    capacity: Int
  ) {
    holds(capacity > 0, "PoissonPointProcess: capacity is \(capacity), but must be positive.")
    maximum = GEV(location, scale, shape)
    (self.threshold, self.blocks, self.capacity) = (threshold, blocks, max(capacity, 1))
    batchShape = Distributions.batchShape(
      of: "PoissonPointProcess",
      [
        "location": location.shape, "scale": scale.shape, "shape": shape.shape,
        "threshold": threshold.shape, "blocks": blocks.shape,
      ])
  }

  /// The exceedances of a series as an event: `[capacity]`, with the threshold in the places that are left.
  ///
  /// - Parameters:
  ///   - values: The numbers of a series; those up to the threshold are left out.
  ///   - threshold: The threshold.
  ///   - capacity: The number of places.
  /// - Precondition: There are at most `capacity` exceedances.
  public static func padded(_ values: [Double], threshold: Double, capacity: Int) -> Tensor {
    let peaks = values.filter { $0 > threshold }
    require(
      peaks.count <= capacity,
      "PoissonPointProcess: \(peaks.count) exceedances do not fit into a capacity of \(capacity).")
    return Tensor(peaks + Array(repeating: threshold, count: capacity - peaks.count))
  }

  public var eventShape: [Int] { [capacity] }
  public var parameters: [Parameter] {
    maximum.parameters + [
      .init("threshold", threshold, .real), .init("blocks", blocks, .positive),
    ]
  }
  public var support: Support { .independent(.greaterThanEqual(threshold.withEventAxes(1)), 1) }
  public var hasReparameterizedDraws: Bool { false }

  /// The expected number of exceedances in the observed time, of the shape of the batch.
  public var meanCount: Tensor {
    (blocks * maximum.meanExceedances(threshold)).broadcast(to: batchShape)
  }

  /// The distribution of an exceedance.
  public var exceedance: GeneralizedPareto {
    GeneralizedPareto(
      threshold, maximum.scale + maximum.shape * (threshold - maximum.location), maximum.shape)
  }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (countKey, peakKey) = key.split()
    let number = countKey.poisson(shape + batchShape, mean: meanCount).withEventAxes(1)
    let own = exceedance
    let peaks = GeneralizedPareto(
      own.location.withEventAxes(1), own.scale.withEventAxes(1), own.shape.withEventAxes(1)
    ).expanded(to: batchShape + eventShape).sample(shape, key: peakKey)
    let level = threshold.withEventAxes(1)
    return select(Tensor.arange(capacity) .< number, peaks, level)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let level = threshold.withEventAxes(1)
    let process = GEV(
      maximum.location.withEventAxes(1), maximum.scale.withEventAxes(1),
      maximum.shape.withEventAxes(1))
    let isPeak = x .> level
    let rates = select(isPeak, process.logRate(select(isPeak, x, level)), 0).sum(along: [-1])
    let logDensity = rates - meanCount
    let isBelow = (x .< level).sum(along: [-1]) .> 0
    // An event with one impossible value has no derivatives.
    return select(
      isBelow .| (logDensity .== Tensor(-.infinity)), Tensor(-.infinity), logDensity)
  }
}
