import Distributions
import PPL

/// The multivariate normal guide with a low-rank plus diagonal covariance, on unconstrained space, all latent sites in one
/// vector `[n]`.
///
///     x = loc + scale * (W f + e),    f ~ Normal(0, I) of size r,  e ~ Normal(0, I) of size n
///
/// It lies between `AutoDiagonalNormal` and `AutoMultivariateNormal`: correlations are those of r common factors. The
/// parameters are `auto_loc`, `[n]`, `auto_cov_factor` W, `[n, r]`, and `auto_scale`, `[n]`. W starts at zero, and the
/// noise of the draws moves it away.
///
/// - Complexity: O(*n r*) parameters, O(*n r*² + *r*³) operations a step.
/// - Reference: Ong, Nott, Smith (2018), *Gaussian variational approximation with a factor covariance structure*;
///   parameters and names as NumPyro's `AutoLowRankMultivariateNormal`.
public struct AutoLowRankMultivariateNormal: Guide {
  let model: Model<Void>
  let initialization: Initialization
  let family: Family
  let coordinates: GuideCoordinates
  let prefix: String

  /// A guide of a model.
  ///
  /// - Parameters:
  ///   - model: The model whose latent sites it approximates.
  ///   - rank: The number of factors r; by default √n, rounded. `prepared(key:)` throws `InferenceError.guideRank` where it
  ///     is not in `1...n`.
  ///   - initialization: The rule for the starting location.
  ///   - scale: The starting value of the scales, positive; by default 0.1, and 1 in
  ///     preconditioned coordinates.
  ///   - coordinates: The coordinates in which the guide is fitted, and to which its parameters belong.
  ///   - prefix: The first part of the parameters' names.
  public init(
    _ model: Model<some Sendable>, rank: Int? = nil, initialization: Initialization = .uniform(),
    scale: Double? = nil, coordinates: GuideCoordinates = .unconstrained, prefix: String = "auto"
  ) {
    self.model = model.discardingOutput
    (self.initialization, self.prefix) = (initialization, prefix)
    family = Family(rank: rank, scale: coordinates.scale(scale))
    self.coordinates = coordinates
  }

  public func prepared(key: RandomKey) throws -> any PreparedGuide {
    try coordinates.guide(family, model, initialization, prefix: prefix, key: key)
  }

  struct Family: JointFamily {
    let rank: Int?
    let scale: Double
    var name: String { "AutoLowRankMultivariateNormal" }

    func validate(count: Int) throws(InferenceError) {
      try demandScale(scale, of: name)
      if let rank, rank < 1 || rank > count { throw .guideRank(rank, count: count) }
    }

    func distribution(
      _ p: inout Context, start: Tensor, prefix: String
    ) -> any Distribution {
      let rank = rank ?? Int(Double(start.count).squareRoot().rounded())
      let loc = p.parameter("\(prefix)_loc", initially: start)
      let factor = p.parameter(
        "\(prefix)_cov_factor", initially: .zeros([start.count, rank]))
      let scale = p.parameter(
        "\(prefix)_scale", initially: .full(scale, start.shape), in: .softplusPositive)
      return LowRankMultivariateNormal(
        loc, factor: factor * scale.expandingDimension(at: 1), diagonal: square(scale))
    }
  }
}
