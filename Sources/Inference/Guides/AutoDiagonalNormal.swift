import Distributions
import PPL

/// The mean-field normal guide on unconstrained space, all latent sites in one vector `[n]`.
///
///     x = loc + scale * eps,    eps ~ Normal(0, I)
///
/// The same family as `AutoNormal`, in two parameters: `auto_loc`, `auto_scale`. In preconditioned coordinates `x = mean + T z` it
/// is the normal distribution with covariance T S² Tᵀ for scales S of z: exact for a normal posterior, no mean field of x, and
/// without a factor of its own for each site.
///
/// - Reference: As NumPyro's `AutoDiagonalNormal`.
public struct AutoDiagonalNormal: Guide {
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
  ///   - scale: The starting value of the scales, positive; by default 0.1, and 1 in
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
