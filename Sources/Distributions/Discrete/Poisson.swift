import Autodiff
import PPL

/// The Poisson distribution: the count of rare, independent events.
///
///     P(x) = rate^x exp(-rate) / x!,    x = 0, 1, 2, …
///
/// - Shape: batch is that of `rate`; event `[]`.
/// - Reference: draws by Hörmann (1993), *The transformed rejection method for generating Poisson
///   random variables*.
public struct Poisson: HasCDF, HasMoments {
  /// The expected count, batch shape; a rate of 0 gives the count 0 with certainty.
  public let rate: Tensor

  /// A batch with one distribution for each element of `rate`.
  public init(rate: Tensor) { self.rate = rate }

  public var parameters: [Parameter] { [.init("rate", rate, .nonNegative)] }
  public var support: Support { .nonNegativeInteger }
  public var batchShape: [Int] { rate.shape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    key.poisson(shape + batchShape, mean: rate)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { -deviance($0, rate) - logFactorialRemainder($0) }
  }

  /// The distribution function, the regularized incomplete gamma function `Q(x + 1, rate)`.
  public func cdf(_ x: Tensor) -> Tensor {
    let k = floor(x)
    let isOutside = k .< 0
    return select(isOutside, 0, regularizedGammaQ(after: select(isOutside, 0, k), rate))
  }

  public var mean: Tensor { rate }
  public var variance: Tensor { rate }
}
