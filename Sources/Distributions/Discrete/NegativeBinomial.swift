import Autodiff
import PPL

/// How many trials succeed before `r` of them fail.
///
///     P(x) = Γ(x + r) / (x! Γ(r)) p^x (1 - p)^r,    x = 0, 1, 2, …,    r = totalCount
///
/// `r` need not be whole.
///
/// - Shape: batch is `totalCount` and the chance broadcast together; event `[]`.
public struct NegativeBinomial: HasCDF, Moments {
  /// How many failures end the trials; any positive number.
  public let totalCount: Tensor
  private let chance: Chance
  public let batchShape: [Int]

  /// - Parameters:
  ///   - totalCount: The number of failures, positive.
  ///   - probabilities: The chance of a success, in [0, 1].
  public init(totalCount: Tensor, probabilities: Tensor) {
    self.init(totalCount, .probabilities(probabilities))
  }

  /// - Parameters:
  ///   - totalCount: The number of failures, positive.
  ///   - logits: The log odds of a success.
  public init(totalCount: Tensor, logits: Tensor) {
    self.init(totalCount, .logits(logits))
  }

  private init(_ totalCount: Tensor, _ chance: Chance) {
    (self.totalCount, self.chance) = (totalCount, chance)
    batchShape = Distributions.batchShape(
      of: "NegativeBinomial",
      ["totalCount": totalCount.shape, chance.parameter.name: chance.shape])
  }

  /// The chance of success in one trial.
  public var probabilities: Tensor { chance.probabilities }
  /// The log odds of success in one trial.
  public var logits: Tensor { chance.logits }

  public var parameters: [Parameter] {
    [.init("totalCount", totalCount, .positive), chance.parameter]
  }
  public var support: Support { .nonNegativeInteger }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { mixture.sample(shape, key: key) }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { x in
      chance.logBinomial(successes: x, failures: totalCount) - log1p(x / totalCount)
    }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    negativeBinomialCDF(x, failures: totalCount, complement: chance.complement)
  }

  public var mean: Tensor { totalCount * chance.odds }
  public var variance: Tensor { mean * (1 + chance.odds) }

  /// The same law, as that of events at a random rate.
  private var mixture: GammaPoisson { GammaPoisson(shape: totalCount, rate: chance.oddsAgainst) }
}

/// Counts with a given mean, whose variance exceeds it.
///
///     variance = mean + mean² / concentration
///
/// It is the negative binomial law with `concentration` failures, and tends to the Poisson law as
/// `concentration` grows.
///
/// - Shape: batch is `mean` and `concentration` broadcast together; event `[]`.
public struct NegativeBinomial2: HasCDF, Moments {
  /// The mean, and the shape of the gamma law behind it: large for nearly Poisson counts.
  public let mean, concentration: Tensor
  private let mixture: GammaPoisson

  /// One law for each element of `mean` and `concentration`, whose shapes must broadcast.
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
