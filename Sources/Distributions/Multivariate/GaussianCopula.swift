import Autodiff
import PPL
import Preconditions

/// The Gaussian copula: given marginal distributions with the dependence of a multivariate normal.
///
///     x = F⁻¹(Φ(z)),    z ~ Normal(0, R)
///     log p(x) = Σ log f(xᵢ) + log Normal(z; 0, R) - Σ log Normal(zᵢ; 0, 1),    zᵢ = Φ⁻¹(Fᵢ(xᵢ))
///
/// NumPyro's `GaussianCopulaBeta` is `GaussianCopula(Beta(a, b), correlation: R)`.
///
/// - Shape: the last dimension of the batch of `marginal`, `[..., n]`, becomes the event, `[n]`; the correlation is
///   `[..., n, n]`; the leading dimensions broadcast to the batch.
/// - Reference: Song (2000), *Multivariate Dispersion Models Generated from Gaussian Copula*.
public struct GaussianCopula<Marginal: HasQuantiles>: Distribution {
  /// The marginal distribution of each element; its batch is batch + `[n]`.
  public let marginal: Marginal
  public let batchShape: [Int]
  public let eventShape: [Int]
  private let correlation: CovarianceFactor

  /// A batch of Gaussian copulas given by their correlation matrix.
  ///
  /// - Parameters:
  ///   - marginal: The marginal distribution of each element.
  ///   - correlation: The correlation matrix R, `[..., n, n]`.
  public init(_ marginal: Marginal, correlation: Tensor) {
    self.init(
      marginal, CovarianceFactor(covariance: correlation, named: "correlation"),
      .correlationMatrix)
  }

  /// A batch of Gaussian copulas given by the Cholesky factor of their correlation matrix.
  ///
  /// - Parameters:
  ///   - marginal: The marginal distribution of each element.
  ///   - choleskyFactor: The lower triangular factor of R, `[..., n, n]`.
  public init(_ marginal: Marginal, choleskyFactor: Tensor) {
    self.init(marginal, CovarianceFactor(choleskyFactor: choleskyFactor), .correlationCholesky)
  }

  private init(_ marginal: Marginal, _ correlation: CovarianceFactor, _ constraint: Support) {
    holds(
      marginal.eventShape.isEmpty,
      "GaussianCopula: \(marginal.name) has events \(marginal.eventShape), but must be a distribution of numbers."
    )
    let given = correlation.given
    let (batch, sizes) = eventShapes(
      of: "GaussianCopula",
      [("marginal", marginal.batchShape, "n"), (given.name, given.value.shape, "nn")])
    (batchShape, eventShape) = (batch, [sizes["n", default: 0]])
    self.marginal = marginal
    self.correlation = CovarianceFactor(
      given: Parameter(given.name, given.value, constraint), factor: correlation.factor)
  }

  public var parameters: [Parameter] { marginal.parameters + [correlation.given] }
  public var support: Support { .independent(marginal.support, 1) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    marginal.icdf(normalCDF(normal.sample(shape, key: key)))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let z = normalScores(x)
    let independent = -0.5 * square(z) - Tensor(Constant.halfLogTwoPi)
    return marginal.logProb(x).sum(along: [-1]) + normal.logProb(z) - independent.sum(along: [-1])
  }

  /// The normal scores `Φ⁻¹(F(x))` of each element, computed from its smaller tail.
  private func normalScores(_ x: Tensor) -> Tensor {
    let (lower, upper) = (marginal.logCDF(x), marginal.logSurvival(x))
    let isUpper = upper .< lower
    let tail = select(isUpper, upper, lower)
    // As in NumPyro the ends of the support have finite quantiles.
    let isEnd = tail .== Tensor(-.infinity)
    let logTiny = Tensor(Constant.logLeastNormal)
    let z = logNormalQuantile(select(isEnd, logTiny, tail))
    return select(isUpper, -z, z)
  }

  private var normal: MultivariateNormal {
    MultivariateNormal(.zeros(batchShape + eventShape), choleskyFactor: correlation.factor)
  }
}

extension GaussianCopula: HasMoments where Marginal: HasMoments {
  public var mean: Tensor { marginal.mean.broadcast(to: shape) }
  public var variance: Tensor { marginal.variance.broadcast(to: shape) }
}

extension GaussianCopula: HasEntropy where Marginal: HasEntropy {
  /// The entropy in nats: that of the marginals, and `log |R| / 2` for their dependence.
  public var entropy: Tensor {
    let shared = logTriangularDeterminant(correlation.factor)
    return (marginal.entropy.sum(along: [-1]) + shared).broadcast(to: batchShape)
  }
}
