import Autodiff
import PPL

/// The multivariate normal (Gaussian) distribution.
///
///     x = mean + L e,    e ~ Normal(0, 1) independently
///     log p(x) = -|L⁻¹(x - mean)|² / 2 - Σ log L[i, i] - n log(2π) / 2
///
/// - Shape: `mean` is `[..., n]` and `choleskyFactor` `[..., n, n]`, lower triangular; the leading
///   dimensions broadcast to the batch, the event is `[n]`.
/// - Units: `mean` and `choleskyFactor` share the units of `x`.
/// - Complexity: O(*n*²) for each draw and each density, given the factor.
public struct MultivariateNormal: HasMoments, HasEntropy, HasGaussianForm {
  /// The mean, batch + `[n]`, and the Cholesky factor of the covariance, batch + `[n, n]`, in the units of `x`.
  public let mean, choleskyFactor: Tensor
  public let batchShape: [Int]
  public let eventShape: [Int]
  private let given: Parameter

  /// A batch of multivariate normal distributions given by the Cholesky factor of their covariance.
  ///
  /// - Precondition: `mean` has at least one dimension, `choleskyFactor` two, and they agree.
  public init(_ mean: Tensor, choleskyFactor: Tensor) {
    self.init(mean, CovarianceFactor(choleskyFactor: choleskyFactor))
  }

  /// A batch given by the covariance, `[..., n, n]`; not a number where it is not positive definite.
  ///
  /// - Complexity: O(*n*³).
  public init(_ mean: Tensor, covariance: Tensor) {
    self.init(mean, CovarianceFactor(covariance: covariance))
  }

  /// A batch given by the precision matrix, `[..., n, n]`; not a number where it is not positive definite.
  ///
  /// - Complexity: O(*n*³).
  public init(_ mean: Tensor, precision: Tensor) {
    self.init(mean, CovarianceFactor(precision: precision))
  }

  private init(_ mean: Tensor, _ covariance: CovarianceFactor) {
    (given, choleskyFactor) = (covariance.given, covariance.factor)
    let (batch, sizes) = eventShapes(
      of: "MultivariateNormal",
      [("mean", mean.shape, "n"), (given.name, given.value.shape, "nn")])
    (batchShape, eventShape) = (batch, [sizes["n", default: 0]])
    self.mean = mean.broadcast(to: batchShape + eventShape)
  }

  public var parameters: [Parameter] { [.init("mean", mean, .realVector), given] }
  public var support: Support { .realVector }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    mean + product(choleskyFactor, key.normal(shape + batchShape + eventShape))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let distance = square(solution(choleskyFactor, x - mean)).sum(along: [-1])
    let logNormalizer = Tensor(Double(eventShape[0]) * Constant.halfLogTwoPi)
    return -0.5 * distance - logTriangularDeterminant(choleskyFactor) - logNormalizer
  }

  /// The covariance `L Lᵀ`, batch + `[n, n]`.
  public var covariance: Tensor { matmul(choleskyFactor, choleskyFactor.transposed()) }
  public var variance: Tensor {
    square(choleskyFactor).sum(along: [-1]).broadcast(to: batchShape + eventShape)
  }
  public var entropy: Tensor {
    let standard = Double(eventShape[0]) * (Constant.halfLogTwoPi + 0.5)
    let logVolume = logTriangularDeterminant(choleskyFactor)
    return (logVolume + Tensor(standard)).broadcast(to: batchShape)
  }
}
