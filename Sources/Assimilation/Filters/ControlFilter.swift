import Autodiff
import LinearAlgebra
import Preconditions

/// An ensemble filter with a control forecast: the estimate is a forecast without noise, whose error covariance the ensemble
/// estimates.
///
///     x_f = F x_a,    x_f^e = F (x_a^e + noise)
///     e = inflation (x_f^e - x_f),    B = prior(e),    K = B Hᵀ (H B Hᵀ + R)⁻¹
///     x_a = x_f + K (y - H x_f),    x_a^e = x_f + e + K (y + eta^e - H (x_f + e)),    eta ~ N(0, R)
///
/// Members affect the control through B only. In a linear model the control is better than the mean of few members.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), eqs. (60) and (63); perturbed observations after Burgers, van Leeuwen and
///   Evensen (1998), *Analysis scheme in the ensemble Kalman filter*.
public struct ControlFilter<Prior: PriorCovariance>: Filter {
  public let name: String
  /// The prior covariance of the forecast's errors.
  public let prior: Prior
  /// The ensemble size N.
  public let members: Int
  /// The factor of perturbations before each analysis.
  public let inflation: Double

  /// A filter with this prior covariance.
  ///
  /// - Precondition: There are members, unless the prior needs none.
  public init(_ name: String, prior: Prior, members: Int, inflation: Double = 1) {
    require(
      members >= (prior.usesEnsemble ? 1 : 0), "\(name): \(members) members.")
    (self.name, self.prior) = (name, prior)
    (self.members, self.inflation) = (members, inflation)
  }

  public var memberCount: Int? { members }

  /// The state with the control at the mean of the initial distribution, and members drawn from it.
  ///
  /// - Throws: `FilterError.inflation` for an inflation that is not positive and finite.
  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    try FilterError.check(inflation: inflation, of: name)
    return FilterState(
      estimate: initial.mean, ensemble: members > 0 ? initial.draws(members, key) : nil)
  }

  /// Advances the control without model errors, and the members with errors of their own.
  ///
  /// - Throws: `FilterError.notFinite` for a state that has left the finite numbers.
  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    let start = state.step
    try state.advanceEstimate(with: model, to: step)
    // Out of the state, so that it can be changed in place.
    if var ensemble = state.ensemble.take() {
      try model.advance(&ensemble, from: start, to: step, noise: key)
      state.ensemble = ensemble
    }
    try state.checkFinite(name)
  }

  /// Assimilates observations into the control, and perturbed observations into the members.
  ///
  /// - Throws: `AnalysisError` for points that the model lacks; `FilterError` for a state that is not finite or has
  ///   other members; `NotPositiveDefinite` if H B Hᵀ + R has no Cholesky factor; what the prior throws.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    let seen = try observations.distinct(pointCount: state.estimate.count)
    guard seen.count > 0 else { return nil }
    guard members == 0 || state.ensemble?.rows == members else {
      throw FilterError.missing("ensemble of \(members) members")
    }
    try state.checkFinite(name)
    var ensemble = perturbations(of: state)
    // B is released here, so that the perturbations can be changed in place.
    let rows = try prior.estimated(from: ensemble).rows(at: seen.points)
    let K = try KalmanGain(rows: rows, seen)
    let innovations = K.innovations(from: state.estimate)
    if members > 0 {
      let differences = perturbed(innovations.values, seen, ensemble, key)
      ensemble.shiftRows(
        from: Array(repeating: 0, count: ensemble.columns), to: state.estimate)
      K.add(differences, to: &ensemble)
      state.ensemble = ensemble
    }
    let increment = K.increment(for: innovations.values)
    for i in increment.indices { state.estimate[i] += increment[i] }
    return innovations
  }

  /// The differences y + eta - H (x_f + e), `[N, p]`, from the innovations y - H x_f.
  private func perturbed(
    _ innovations: [Double], _ seen: Observations, _ perturbations: Matrix, _ key: RandomKey
  ) -> Matrix {
    let errors = Matrix(
      rows: members, columns: seen.count, key.normal([members, seen.count]).scalars)
    var result = perturbations.taking(columns: seen.points)
    result.shiftRows(
      from: Array(repeating: 0, count: seen.count), to: innovations, scaledBy: -1)
    result.add(errors, scalingColumnsBy: seen.variances.map { $0.squareRoot() })
    return result
  }

  /// The inflated perturbations e of the members about the control, `[N, n]`.
  private func perturbations(of state: FilterState) -> Matrix {
    guard var result = state.ensemble else {
      return Matrix(rows: 0, columns: state.estimate.count)
    }
    result.shiftRows(
      from: state.estimate, to: Array(repeating: 0, count: result.columns), scaledBy: inflation)
    return result
  }

  /// The mean square of the members about the control at each point, `[n]`, before inflation; nil without members.
  ///
  /// The diagonal of B differs from it by inflation and prior: see `innovationCovariance(of:points:variances:)`. In `meanB` it
  /// is the spread of members that do not affect the control.
  public func variances(of state: FilterState) -> [Double]? {
    guard let ensemble = state.ensemble else { return nil }
    return ensemble.columnSquares(about: state.estimate)
  }

  /// The innovation covariance H B Hᵀ + R with the B of the next analysis.
  public func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix? {
    guard
      let B = try? prior.estimated(from: perturbations(of: state))
    else { return nil }
    var result = B.rows(at: points).taking(columns: points)
    result.addToDiagonal(variances)
    return result
  }
}

// MARK: Filters by their priors

extension ControlFilter where Prior == LocalizedEnsembleCovariance {
  /// The stochastic EnKF with a control forecast and a localized covariance.
  public static func enKF(
    members: Int, taper: Taper, on grid: any Grid, inflation: Double = 1
  ) -> ControlFilter {
    ControlFilter(
      "EnKF", prior: LocalizedEnsembleCovariance(taper, on: grid), members: members,
      inflation: inflation)
  }
}

extension ControlFilter where Prior == DenseCovariance {
  /// The filter with a static covariance; members, if any, estimate the spread and do not change the control.
  public static func meanB(
    _ covariance: Matrix, members: Int = 0, inflation: Double = 1
  ) -> ControlFilter {
    ControlFilter(
      "Mean-B", prior: DenseCovariance(covariance), members: members, inflation: inflation)
  }
}

extension ControlFilter
where Prior == HybridCovariance<LocalizedEnsembleCovariance, DenseCovariance> {
  /// The hybrid filter with a mixture of the localized covariance of the ensemble and a static one.
  ///
  /// - Parameters:
  ///   - members: The ensemble size N.
  ///   - taper: The taper of the ensemble's covariance.
  ///   - grid: The grid of the points.
  ///   - mean: The static covariance, `[n, n]`.
  ///   - weight: The weight of the ensemble's covariance, in [0, 1].
  ///   - inflation: The factor of perturbations before each analysis.
  public static func hybridB(
    members: Int, taper: Taper, on grid: any Grid, mean: Matrix, weight: Double = 0.5,
    inflation: Double = 1
  ) -> ControlFilter {
    let prior = HybridCovariance(
      mixing: LocalizedEnsembleCovariance(taper, on: grid), DenseCovariance(mean),
      weight: weight)
    return ControlFilter("Hybrid-B", prior: prior, members: members, inflation: inflation)
  }
}
