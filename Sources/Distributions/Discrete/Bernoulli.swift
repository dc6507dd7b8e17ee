import Autodiff
import PPL

/// The Bernoulli distribution: one trial, with 1 for a success and 0 for a failure.
///
///     p(x) = p^x (1 - p)^(1 - x),    x = 0, 1
///
/// - Shape: batch is that of the parameter; event `[]`.
public struct Bernoulli: HasCDF, HasMoments, HasEntropy {
  private let success: SuccessProbability

  /// A batch with one distribution for each element of `probabilities`.
  ///
  /// - Parameter probabilities: The probability of a success, in [0, 1].
  public init(probabilities: Tensor) { success = .probabilities(probabilities) }
  /// A batch with one distribution for each element of `logits`.
  ///
  /// - Parameter logits: The log odds of a success, `log(p / (1 - p))`.
  public init(logits: Tensor) { success = .logits(logits) }

  /// The probability of a success; batch shape.
  public var probabilities: Tensor { success.probabilities }
  /// The log odds of a success; batch shape.
  public var logits: Tensor { success.logits }

  public var parameters: [Parameter] { [success.parameter] }
  public var support: Support { .boolean }
  public var batchShape: [Int] { success.shape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    key.uniform(shape + batchShape) .< probabilities
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { x in
      switch success {
      case .probabilities: success.logProb(successes: x, failures: 1 - x)
      case .logits(let l): -softplus((1 - 2 * x) * l)  // one of the two terms is zero
      }
    }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    keepingNaN(of: x, select(x .< 0, 0, select(x .< 1, success.complement, 1)))
  }

  public var mean: Tensor { probabilities }
  public var variance: Tensor { probabilities * success.complement }
  public var entropy: Tensor {
    -success.logProb(successes: probabilities, failures: success.complement)
  }
}
