import Distributions
import PPL

/// The multivariate normal guide with a full covariance, on unconstrained space, all latent sites in one vector `[n]`.
///
///     x = loc + L eps,    eps ~ Normal(0, I)
///
/// The parameters are `auto_loc`, `[n]`, and the factor `auto_scale_tril`, `[n, n]`.
///
/// - Complexity: O(*n*²) parameters and operations a step.
/// - Reference: Kucukelbir et al. (2017), *Automatic differentiation variational inference*, §2.4 (full-rank); names
///   as NumPyro's `AutoMultivariateNormal`.
public struct AutoMultivariateNormal: Guide {
  let model: Model<Void>
  let initialization: Initialization
  let family: Family
  let coordinates: GuideCoordinates
  let prefix: String

  /// A guide of a model.
  ///
  /// - Parameters:
  ///   - model: The model whose latent sites it approximates.
  ///   - initialization: The rule for the starting location.
  ///   - scale: The starting value of the factor's diagonal, positive; it is 0 elsewhere; by default 0.1, and 1 in
  ///     preconditioned coordinates.
  ///   - coordinates: The coordinates in which the guide is fitted, and to which its parameters belong.
  ///   - prefix: The first part of the parameters' names.
  public init(
    _ model: Model<some Sendable>, initialization: Initialization = .uniform(),
    scale: Double? = nil,
    coordinates: GuideCoordinates = .unconstrained, prefix: String = "auto"
  ) {
    self.model = model.discardingOutput
    (self.initialization, self.coordinates, self.prefix) = (initialization, coordinates, prefix)
    family = Family(scale: coordinates.scale(scale))
  }

  public func prepared(key: RandomKey) throws -> any PreparedGuide {
    try coordinates.guide(family, model, initialization, prefix: prefix, key: key)
  }

  struct Family: JointFamily {
    let scale: Double
    var name: String { "AutoMultivariateNormal" }

    func validate(count: Int) throws(InferenceError) { try demandScale(scale, of: name) }

    func distribution(
      _ p: inout Context, start: Tensor, prefix: String
    ) -> any Distribution {
      let loc = p.parameter("\(prefix)_loc", initially: start)
      let factor = p.parameter(
        "\(prefix)_scale_tril", initially: Tensor(scale) * Tensor.identity(start.count),
        in: .scaledUnitLowerCholesky)
      return MultivariateNormal(loc, choleskyFactor: factor)
    }
  }
}
