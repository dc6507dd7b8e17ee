import Autodiff
import PPL

/// How many of `n` independent trials succeed.
///
///     P(x) = n! / (x! (n - x)!) p^x (1 - p)^(n - x),    x = 0, …, n,    n = totalCount
///
/// - Shape: batch is `totalCount` and the chance broadcast together; event `[]`.
/// - Reference: draws by Hörmann (1993), *The generation of binomial random variates*.
public struct Binomial: HasCDF, Moments {
  /// How many trials there are.
  public let totalCount: Tensor
  private let chance: Chance
  public let batchShape: [Int]

  /// - Parameters:
  ///   - totalCount: The number of trials, whole.
  ///   - probabilities: The chance of a success, in [0, 1].
  public init(totalCount: Tensor = 1, probabilities: Tensor) {
    self.init(totalCount, .probabilities(probabilities))
  }

  /// - Parameters:
  ///   - totalCount: The number of trials, whole.
  ///   - logits: The log odds of a success.
  public init(totalCount: Tensor = 1, logits: Tensor) {
    self.init(totalCount, .logits(logits))
  }

  private init(_ totalCount: Tensor, _ chance: Chance) {
    (self.totalCount, self.chance) = (totalCount, chance)
    batchShape = Distributions.batchShape(
      of: "Binomial", ["totalCount": totalCount.shape, chance.parameter.name: chance.shape])
  }

  /// The chance of success in one trial.
  public var probabilities: Tensor { chance.probabilities }
  /// The log odds of success in one trial.
  public var logits: Tensor { chance.logits }

  public var parameters: [Parameter] {
    [.init("totalCount", totalCount, .nonNegativeInteger), chance.parameter]
  }
  public var support: Support { .integerInterval(0, totalCount) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    key.binomial(shape + batchShape, trials: totalCount, probability: probabilities)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { x in
      chance.logBinomial(successes: x, failures: totalCount - x)
    }
  }

  /// `I(n - x, x + 1)` at `1 - p`.
  public func cdf(_ x: Tensor) -> Tensor {
    let k = floor(x)
    let isInner = (k .>= 0) .& (k .< totalCount)
    let failures = select(isInner, totalCount - k, 1)
    let inner = regularizedBeta(failures, after: select(isInner, k, 0), chance.complement)
    return keepingNaN(of: x, select(isInner, inner, k .>= totalCount))
  }

  public var mean: Tensor { totalCount * probabilities }
  public var variance: Tensor { totalCount * probabilities * chance.complement }
}
