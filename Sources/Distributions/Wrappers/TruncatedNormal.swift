import Autodiff
import PPL

/// The truncated normal distribution, cut off below, above or on both sides.
///
///     TruncatedNormal(0, 1, low: -1, high: 2)
public typealias TruncatedNormal = Truncated<Normal>

/// The truncated Cauchy distribution, cut off below, above or on both sides.
public typealias TruncatedCauchy = Truncated<Cauchy>

extension Truncated where Base == Normal {
  /// A batch with one distribution for each element of `mean`, `deviation`, `low` and `high`, whose shapes must
  /// broadcast.
  public init(_ mean: Tensor, _ deviation: Tensor, low: Tensor? = nil, high: Tensor? = nil) {
    self.init(Normal(mean, deviation), low: low, high: high)
  }
}

extension Truncated where Base == Cauchy {
  /// A batch with one distribution for each element of `location`, `scale`, `low` and `high`, whose shapes must
  /// broadcast.
  public init(_ location: Tensor, _ scale: Tensor, low: Tensor? = nil, high: Tensor? = nil) {
    self.init(Cauchy(location, scale), low: low, high: high)
  }
}

extension Truncated: HasMoments where Base == Normal {
  /// The mean by quadrature relative to the mode: nothing cancels, however narrow or far out the interval is.
  public var mean: Tensor {
    let (mode, deviation, points, weights) = quadrature
    let shift = (points * weights).sum(along: [-1])
    return (mode + deviation * shift).broadcast(to: batchShape)
  }

  /// The variance by quadrature of the squared distance from the mean.
  public var variance: Tensor {
    let (_, deviation, points, weights) = quadrature
    let shift = (points * weights).sum(along: [-1], keepingDimensions: true)
    let spread = (square(points - shift) * weights).sum(along: [-1])
    return (square(deviation) * spread).broadcast(to: batchShape)
  }

  /// The quadrature nodes: distances t from the mode m in standard deviations, `[..., Q]`, with weights of sum 1
  /// in proportion to
  ///
  ///     exp(-t (t + 2 z) / 2),    z = (m - mean) / deviation
  ///
  /// Where the exponent is below -40 the density is negligible; infinite intervals are cut there.
  private var quadrature: (mode: Tensor, deviation: Tensor, points: Tensor, weights: Tensor) {
    let (center, deviation) = (base.mean.broadcast(to: batchShape), base.deviation)
    let raised = low.map { maximum($0, center) } ?? center
    let mode = high.map { minimum(raised, $0) } ?? raised
    let z = (mode - center) / deviation
    let reach = 80 / (abs(z) + sqrt(square(z) + 80))
    // The integral runs from the mode inwards; beyond a mode at an end there is no probability.
    let right = high.map { minimum(($0 - mode) / deviation, reach) } ?? reach
    let left = low.map { minimum((mode - $0) / deviation, reach) } ?? reach
    let width = (right + left).expandingDimension(at: batchShape.count)
    let points = width * quadratureNodes - left.expandingDimension(at: batchShape.count)
    let logDensity = -0.5 * points * (points + 2 * z.expandingDimension(at: batchShape.count))
    let masses = exp(logDensity) * quadratureWeights
    return (mode, deviation, points, masses / masses.sum(along: [-1], keepingDimensions: true))
  }
}

// Over eighteen deviations, the largest possible width, the error of the rule is below 1e-16.
private let rule = GaussLegendre(count: 48, over: 0...1)
private let quadratureNodes = Tensor(rule.nodes)
private let quadratureWeights = Tensor(rule.weights)
