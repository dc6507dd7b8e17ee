/// The points of the hyperparameters at which a nested Laplace approximation is computed.
///
/// All are placed in coordinates along the eigenvectors of the Hessian at the mode of p(θ | y), with a scale for each side of
/// each axis.
public enum HyperparameterExploration: Sendable, Equatable {
  /// Points of a product of split Student t distributions, from a randomly shifted lattice, with Pareto smoothed importance
  /// weights: exact for the marginal density as their number grows, with a k-hat.
  case importance(points: Int = 512)
  /// Points with fixed weights, as INLA has them: a grid for one or two hyperparameters, a central composite design for more.
  ///
  /// Draws of the hyperparameters then lie on these points; means and deviations are right, quantiles coarse.
  ///
  /// - Reference: Rue, Martino and Chopin (2009), *Approximate Bayesian inference for latent Gaussian models by using
  ///   integrated nested Laplace approximations*, §6.5.
  case quadrature

  /// The name in settings.
  var name: String {
    switch self {
    case .importance: "importance"
    case .quadrature: "quadrature"
    }
  }

  /// Checks the number of points.
  ///
  /// - Throws: `InferenceError.argument` unless it is from 25 to 1,000,000, since fewer have no k-hat.
  func validate() throws(InferenceError) {
    guard case .importance(let points) = self else { return }
    try demand(
      (25...1_000_000).contains(points), of: "NestedLaplace", "points is \(points)",
      "must be from 25 to 1000000")
  }
}

/// A point of an exploration: its coordinates w, and the logarithm of the volume in w that it stands for.
struct ExplorationPoint: Sendable {
  let w: [Double]
  let logVolume: Double
}
