import PPL

/// A rule for the starting values of the latent sites in a fit or a sampler.
public enum Initialization: Sendable {
  /// A uniform draw on (-radius, radius) for each element in unconstrained space.
  case uniform(radius: Double = 2)
  /// Given values, and uniform draws for the sites that are not named; each name must be that of a site of the guide.
  case values([String: Tensor])
  /// The median of draws from the prior.
  case median(draws: Int = 15)
  /// The prior mean; the median where a distribution has none.
  case mean
  /// A draw from the prior.
  case sample
  /// The origin of unconstrained space.
  case feasible
}
