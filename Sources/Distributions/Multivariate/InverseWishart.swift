import Autodiff
import PPL

/// The inverse Wishart distribution of covariance matrices, the conjugate prior of a normal covariance.
///
///     log p(X) = ν/2 log |Ψ| - (ν + p + 1) / 2 log |X| - tr(Ψ X⁻¹) / 2 - ν p/2 log 2 - log Γ_p(ν/2)
///
/// Draws are made from the Cholesky factor, `InverseWishartCholesky`, which is the better latent variable.
///
/// - Shape: `degreesOfFreedom` ν > p - 1 is `[...]`, the scale matrix Ψ `[..., p, p]`; the leading
///   dimensions broadcast to the batch, the event is `[p, p]`.
/// - Note: `variance` is that of the reference; NumPyro 0.22 differs off the diagonal.
/// - Reference: Mardia, Kent & Bibby (1979), *Multivariate Analysis*, §3.8; moments: von Rosen
///   (1988), *Moments for the inverted Wishart distribution*.
public struct InverseWishart: TransformedFamily, HasMoments, HasEntropy {
  public let transformed: Transformed
  private let wishart: WishartParameters

  /// A batch of inverse Wishart distributions given by their scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - scale: The scale matrix Ψ, `[..., p, p]`: the mean times ν - p - 1.
  public init(_ degreesOfFreedom: Tensor, scale: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(covariance: scale, named: "scale"))
  }
  /// A batch of inverse Wishart distributions given by the inverse of their scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - rate: The inverse of Ψ, `[..., p, p]`.
  public init(_ degreesOfFreedom: Tensor, rate: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(precision: rate, named: "rate"))
  }
  /// A batch of inverse Wishart distributions given by the Cholesky factor of their scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - choleskyFactor: The lower triangular factor of Ψ, `[..., p, p]`.
  public init(_ degreesOfFreedom: Tensor, choleskyFactor: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(choleskyFactor: choleskyFactor))
  }

  private init(_ degreesOfFreedom: Tensor, _ scale: CovarianceFactor) {
    self.init(InverseWishartCholesky(degreesOfFreedom, scale, named: "InverseWishart"))
  }
  init(_ factor: InverseWishartCholesky) {
    wishart = factor.wishart
    transformed = Transformed(factor, GramTransform(), onto: .positiveDefinite)
  }

  /// The degrees of freedom ν > p - 1 of the Wishart distribution of the inverse; batch shape.
  public var degreesOfFreedom: Tensor { wishart.degreesOfFreedom }
  private var nu: Tensor { degreesOfFreedom.withEventAxes(2) }

  /// The mean matrix; not a number unless ν > p + 1.
  public var mean: Tensor {
    let excess = nu - wishart.p - 1
    let divisor = select(excess .> 0, excess, Tensor(.nan))
    return (wishart.scale / divisor).broadcast(to: wishart.shape)
  }

  /// The variance of each entry; not a number unless ν > p + 3.
  public var variance: Tensor {
    let psi = wishart.scale
    let c = nu - wishart.p
    let numerator = (c + 1) * square(psi) + (c - 1) * outerProduct(psi.diagonal())
    let divisor = c * square(c - 1) * select(c .> 3, c - 3, Tensor(.nan))
    return (numerator / divisor).broadcast(to: wishart.shape)
  }

  public var entropy: Tensor {
    let p = wishart.p
    let logVolume = (p + 1) * (wishart.logDeterminant - 0.5 * p * Tensor(Constant.logTwo))
    let digammas = 0.5 * (p + 1 + wishart.rows) * digamma(wishart.halves)
    let entropy = logVolume + wishart.entropyOfGammas - digammas.sum(along: [-1])
    return entropy.broadcast(to: batchShape)
  }
}
