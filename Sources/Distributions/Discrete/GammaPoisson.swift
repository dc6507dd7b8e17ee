import Autodiff
import PPL

/// The gamma-Poisson distribution: the count of events whose rate has a gamma distribution.
///
///     P(x) = Γ(x + shape) / (x! Γ(shape)) rate^shape / (1 + rate)^(shape + x),    x = 0, 1, 2, …
///
/// It is the negative binomial distribution with `shape` failures at a probability of success of `1 / (1 + rate)`.
///
/// - Shape: batch is `shape` and `rate` broadcast together; event `[]`.
/// - Reference: Greenwood & Yule (1920), *An inquiry into the nature of frequency distributions
///   representative of multiple happenings*.
public struct GammaPoisson: HasCDF, HasMoments {
  /// Shape and rate of the gamma distribution of the Poisson rate; batch shape each.
  public let shape, rate: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `shape` and `rate`, whose shapes must broadcast.
  public init(shape: Tensor, rate: Tensor = 1) {
    (self.shape, self.rate) = (shape, rate)
    batchShape = Distributions.batchShape(
      of: "GammaPoisson", ["shape": shape.shape, "rate": rate.shape])
  }

  public var parameters: [Parameter] {
    [.init("shape", shape, .positive), .init("rate", rate, .positive)]
  }
  public var support: Support { .nonNegativeInteger }

  /// Samples a rate, and then the events.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (rateKey, eventKey) = key.split()
    let mean = Gamma(shape: self.shape.broadcast(to: batchShape), rate: rate)
      .sample(shape, key: rateKey)
    return eventKey.poisson(shape + batchShape, mean: mean)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { x in
      logNegativeBinomial(x, shape, mean: mean)
    }
  }

  public func cdf(_ x: Tensor) -> Tensor {
    negativeBinomialCDF(x, failures: shape, complement: rate / (1 + rate))
  }

  public var mean: Tensor { shape / rate }
  public var variance: Tensor { mean * (1 + reciprocal(rate)) }
}

/// The probability of at most `x` successes before `r` failures, each of probability `q`: `I(r, x + 1)`.
func negativeBinomialCDF(_ x: Tensor, failures r: Tensor, complement q: Tensor) -> Tensor {
  let k = floor(x)
  let isOutside = k .< 0
  return select(isOutside, 0, regularizedBeta(r, after: select(isOutside, 0, k), q))
}
