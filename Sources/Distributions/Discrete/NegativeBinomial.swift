import Autodiff
import PPL

/// The negative binomial distribution: successes before `r` failures.
///
///     P(x) = Γ(x + r) / (x! Γ(r)) p^x (1 - p)^r,    x = 0, 1, 2, …,    r = totalCount
///
/// `r` need not be whole.
///
/// - Shape: batch is `totalCount` and the probability broadcast together; event `[]`.
public struct NegativeBinomial: HasCDF, HasMoments {
  /// The number of failures that end the trials; any positive number, batch shape.
  public let totalCount: Tensor
  private let success: SuccessProbability
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `totalCount` and `probabilities`, whose shapes must broadcast.
  ///
  /// - Parameters:
  ///   - totalCount: The number of failures, positive.
  ///   - probabilities: The probability of a success, in [0, 1].
  public init(totalCount: Tensor, probabilities: Tensor) {
    self.init(totalCount, .probabilities(probabilities))
  }

  /// A batch with one distribution for each element of `totalCount` and `logits`, whose shapes must broadcast.
  ///
  /// - Parameters:
  ///   - totalCount: The number of failures, positive.
  ///   - logits: The log odds of a success.
  public init(totalCount: Tensor, logits: Tensor) {
    self.init(totalCount, .logits(logits))
  }

  private init(_ totalCount: Tensor, _ success: SuccessProbability) {
    (self.totalCount, self.success) = (totalCount, success)
    batchShape = Distributions.batchShape(
      of: "NegativeBinomial",
      ["totalCount": totalCount.shape, success.parameter.name: success.shape])
  }

  /// The probability of success in one trial; batch shape.
  public var probabilities: Tensor { success.probabilities }
  /// The log odds of success in one trial; batch shape.
  public var logits: Tensor { success.logits }

  public var parameters: [Parameter] {
    [.init("totalCount", totalCount, .positive), success.parameter]
  }
  public var support: Support { .nonNegativeInteger }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { mixture.sample(shape, key: key) }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { x in
      success.logBinomial(successes: x, failures: totalCount) - log1p(x / totalCount)
    }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    negativeBinomialCDF(x, failures: totalCount, complement: success.complement)
  }

  public var mean: Tensor { totalCount * success.odds }
  public var variance: Tensor { mean * (1 + success.odds) }

  /// The same distribution as a gamma mixture of Poisson distributions.
  private var mixture: GammaPoisson { GammaPoisson(shape: totalCount, rate: success.oddsAgainst) }
}

/// The negative binomial distribution in terms of its mean and concentration: counts with more variance than their
/// mean.
///
///     variance = mean + mean² / concentration
///
/// It is the negative binomial distribution with `concentration` failures, and tends to the Poisson distribution as
/// `concentration` grows.
///
/// - Shape: batch is `mean` and `concentration` broadcast together; event `[]`.
public struct NegativeBinomial2: HasCDF, HasMoments {
  /// The mean and the concentration, large for nearly Poisson counts; batch shape each.
  public let mean, concentration: Tensor
  private let mixture: GammaPoisson

  /// A batch with one distribution for each element of `mean` and `concentration`, whose shapes must broadcast.
  public init(mean: Tensor, concentration: Tensor) {
    let shape = Distributions.batchShape(
      of: "NegativeBinomial2", ["mean": mean.shape, "concentration": concentration.shape])
    self.mean = mean.broadcast(to: shape)
    self.concentration = concentration
    mixture = GammaPoisson(shape: concentration, rate: concentration / mean)
  }

  public var parameters: [Parameter] {
    [.init("mean", mean, .positive), .init("concentration", concentration, .positive)]
  }
  public var support: Support { .nonNegativeInteger }
  public var batchShape: [Int] { mean.shape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { mixture.sample(shape, key: key) }
  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { x in
      logNegativeBinomial(x, concentration, mean: mean)
    }
  }
  public func cdf(_ x: Tensor) -> Tensor { mixture.cdf(x) }
  public var variance: Tensor { mean * (1 + mean / concentration) }
}
