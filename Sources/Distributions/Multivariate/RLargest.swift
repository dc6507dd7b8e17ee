import Autodiff
import PPL
import Preconditions

/// The r-largest order statistics distribution: the limit of the r largest of many independent variables, whose maximum
/// is GEV.
///
///     p(x₁ ≥ … ≥ x_r) = exp(-exp(-s_r)) ∏ exp(-(1 + shape) s_k) / scale
///     s = log(1 + shape z) / shape,    z = (x - location) / scale
///
/// Parameters are those of the `GEV` of the maximum, which the other values help to estimate. Blocks may have fewer values
/// than the event: `present` says how many of the first ones count, and the others may be any numbers.
///
///     // Ten values a year; in 1935, the fifth year, the first six.
///     p.plate("year", 51) { p in p.sample("y", RLargest(mu, sigma, xi, count: 10, present: counts)) }  // [51, 10]
///
/// Values that do not descend have density 0; equal ones, such as rounded data, count as descending.
///
/// - Shape: batch is `location`, `scale`, `shape` and `present` broadcast together; event `[r]`.
/// - Units: `location` and `scale` share the units of `x`; `shape` has none.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, eq. (3.15); Weissman (1978),
///   *Estimation of parameters and large quantiles based on the k largest observations*.
public struct RLargest: Distribution {
  /// The distribution of the maximum of a block.
  public let maximum: GEV
  /// The number of values of an event r.
  public let count: Int
  /// The number of values that count, from 1 to r, of the shape of the batch; nil for all.
  public let present: Tensor?
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location`, `scale` and `shape`, whose shapes must broadcast.
  ///
  /// - Parameters:
  ///   - location: The location of the maximum, in the units of the values.
  ///   - scale: The scale of the maximum, in the units of the values.
  ///   - shape: The shape ξ, positive for a heavy upper tail.
  ///   - count: The number of values r of an event.
  ///   - present: The number of values that count, the first ones, from 1 to r; all if nil.
  /// - Precondition: `count` is positive.
  public init(
    _ location: Tensor, _ scale: Tensor, _ shape: Tensor, count: Int, present: Tensor? = nil
  ) {
    holds(count > 0, "RLargest: count is \(count), but must be positive.")
    (self.count, self.present) = (max(count, 1), present)
    maximum = GEV(location, scale, shape)
    batchShape = Distributions.batchShape(
      of: "RLargest",
      [
        "location": location.shape, "scale": scale.shape, "shape": shape.shape,
        "present": present?.shape ?? [],
      ])
  }

  public var eventShape: [Int] { [count] }
  public var parameters: [Parameter] {
    maximum.parameters
      + (present.map { [.init("present", $0, .integerInterval(1, Tensor(Double(count))))] } ?? [])
  }
  public var support: Support { .realVector }

  /// Samples as the quantiles of a unit Poisson process, whose points are cumulative sums of exponential draws.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let arrivals = key.exponential(shape + batchShape + eventShape).cumulativeSum()
    let s = -log(arrivals)
    return gev.location + gev.scale * s * expm1Ratio(gev.shape * s)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let leading = Array(x.shape.dropLast())
    let values = x.broadcast(to: (broadcastShapes([leading, batchShape]) ?? leading) + eventShape)
    let index = Tensor.arange(count)
    let number = present?.withEventAxes(1) ?? Tensor(Double(count))
    let counts = index .< number
    // Values that do not count are replaced, so that they have no derivatives.
    let filled = select(counts, values, values[.ellipsis, .range(0..<1)])
    let rates = select(counts, gev.logRate(filled), 0).sum(along: [-1])
    let last = select(index .== number - 1, filled, 0).sum(along: [-1], keepingDimensions: true)
    let logDensity = rates - gev.meanExceedances(last).sum(along: [-1])
    let isPossible = descends(filled, counts) .& (logDensity .!= Tensor(-.infinity))
    return select(isPossible, logDensity, Tensor(-.infinity))
  }

  /// The parameters with an axis for the values of an event.
  private var gev: GEV {
    GEV(
      maximum.location.withEventAxes(1), maximum.scale.withEventAxes(1),
      maximum.shape.withEventAxes(1))
  }

  /// Whether the values that count descend.
  private func descends(_ x: Tensor, _ counts: Tensor) -> Tensor {
    guard count > 1 else { return .ones(Array(x.shape.dropLast())) }
    let (before, after) = (x[.ellipsis, .range(0..<count - 1)], x[.ellipsis, .range(1..<count)])
    let both = counts.broadcast(to: x.shape)[.ellipsis, .range(1..<count)]
    return ((after .> before) .& both).sum(along: [-1]) .== 0
  }
}
