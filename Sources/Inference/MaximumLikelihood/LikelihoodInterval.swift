import LinearAlgebra
import PPL
import Parallel

/// A confidence interval of a quantity, with its maximum likelihood estimate.
public struct LikelihoodInterval: Sendable, Equatable {
  /// The estimate and the ends, in the units of the quantity; an end is infinite where no value is ruled out on its side.
  public let estimate, lower, upper: Double
  /// The confidence level, such as 0.95.
  public let level: Double

  /// The distance between the ends.
  public var width: Double { upper - lower }
}

/// A way to make a confidence interval from a likelihood.
public enum IntervalMethod: Sendable {
  /// The delta method: the estimate with normal quantiles of its standard error, symmetric.
  case delta
  /// The values that a likelihood-ratio test does not reject, which follow the skewness of the likelihood.
  case profile
  /// The quantiles of estimates of this many data sets simulated from the fit.
  case bootstrap(replicates: Int, key: RandomKey)

  /// The bootstrap by a thousand data sets.
  public static var bootstrap: IntervalMethod { .bootstrap(replicates: 1_000, key: RandomKey(0)) }
}

extension MaximumLikelihoodFit {
  /// A confidence interval of a quantity that depends on the parameters.
  ///
  ///     try fit.interval(0.95, by: .profile) { p in GEV(p["mu"], p["sigma"], p["xi"]).returnLevel(period: 100) }
  ///
  /// With `clustered(by:)` the profile is that of the likelihood whose deviance is scaled by the ratio of the variances.
  ///
  /// - Parameters:
  ///   - level: The confidence level, in (0, 1).
  ///   - method: The method of the interval.
  ///   - pool: The threads that share the fits of a bootstrap; no digit depends on them.
  ///   - quantity: The quantity, one number.
  /// - Throws: `InferenceError.argument` for another level, or a quantity that is not one finite number;
  ///   `MaximumLikelihoodError.profile` for an end that is not found; as `bootstrap(replicates:key:pool:)`.
  /// - Complexity: A gradient for `.delta`; some hundred Hessians for `.profile`; a fit for each replicate of a bootstrap.
  /// - Reference: Coles (2001), §2.6.4 and §2.6.6; Efron and Tibshirani (1993), *An Introduction to the Bootstrap*, §13.3;
  ///   Rotnitzky and Jewell (1990), *Hypothesis testing of regression parameters in semiparametric generalized linear models
  ///   for cluster correlated data*, for clusters.
  public func interval(
    _ level: Double = 0.95, by method: IntervalMethod = .delta, pool: WorkPool = .automatic,
    of quantity: @escaping ParameterQuantity
  ) throws -> LikelihoodInterval {
    try interval(level, method, pool, density.logJoint.function(quantity))
  }

  /// A confidence interval of a latent or deterministic site that is one number.
  ///
  /// - Parameters:
  ///   - level: The confidence level, in (0, 1).
  ///   - method: The method of the interval.
  ///   - pool: The threads that share the fits of a bootstrap.
  ///   - site: The name of the site.
  /// - Throws: `InferenceError.unknownSite` for a name that no such site has; else as `interval(_:by:pool:of:)`.
  public func interval(
    _ level: Double = 0.95, by method: IntervalMethod = .delta, pool: WorkPool = .automatic,
    of site: String
  ) throws -> LikelihoodInterval {
    try interval(level, method, pool, density.logJoint.function(ofSite: site))
  }

  /// The estimate and the standard error of each number of a quantity, by the delta method, of the shape of the quantity.
  ///
  /// - Throws: What the quantity throws; `InferenceError.expression` for invalid tensor expressions or an unknown name.
  public func estimate(
    of quantity: @escaping ParameterQuantity
  ) throws -> (value: Tensor, standardError: Tensor) {
    try estimate(density.logJoint.function(quantity))
  }

  /// The estimate and the standard error of each number of a latent or deterministic site, of the shape of the site.
  ///
  /// - Throws: `InferenceError.unknownSite` for a name that no such site has.
  public func estimate(ofSite site: String) throws -> (value: Tensor, standardError: Tensor) {
    try estimate(density.logJoint.function(ofSite: site))
  }

  private func estimate(
    _ f: (Tensor) throws -> Tensor
  ) throws -> (value: Tensor, standardError: Tensor) {
    let jacobian = try Jacobian(of: f, at: approximation.mean)
    let errors = deviations(jacobian.matrix, by: approximation)
    return (
      Tensor(jacobian.value, shape: jacobian.shape), Tensor(errors, shape: jacobian.shape)
    )
  }

  private func interval(
    _ level: Double, _ method: IntervalMethod, _ pool: WorkPool,
    _ f: @escaping @Sendable (Tensor) throws -> Tensor
  ) throws -> LikelihoodInterval {
    let owner = "MaximumLikelihoodFit.interval"
    try demand(
      level > 0 && level < 1, of: owner, "level is \(level)", "must be between 0 and 1")
    let jacobian = try Jacobian(of: f, at: approximation.mean)
    try demand(
      jacobian.value.count == 1, of: owner, "the quantity has shape \(jacobian.shape)",
      "must be one number")
    let estimate = jacobian.value[0]
    let error = deviations(jacobian.matrix, by: approximation)[0]
    try demand(
      estimate.isFinite && error.isFinite, of: owner,
      "the quantity is \(estimate) with standard error \(error)", "must be finite")
    let z = normalQuantile(Tensor(0.5 * (1 + level))).scalar
    var ends = (lower: estimate - z * error, upper: estimate + z * error)
    switch method {
    case .delta: break
    case .profile where error > 0:
      let own = deviations(jacobian.matrix, by: information)[0]
      let profile = try ProfileLikelihood(self, f, estimate: estimate, scale: own)
      ends = try profile.ends(root: z * error / own)
    case .profile: break
    case .bootstrap(let replicates, let key):
      let refits = try bootstrap(replicates: replicates, key: key, pool: pool)
      ends = try refits.quantiles(level, f)
    }
    return LikelihoodInterval(
      estimate: estimate, lower: ends.lower, upper: ends.upper, level: level)
  }
}

/// The standard deviations of linear functions, the rows of a matrix `[m, n]`, of a normal vector.
private func deviations(
  _ matrix: Matrix, by approximation: GaussianApproximation
) -> [Double] {
  let product = Matrix.product(matrix, approximation.factor.dense)
  return (0..<product.rows).map { norm(Array(product.row($0))) }
}
