import Distributions
import PPL

/// The mean-field normal guide on unconstrained space, all latent sites in one vector `[n]`.
///
///     x = loc + scale * eps,    eps ~ Normal(0, I)
///
/// The same family as `AutoNormal`, in two parameters: `auto_loc`, `auto_scale`.
///
/// - Reference: As NumPyro's `AutoDiagonalNormal`.
public struct AutoDiagonalNormal: Guide {
  let model: Model<Void>
  let initialization: Initialization
  let family: Family
  let prefix: String

  /// A guide of a model.
  ///
  /// - Parameters:
  ///   - model: The model whose latent sites it approximates.
  ///   - initialization: The rule for the starting location.
  ///   - scale: The starting value of the scales, positive.
  ///   - prefix: The first part of the parameters' names.
  public init(
    _ model: Model<some Sendable>, initialization: Initialization = .uniform(), scale: Double = 0.1,
    prefix: String = "auto"
  ) {
    self.model = model.discardingOutput
    (self.initialization, family, self.prefix) = (initialization, Family(scale: scale), prefix)
  }

  public func prepared(key: RandomKey) throws -> any PreparedGuide {
    try JointGuide(family, model, initialization, prefix: prefix, key: key)
  }

  struct Family: JointFamily {
    let scale: Double
    var name: String { "AutoDiagonalNormal" }

    func validate(count: Int) throws(InferenceError) { try demandScale(scale, of: name) }

    func distribution(
      _ p: inout Context, start: Tensor, prefix: String
    ) -> any Distribution {
      let loc = p.parameter("\(prefix)_loc", initially: start)
      let scale = p.parameter(
        "\(prefix)_scale", initially: .full(scale, start.shape), in: .softplusPositive)
      return Normal(loc, scale).toEvent(1)
    }
  }
}
