import Autodiff
import PPL

/// The asymmetric Laplace distribution for quantile regression: its quantile at level `quantile` is `location`.
///
///     p(x) = q (1 - q) / scale exp(-z (q - [z < 0])),    z = (x - location) / scale,    q = quantile
///
/// Its log density is the check loss of quantile regression.
///
/// - Shape: batch is all three parameters broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`; `quantile` is a probability.
/// - Reference: Yu and Moyeed (2001), *Bayesian quantile regression*, eq. (3).
public struct AsymmetricLaplaceQuantile: HasQuantiles, HasMoments, HasEntropy {
  /// Scale and location in the units of `x`; `location` is the quantile at level `quantile`; batch shape each.
  public let location, scale, quantile: Tensor
  private let laplace: AsymmetricLaplace

  /// A batch with one distribution for each element of `location`, `scale` and `quantile`, whose shapes must
  /// broadcast.
  public init(_ location: Tensor, _ scale: Tensor, quantile: Tensor) {
    (self.location, self.scale, self.quantile) = (location, scale, quantile)
    let asymmetry = sqrt(quantile / (1 - quantile))
    laplace = AsymmetricLaplace(location, scale * asymmetry / quantile, asymmetry: asymmetry)
  }

  public var parameters: [Parameter] {
    [
      .init("location", location, .real), .init("scale", scale, .positive),
      .init("quantile", quantile, .openInterval(0, 1)),
    ]
  }
  public var support: Support { .real }
  public var corner: Tensor? { location }
  public var batchShape: [Int] { laplace.batchShape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { laplace.sample(shape, key: key) }
  public func logProb(_ x: Tensor) -> Tensor { laplace.logProb(x) }
  public func cdf(_ x: Tensor) -> Tensor { laplace.cdf(x) }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(p, lower: { below(log: log($0)) }, upper: { above(log: log($0)) }) {
      laplace.icdf($0)
    }
  }
  // The limits of the quantile for a log probability far below 0, below or above it.
  private func below(log l: Tensor) -> Tensor { location + scale / (1 - quantile) * l }
  private func above(log l: Tensor) -> Tensor { location - scale / quantile * l }

  public func logCDF(_ x: Tensor) -> Tensor { laplace.logCDF(x) }
  public func logSurvival(_ x: Tensor) -> Tensor { laplace.logSurvival(x) }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: below(log:), upper: { above(log: log($0)) }
    ) { laplace.icdf(logCDF: $0) }
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: above(log:), upper: { below(log: log($0)) }
    ) { laplace.icdf(logSurvival: $0) }
  }
  public var mean: Tensor { laplace.mean }
  public var variance: Tensor { laplace.variance }
  public var entropy: Tensor { laplace.entropy }
}
