import Autodiff
import PPL

/// The Wishart distribution of the scatter matrix of ν normal vectors of covariance V, the conjugate prior of a
/// precision matrix.
///
///     log p(X) = (ν - p - 1) / 2 log |X| - tr(V⁻¹ X) / 2 - ν/2 log |V| - ν p/2 log 2 - log Γ_p(ν/2)
///
/// Draws are made from the Cholesky factor, `WishartCholesky`, which is the better latent variable: it needs no
/// factorisation.
///
/// - Shape: `degreesOfFreedom` ν > p - 1 is `[...]`, the scale matrix V `[..., p, p]`; the leading
///   dimensions broadcast to the batch, the event is `[p, p]`.
/// - Reference: Muirhead (1982), *Aspects of Multivariate Statistical Theory*, §3.2.
public struct Wishart: TransformedFamily, HasMoments, HasEntropy {
  public let transformed: Transformed
  private let wishart: WishartParameters

  /// A batch of Wishart distributions given by their scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - scale: The scale matrix V, `[..., p, p]`: the mean over ν.
  public init(_ degreesOfFreedom: Tensor, scale: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(covariance: scale, named: "scale"))
  }
  /// A batch of Wishart distributions given by the inverse of their scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - rate: The inverse of V, `[..., p, p]`.
  public init(_ degreesOfFreedom: Tensor, rate: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(precision: rate, named: "rate"))
  }
  /// A batch of Wishart distributions given by the Cholesky factor of their scale matrix.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: The degrees of freedom ν > p - 1; batch shape.
  ///   - choleskyFactor: The lower triangular factor of V, `[..., p, p]`.
  public init(_ degreesOfFreedom: Tensor, choleskyFactor: Tensor) {
    self.init(degreesOfFreedom, CovarianceFactor(choleskyFactor: choleskyFactor))
  }

  private init(_ degreesOfFreedom: Tensor, _ scale: CovarianceFactor) {
    self.init(WishartCholesky(degreesOfFreedom, scale, named: "Wishart"))
  }
  init(_ factor: WishartCholesky) {
    wishart = factor.wishart
    transformed = Transformed(factor, GramTransform(), onto: .positiveDefinite)
  }

  /// The degrees of freedom ν, the number of normal vectors in the scatter; any number above p - 1, batch shape.
  public var degreesOfFreedom: Tensor { wishart.degreesOfFreedom }

  public var mean: Tensor {
    (degreesOfFreedom.withEventAxes(2) * wishart.scale).broadcast(to: wishart.shape)
  }
  public var variance: Tensor {
    let V = wishart.scale
    let products = outerProduct(V.diagonal())
    let variance = degreesOfFreedom.withEventAxes(2) * (square(V) + products)
    return variance.broadcast(to: wishart.shape)
  }
  public var entropy: Tensor {
    let p = wishart.p
    let logVolume = (p + 1) * (wishart.logDeterminant + 0.5 * p * Tensor(Constant.logTwo))
    let digammas = 0.5 * (p + 1 - wishart.rows) * digamma(wishart.halves)
    let entropy = logVolume + wishart.entropyOfGammas + digammas.sum(along: [-1])
    return entropy.broadcast(to: batchShape)
  }
}

/// The outer product `d dᵀ` for each vector, `[..., p]` to `[..., p, p]`.
func outerProduct(_ d: Tensor) -> Tensor {
  d.expandingDimension(at: -1) * d.expandingDimension(at: -2)
}
