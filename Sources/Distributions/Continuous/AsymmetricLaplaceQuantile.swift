import Autodiff
import PPL

/// The asymmetric Laplace law whose `quantile`-quantile is `location`, for quantile regression.
///
///     p(x) = q (1 - q) / scale exp(-z (q - [z < 0])),    z = (x - location) / scale,    q = quantile
///
/// Its log density is the check loss of quantile regression.
///
/// - Shape: batch is all three parameters broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`; `quantile` is a probability.
/// - Reference: Yu and Moyeed (2001), *Bayesian quantile regression*, eq. (3).
public struct AsymmetricLaplaceQuantile: CumulativeDistribution, Moments, HasEntropy {
  /// Scale and location in the units of `x`; `location` is the law's quantile of level `quantile`.
  public let location, scale, quantile: Tensor
  private let law: AsymmetricLaplace

  /// One law for each element of `location`, `scale` and `quantile`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor, quantile: Tensor) {
    (self.location, self.scale, self.quantile) = (location, scale, quantile)
    let asymmetry = sqrt(quantile / (1 - quantile))
    law = AsymmetricLaplace(location, scale * asymmetry / quantile, asymmetry: asymmetry)
  }

  public var parameters: [Parameter] {
    [
      .init("location", location, .real), .init("scale", scale, .positive),
      .init("quantile", quantile, .openInterval(0, 1)),
    ]
  }
  public var support: Support { .real }
  public var corner: Tensor? { location }
  public var batchShape: [Int] { law.batchShape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { law.sample(shape, key: key) }
  public func logProb(_ x: Tensor) -> Tensor { law.logProb(x) }
  public func cdf(_ x: Tensor) -> Tensor { law.cdf(x) }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(p, lower: { below(log: log($0)) }, upper: { above(log: log($0)) }) {
      law.icdf($0)
    }
  }
  // What is as the quantile of a log probability far below 0, below or above it.
  private func below(log l: Tensor) -> Tensor { location + scale / (1 - quantile) * l }
  private func above(log l: Tensor) -> Tensor { location - scale / quantile * l }

  public func logCDF(_ x: Tensor) -> Tensor { law.logCDF(x) }
  public func logSurvival(_ x: Tensor) -> Tensor { law.logSurvival(x) }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: below(log:), upper: { above(log: log($0)) }
    ) { law.icdf(logCDF: $0) }
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: above(log:), upper: { below(log: log($0)) }
    ) { law.icdf(logSurvival: $0) }
  }
  public var mean: Tensor { law.mean }
  public var variance: Tensor { law.variance }
  public var entropy: Tensor { law.entropy }
}
