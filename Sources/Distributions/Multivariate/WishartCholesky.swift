import Autodiff
import PPL

/// The distribution of the Cholesky factor of a Wishart matrix.
///
///     L Lᵀ ~ Wishart(ν, V),    V = T Tᵀ
///     log p(L) = Σᵢ (ν - 1 - i) log L[i, i] - |T⁻¹ L|² / 2 - ν Σ log T[i, i]
///                + p (1 - ν/2) log 2 - log Γ_p(ν/2),    i = 0, …, p - 1
///
/// - Shape: `degreesOfFreedom` ν is `[...]`, the scale matrix `[..., p, p]`; the leading dimensions broadcast to the
///   batch, the event is `[p, p]`.
/// - Reference: Bartlett (1933), *On the theory of statistical regression*.
public struct WishartCholesky: HasMoments, HasEntropy {
  let wishart: WishartParameters

  /// A batch of distributions given by the scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - scale: The scale matrix V, `[..., p, p]`: the mean of the matrix over ν.
  public init(_ degreesOfFreedom: Tensor, scale: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(covariance: scale, named: "scale"))
  }
  /// A batch of distributions given by the inverse of the scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - rate: The inverse of V, `[..., p, p]`.
  public init(_ degreesOfFreedom: Tensor, rate: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(precision: rate, named: "rate"))
  }
  /// A batch of distributions given by the Cholesky factor of the scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - choleskyFactor: The lower triangular factor T of V, `[..., p, p]`.
  public init(_ degreesOfFreedom: Tensor, choleskyFactor: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(choleskyFactor: choleskyFactor))
  }

  init(
    _ degreesOfFreedom: Tensor, _ scale: CovarianceFactor, named family: String = "WishartCholesky"
  ) {
    wishart = WishartParameters(family, degreesOfFreedom, scale)
  }

  /// The degrees of freedom ν, the number of normal vectors in the scatter; any number above p - 1, batch shape.
  public var degreesOfFreedom: Tensor { wishart.degreesOfFreedom }
  public var parameters: [Parameter] { wishart.parameters }
  public var support: Support { .lowerCholesky }
  public var batchShape: [Int] { wishart.batchShape }
  public var eventShape: [Int] { [wishart.size, wishart.size] }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    matmul(wishart.factor, bartlettFactor(degrees, shape: shape + batchShape, key: key))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    // T⁻¹ L is Bartlett's factor; row i of the product with T has i + 1 elements that scale with T[i, i].
    let logJacobian = ((wishart.rows + 1) * log(wishart.factor.diagonal())).sum(along: [-1])
    return onSupport(support, x) { L in
      let lower = L.lowerTriangle()
      let latent = triangularSolve(wishart.factor, lower)
      // Elements above the diagonal are 0; their slopes are those of |T⁻¹ L|² / 2, as in NumPyro.
      let above = (latent * triangularSolve(wishart.factor, L - lower)).sum(along: [-2, -1])
      return logBartlettDensity(latent, degreesOfFreedom: degrees) - above - logJacobian
    }
  }

  public var mean: Tensor {
    (wishart.factor * meanDiagonal.expandingDimension(at: -2)).broadcast(to: wishart.shape)
  }

  /// The variance of each entry. Those of Bartlett's factor are 1 below its diagonal and those of `√χ²` on it.
  public var variance: Tensor {
    let p = wishart.size
    let curvature = gammaCurvature(0, 0.5 * degrees, step: 0.5)
    let diagonal = square(meanDiagonal) * expm1(0.25 * curvature)
    let below = Tensor.ones([p, p]).lowerTriangle() - .identity(p)
    let variance = matmul(square(wishart.factor), below + diagonal.diagonalMatrix())
    return variance.broadcast(to: wishart.shape)
  }

  /// The entropy in nats: that of the matrix less the mean logarithm of the Jacobian `2^p ∏ L[i, i]^(p - i)`.
  public var entropy: Tensor {
    let logDiagonal =
      log(wishart.factor.diagonal()) + 0.5 * (digamma(0.5 * degrees) + Tensor(Constant.logTwo))
    let logJacobian =
      wishart.p * Tensor(Constant.logTwo)
      + ((wishart.p - wishart.rows) * logDiagonal).sum(along: [-1])
    return (Wishart(self).entropy - logJacobian).broadcast(to: batchShape)
  }

  /// The means `E √χ²` of ν, ν - 1, … degrees of freedom; `[..., p]`.
  private var meanDiagonal: Tensor {
    Tensor(2.0.squareRoot()) * gammaRatio(0.5 * degrees, step: 0.5)
  }

  /// The degrees of freedom of the squared diagonal of Bartlett's factor: ν, ν - 1, …, batch + `[p]`.
  private var degrees: Tensor { wishart.rowwise - wishart.rows }
}
