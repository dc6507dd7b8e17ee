import Distributions
import PPL

/// The normal law whose mode and curvature are those of the posterior on unconstrained space.
///
/// The fit finds the mode, `auto_loc`; it has no noise, so `SVI.minimized(by:key:)` is the quickest way. Draws and
/// quantiles come from the normal law with that mean and with the inverse of the Hessian of `-log p` there.
///
/// - Throws: Draws and quantiles throw `InferenceError.notAMode` where the Hessian is not positive definite.
/// - Complexity: *n* products with the Hessian and O(*n*³) for each call that draws.
/// - Reference: MacKay (2003), *Information Theory, Inference, and Learning Algorithms*, ch. 27; as NumPyro's
///   `AutoLaplaceApproximation`.
public struct AutoLaplaceApproximation: Guide {
  let model: Model<Void>
  let initialization: Initialization
  let prefix: String

  /// - Parameters:
  ///   - model: The model whose latent sites it approximates.
  ///   - initialization: Where the search for the mode starts.
  ///   - prefix: What the names of the guide's parameters begin with.
  public init(
    _ model: Model<some Sendable>, initialization: Initialization = .uniform(),
    prefix: String = "auto"
  ) {
    self.model = Model { p in _ = model(&p) }
    (self.initialization, self.prefix) = (initialization, prefix)
  }

  public func prepared(key: RandomKey) throws -> any PreparedGuide {
    try JointGuide(Family(), model, initialization, prefix: prefix, key: key)
  }

  struct Family: JointFamily {
    var name: String { "AutoLaplaceApproximation" }

    func law(_ p: inout Context, start: Tensor, prefix: String) -> any Distribution {
      Delta(p.parameter("\(prefix)_loc", initially: start), eventRank: 1)
    }

    func posterior(
      _ law: any Distribution, of logJoint: LogJoint, _ vector: LatentVector
    ) throws -> any Distribution & HasMoments {
      let mode = law.sample([], key: RandomKey(0))
      let precision = try throwingMistakesAsErrors {
        try -hessian(at: mode) { x in
          let values = vector.split(x).map { ($0.site.name, $0.value) }
          return try logJoint(Dictionary(uniqueKeysWithValues: values))
        }
      }
      let factor = cholesky(precision)
      guard isFinite(factor).all().scalar == 1 else { throw InferenceError.notAMode }
      // P = R Rᵀ gives the covariance R⁻ᵀ R⁻¹, whose own lower factor belongs to the law.
      let inverse = triangularSolve(factor, Tensor.identity(mode.count))
      return MultivariateNormal(mode, covariance: matmul(inverse.transposed(), inverse))
    }

    /// The matrix of second derivatives, a column a product with a unit vector.
    private func hessian(
      at x: Tensor, of f: @Sendable (Tensor) throws -> Tensor
    ) throws -> Tensor {
      let product = try Program(
        recording: { inputs in
          let direction = inputs[1]
          let slope = try valueWithGradient(
            of: { inner in
              let gradient = try valueWithGradient(of: { try f($0[0]) }, at: inner).gradient[0]
              return (gradient * direction).sum()
            }, at: [inputs[0]])
          return slope.gradient
        }, on: [x, x])
      let identity = Tensor.identity(x.count)
      let columns = (0..<x.count).map { product([x, identity[.at($0)]])[0] }
      let matrix = stack(columns)
      return 0.5 * (matrix + matrix.transposed())
    }
  }
}
