import Autodiff
import PPL

/// The binomial distribution: successes in `n` independent trials.
///
///     P(x) = n! / (x! (n - x)!) p^x (1 - p)^(n - x),    x = 0, …, n,    n = totalCount
///
/// - Shape: batch is `totalCount` and the probability broadcast together; event `[]`.
/// - Reference: draws by Hörmann (1993), *The generation of binomial random variates*.
public struct Binomial: HasCDF, HasMoments {
  /// The number of trials; batch shape.
  public let totalCount: Tensor
  private let success: SuccessProbability
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `totalCount` and `probabilities`, whose shapes must broadcast.
  ///
  /// - Parameters:
  ///   - totalCount: The number of trials, whole.
  ///   - probabilities: The probability of a success, in [0, 1].
  public init(totalCount: Tensor = 1, probabilities: Tensor) {
    self.init(totalCount, .probabilities(probabilities))
  }

  /// A batch with one distribution for each element of `totalCount` and `logits`, whose shapes must broadcast.
  ///
  /// - Parameters:
  ///   - totalCount: The number of trials, whole.
  ///   - logits: The log odds of a success.
  public init(totalCount: Tensor = 1, logits: Tensor) {
    self.init(totalCount, .logits(logits))
  }

  private init(_ totalCount: Tensor, _ success: SuccessProbability) {
    (self.totalCount, self.success) = (totalCount, success)
    batchShape = Distributions.batchShape(
      of: "Binomial", ["totalCount": totalCount.shape, success.parameter.name: success.shape])
  }

  /// The probability of success in one trial; batch shape.
  public var probabilities: Tensor { success.probabilities }
  /// The log odds of success in one trial; batch shape.
  public var logits: Tensor { success.logits }

  public var parameters: [Parameter] {
    [.init("totalCount", totalCount, .nonNegativeInteger), success.parameter]
  }
  public var support: Support { .integerInterval(0, totalCount) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    key.binomial(shape + batchShape, trials: totalCount, probability: probabilities)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { x in
      success.logBinomial(successes: x, failures: totalCount - x)
    }
  }

  /// The distribution function, the regularized incomplete beta function `I(n - x, x + 1)` at `1 - p`.
  public func cdf(_ x: Tensor) -> Tensor {
    let k = floor(x)
    let isInner = (k .>= 0) .& (k .< totalCount)
    let failures = select(isInner, totalCount - k, 1)
    let inner = regularizedBeta(failures, after: select(isInner, k, 0), success.complement)
    return keepingNaN(of: x, select(isInner, inner, k .>= totalCount))
  }

  public var mean: Tensor { totalCount * probabilities }
  public var variance: Tensor { totalCount * probabilities * success.complement }
}
