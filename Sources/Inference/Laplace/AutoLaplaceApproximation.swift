import Distributions
import PPL

/// The Laplace approximation: the normal distribution at the mode of the posterior on unconstrained space, with the inverse
/// Hessian as its covariance.
///
/// The fit finds the mode, `auto_loc`; its loss has no noise, so that `SVI.minimized(by:key:)` is fastest. Draws and quantiles
/// are those of the normal distribution.
///
/// - Throws: Draws and quantiles throw `InferenceError.notAMode` where the Hessian is not positive definite.
/// - Complexity: *n* products with the Hessian and O(*n*³) for each call that draws.
/// - Reference: MacKay (2003), *Information Theory, Inference, and Learning Algorithms*, ch. 27; as NumPyro's
///   `AutoLaplaceApproximation`.
public struct AutoLaplaceApproximation: Guide {
  let model: Model<Void>
  let initialization: Initialization
  let prefix: String

  /// A guide of a model.
  ///
  /// - Parameters:
  ///   - model: The model whose latent sites it approximates.
  ///   - initialization: The rule for the start of the search for the mode.
  ///   - prefix: The first part of the parameters' names.
  public init(
    _ model: Model<some Sendable>, initialization: Initialization = .uniform(),
    prefix: String = "auto"
  ) {
    self.model = model.discardingOutput
    (self.initialization, self.prefix) = (initialization, prefix)
  }

  public func prepared(key: RandomKey) throws -> any PreparedGuide {
    try JointGuide(Family(), model, initialization, prefix: prefix, key: key)
  }

  struct Family: JointFamily {
    var name: String { "AutoLaplaceApproximation" }

    func distribution(
      _ p: inout Context, start: Tensor, prefix: String
    ) -> any Distribution {
      Delta(p.parameter("\(prefix)_loc", initially: start), eventRank: 1)
    }

    func posterior(
      _ joint: any Distribution, of logJoint: LogJoint
    ) throws -> any Distribution & HasMoments {
      let mode = joint.sample([], key: RandomKey(0))
      let precision = try -HessianProduct(logJoint, at: mode.scalars).matrix()
      let factor = cholesky(precision)
      guard isFinite(factor).all().scalar == 1 else { throw InferenceError.notAMode }
      // P = R Rᵀ gives the covariance R⁻ᵀ R⁻¹, whose own lower factor belongs to the distribution.
      let inverse = triangularSolve(factor, Tensor.identity(mode.count))
      return MultivariateNormal(mode, covariance: matmul(inverse.transposed(), inverse))
    }
  }
}
