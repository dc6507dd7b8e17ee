import Autodiff
import PPL

/// The multivariate normal distribution with a low-rank plus diagonal covariance.
///
///     x = mean + W f + √d e,    f, e ~ Normal(0, 1) independently
///     covariance = W Wᵀ + diag(d)
///
/// The density needs only a matrix of the rank of the factor, `C = I + Wᵀ diag(d)⁻¹ W`, and no difference of large
/// numbers: the squared distance is that of the ridge regression of `r = x - mean` on W,
///
///     rᵀ (W Wᵀ + diag(d))⁻¹ r = |(r - W v) / √d|² + |v|²,    v = C⁻¹ Wᵀ (r / d)
///
/// - Shape: `mean` is `[..., n]`, `factor` W `[..., n, r]`, `diagonal` d `[..., n]`; the leading dimensions
///   broadcast to the batch, the event is `[n]`.
/// - Units: `mean` and `factor` share the units of `x`, `diagonal` has their square.
/// - Complexity: O(*n r*² + *r*³) for the distribution, then O(*n r*) for each draw and density.
/// - Reference: Woodbury (1950), *Inverting modified matrices*.
public struct LowRankMultivariateNormal: HasMoments, HasEntropy, HasGaussianForm {
  /// The mean, batch + `[n]`; the factor W, batch + `[n, r]`, and the diagonal d, batch + `[n]`, of the
  /// covariance `W Wᵀ + diag(d)`.
  public let mean, factor, diagonal: Tensor
  public let batchShape: [Int]
  public let eventShape: [Int]
  /// The Cholesky factor of C, `[..., r, r]`.
  private let capacitance: Tensor

  /// A batch of low-rank normal distributions; the parameters must broadcast to it.
  public init(_ mean: Tensor, factor: Tensor, diagonal: Tensor) {
    let (batch, sizes) = eventShapes(
      of: "LowRankMultivariateNormal",
      [
        ("mean", mean.shape, "n"), ("factor", factor.shape, "nr"),
        ("diagonal", diagonal.shape, "n"),
      ])
    (batchShape, eventShape) = (batch, [sizes["n", default: 0]])
    self.mean = mean.broadcast(to: batchShape + eventShape)
    (self.factor, self.diagonal) = (factor, diagonal)
    let white = factor / sqrt(diagonal).withEventAxes(1)
    capacitance = cholesky(matmul(white.transposed(), white) + .identity(sizes["r", default: 0]))
  }

  public var parameters: [Parameter] {
    [
      .init("mean", mean, .realVector), .init("factor", factor, .realMatrix),
      .init("diagonal", diagonal, .independent(.positive, 1)),
    ]
  }
  public var support: Support { .realVector }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (factorKey, diagonalKey) = key.split()
    let common = factorKey.normal(shape + batchShape + [factor.shape.last ?? 1])
    let own = diagonalKey.normal(shape + batchShape + eventShape)
    return mean + product(factor, common) + sqrt(diagonal) * own
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let r = x - mean
    let explained = product(factor.transposed(), r / diagonal)
    let v = solution(capacitance, solution(capacitance, explained), transposed: true)
    let left = r - product(factor, v)
    let distance = (square(left) / diagonal).sum(along: [-1]) + square(v).sum(along: [-1])
    let logNormalizer = Tensor(Double(eventShape[0]) * Constant.halfLogTwoPi)
    return -0.5 * distance - logRootDeterminant - logNormalizer
  }

  public var variance: Tensor {
    (square(factor).sum(along: [-1]) + diagonal).broadcast(to: batchShape + eventShape)
  }
  public var entropy: Tensor {
    let standard = Double(eventShape[0]) * (Constant.halfLogTwoPi + 0.5)
    return (logRootDeterminant + Tensor(standard)).broadcast(to: batchShape)
  }

  /// The logarithm of `√det(W Wᵀ + diag(d))`, from `det C · ∏ d`.
  private var logRootDeterminant: Tensor {
    logTriangularDeterminant(capacitance) + 0.5 * log(diagonal).sum(along: [-1])
  }
}
