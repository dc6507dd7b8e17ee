import Autodiff
import PPL

/// The distribution of the Cholesky factor of an inverse Wishart matrix.
///
///     L Lᵀ ~ InverseWishart(ν, Ψ),    Ψ = T Tᵀ
///     log p(L) = -Σᵢ (ν + 1 + i) log L[i, i] - |L⁻¹ T|² / 2 + ν Σ log T[i, i]
///                + p (1 - ν/2) log 2 - log Γ_p(ν/2),    i = 0, …, p - 1
///
/// A draw is `T A⁻¹` with Bartlett's factor A of ν - p + 1, …, ν degrees of freedom.
///
/// - Shape: `degreesOfFreedom` ν is `[...]`, the scale matrix `[..., p, p]`; the leading dimensions broadcast to the
///   batch, the event is `[p, p]`.
/// - Note: `mean` and `variance` are those of the factor; NumPyro's `mean` is the factor of the mean matrix.
public struct InverseWishartCholesky: HasMoments, HasEntropy {
  let wishart: WishartParameters

  /// A batch of distributions given by the scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - scale: The scale matrix Ψ, `[..., p, p]`: the mean of the matrix times ν - p - 1.
  public init(_ degreesOfFreedom: Tensor, scale: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(covariance: scale, named: "scale"))
  }
  /// A batch of distributions given by the inverse of the scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - rate: The inverse of Ψ, `[..., p, p]`.
  public init(_ degreesOfFreedom: Tensor, rate: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(precision: rate, named: "rate"))
  }
  /// A batch of distributions given by the Cholesky factor of the scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - choleskyFactor: The lower triangular factor T of Ψ, `[..., p, p]`.
  public init(_ degreesOfFreedom: Tensor, choleskyFactor: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(choleskyFactor: choleskyFactor))
  }

  init(
    _ degreesOfFreedom: Tensor, _ scale: CovarianceFactor,
    named family: String = "InverseWishartCholesky"
  ) {
    wishart = WishartParameters(family, degreesOfFreedom, scale)
  }

  /// The degrees of freedom ν > p - 1 of the Wishart distribution of the inverse; batch shape.
  public var degreesOfFreedom: Tensor { wishart.degreesOfFreedom }
  public var parameters: [Parameter] { wishart.parameters }
  public var support: Support { .lowerCholesky }
  public var batchShape: [Int] { wishart.batchShape }
  public var eventShape: [Int] { [wishart.size, wishart.size] }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let latent = bartlettFactor(degrees, shape: shape + batchShape, key: key)
    return matmul(wishart.factor, triangularSolve(latent, .identity(wishart.size)))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    // Bartlett's factor is L⁻¹ T.
    let scales = ((wishart.p - wishart.rows) * log(wishart.factor.diagonal())).sum(along: [-1])
    return onSupport(support, x) { L in
      let latent = triangularSolve(L, wishart.factor)
      let logJacobian = scales - (wishart.p + 1) * log(L.diagonal()).sum(along: [-1])
      return logBartlettDensity(latent, degreesOfFreedom: degrees) + logJacobian
    }
  }

  /// The mean of the factor; not a number unless ν > p.
  ///
  /// The entries of A⁻¹ below its diagonal have mean zero, because the signs of the normal entries are symmetric.
  public var mean: Tensor {
    let mean = wishart.factor * meanInverse.expandingDimension(at: -2)
    let exists = (degreesOfFreedom .> wishart.p).withEventAxes(2)
    return select(exists, mean, Tensor(.nan)).broadcast(to: wishart.shape)
  }

  /// The variance of each entry; not a number unless ν > p + 1.
  ///
  /// With `eᵢ = E[1 / A[i, i]²] = 1 / (ν - p - 1 + i)`, row by row of the forward substitution,
  /// `E[A⁻¹[i, j]²] = eᵢ eⱼ ∏ₖ (1 + eₖ)`, j < k < i.
  public var variance: Tensor {
    let p = wishart.size
    let exists = (degreesOfFreedom .> wishart.p + 1).withEventAxes(1)
    let e = reciprocal(select(exists, degrees - 2, Tensor(.nan)))
    let logs = log1p(e)
    let upTo = logs.cumulativeSum()
    let between = exp((upTo - logs).expandingDimension(at: -1) - upTo.expandingDimension(at: -2))
    let isBelow = Tensor.ones([p, p]).lowerTriangle() - .identity(p)
    let curvature = gammaCurvature(0, 0.5 * select(exists, degrees, 3), step: -0.5)
    let spread = square(meanInverse) * expm1(0.25 * curvature)
    let diagonal = select(exists, spread, Tensor(.nan))
    let variances = select(isBelow, outerProduct(e) * between, 0) + diagonal.diagonalMatrix()
    return matmul(square(wishart.factor), variances).broadcast(to: wishart.shape)
  }

  /// The means `E[1 / A[i, i]] = Γ((d - 1) / 2) / (√2 Γ(d / 2))`, d the degrees of freedom; not a number for d ≤ 1.
  private var meanInverse: Tensor {
    let exists = degrees .> 1
    let ratio = gammaRatio(0.5 * (select(exists, degrees, 2) - 1), step: 0.5)
    return Tensor(0.5.squareRoot()) / select(exists, ratio, Tensor(.nan))
  }

  /// The entropy in nats: that of the matrix less the mean logarithm of the Jacobian `2^p ∏ L[i, i]^(p - i)`.
  public var entropy: Tensor {
    let logDiagonal =
      log(wishart.factor.diagonal()) - 0.5 * (digamma(0.5 * degrees) + Tensor(Constant.logTwo))
    let logJacobian =
      wishart.p * Tensor(Constant.logTwo)
      + ((wishart.p - wishart.rows) * logDiagonal).sum(along: [-1])
    return (InverseWishart(self).entropy - logJacobian).broadcast(to: batchShape)
  }

  /// The degrees of freedom ν - p + 1, …, ν of the diagonal; `[..., p]`.
  private var degrees: Tensor { wishart.rowwise - wishart.p + 1 + wishart.rows }
}
