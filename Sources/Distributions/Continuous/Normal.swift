import Autodiff
import PPL

/// The normal (Gaussian) distribution.
///
///     p(x) = exp(-z² / 2) / (deviation √(2π)),    z = (x - mean) / deviation
///
/// - Shape: batch is `mean` and `deviation` broadcast together; event `[]`.
/// - Units: `mean` and `deviation` share the units of `x`.
public struct Normal: SymmetricDistribution, HasMoments, HasEntropy, HasGaussianForm {
  /// Mean and standard deviation, in the units of `x`; batch shape each.
  public let mean, deviation: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `mean` and `deviation`, whose shapes must broadcast.
  public init(_ mean: Tensor, _ deviation: Tensor) {
    batchShape = Distributions.batchShape(
      of: "Normal", ["mean": mean.shape, "deviation": deviation.shape])
    self.mean = mean.broadcast(to: batchShape)
    self.deviation = deviation
  }

  public var parameters: [Parameter] {
    [.init("mean", mean, .real), .init("deviation", deviation, .positive)]
  }
  public var support: Support { .real }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    mean + key.normal(shape + batchShape) * deviation
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let z = (x - mean) / deviation
    let logNormalizer = log(deviation) + Tensor(Constant.halfLogTwoPi)
    return -0.5 * square(z) - logNormalizer
  }

  public func cdf(_ x: Tensor) -> Tensor { normalCDF((x - mean) / deviation) }
  public func icdf(_ p: Tensor) -> Tensor { mean + deviation * normalQuantile(p) }
  public func logCDF(_ x: Tensor) -> Tensor { logNormalCDF((x - mean) / deviation) }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    mean + deviation * logNormalQuantile(logProbability)
  }
  public var center: Tensor { mean }

  public var variance: Tensor { square(deviation).broadcast(to: batchShape) }
  public var entropy: Tensor {
    (log(deviation) + Tensor(Constant.halfLogTwoPi) + 0.5).broadcast(to: batchShape)
  }
}
