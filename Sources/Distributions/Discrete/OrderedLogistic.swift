import Autodiff
import PPL
import Preconditions

/// The ordered logistic distribution: the interval between cut points in which a logistic variable lies.
///
///     P(x) = sigmoid(cₓ - η) - sigmoid(cₓ₋₁ - η),    x = 0, …, K,    c₋₁ = -∞, c_K = ∞
///     η = predictor,    c = cutpoints
///
/// - Shape: batch is `predictor` and `cutpoints` without its last axis, broadcast together; event `[]`.
/// - Reference: McCullagh (1980), *Regression models for ordinal data*.
public struct OrderedLogistic: Distribution {
  /// The linear predictor, batch shape, and the cut points between the categories, batch + `[K]`.
  public let predictor, cutpoints: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `predictor` and vector of `cutpoints`, whose batches must
  /// broadcast.
  ///
  /// - Parameters:
  ///   - predictor: The linear predictor; batch shape.
  ///   - cutpoints: The cut points between `K + 1` categories, `[..., K]`, increasing.
  /// - Precondition: There is a cut point.
  public init(_ predictor: Tensor, cutpoints: Tensor) {
    let hasCutpoints = holds(
      cutpoints.shape.last ?? 0 > 0,
      "OrderedLogistic: cutpoints needs an axis of cut points, but has shape \(cutpoints.shape).")
    (self.predictor, self.cutpoints) = (predictor, hasCutpoints ? cutpoints : .zeros([1]))
    batchShape = Distributions.batchShape(
      of: "OrderedLogistic",
      ["predictor": predictor.shape, "cutpoints": Array(cutpoints.shape.dropLast())])
  }

  public var parameters: [Parameter] {
    [.init("predictor", predictor, .real), .init("cutpoints", cutpoints, .orderedVector)]
  }
  public var support: Support { .integerInterval(0, Tensor(Double(cutCount))) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    key.categorical(shape + batchShape, weights: exp(logProbabilities))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { entry($0, of: logProbabilities) }
  }

  /// The probability of each category; shape `batchShape + [K + 1]`.
  public var probabilities: Tensor { exp(logProbabilities) }

  private var cutCount: Int { cutpoints.shape[cutpoints.rank - 1] }

  /// The log probability of each category. The difference of two sigmoids is
  /// `sigmoid(a) sigmoid(-b) (1 - exp(b - a))`, in which nothing cancels.
  private var logProbabilities: Tensor {
    let distance = cutpoints - predictor.expandingDimension(at: predictor.rank)  // [..., K]
    let first = logSigmoid(distance[.ellipsis, .range(0..<1)])
    let last = logSigmoid(-distance[.ellipsis, .range(cutCount - 1..<cutCount)])
    if cutCount == 1 { return concatenate([first, last], along: -1) }
    let lower = distance[.ellipsis, .range(0..<cutCount - 1)]
    let upper = distance[.ellipsis, .range(1..<cutCount)]
    let inner = logSigmoid(upper) + logSigmoid(-lower) + log(-expm1(lower - upper))
    return concatenate([first, inner, last], along: -1)
  }
}
