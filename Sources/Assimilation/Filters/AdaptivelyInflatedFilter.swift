import Autodiff
import LinearAlgebra

/// An ensemble filter with adaptive inflation: the forecast ensemble is inflated before the analysis by factors that are
/// estimated from the innovations, with a scalar Kalman filter in time at each point.
///
///     Δ_o = (sum_j ρ_j d_j² / r_j - p) / sum_j ρ_j b_j / r_j,    p = sum_j ρ_j
///     v_o = 2 / p (Δ sum_j ρ_j b_j / r_j + p)² / (sum_j ρ_j b_j / r_j)²
///     Δ becomes (v_o Δ + v Δ_o) / (v_o + v)
///
/// b_j is the variance of the forecast ensemble at observation j without inflation, d_j the innovation, r_j the error
/// variance, and ρ_j the taper of its distance; without a taper all points have one factor of all observations. The factor of
/// variances Δ of this analysis comes from earlier ones.
///
/// - Reference: Miyoshi (2011), *The Gaussian approach to adaptive covariance inflation and its implementation with the local
///   ensemble transform Kalman filter*, eqs. (6)-(12).
public struct AdaptivelyInflatedFilter<Base: EnsembleFilter>: Filter {
  /// The filter of the analyses; its own inflation, which multiplies the others, is usually 1.
  public let base: Base
  /// The standard deviation of the factor Δ before each analysis, the square root of v.
  public let uncertainty: Double
  /// The inflation of deviations at the start, the square root of the first Δ.
  public let initialInflation: Double
  /// The taper ρ of observations by distance, with its grid; nil for one factor.
  private let taper: Localization?

  /// A filter with one factor for all points, estimated from all observations.
  ///
  /// - Parameters:
  ///   - base: The filter of the analyses.
  ///   - uncertainty: The standard deviation of the factor before each analysis, which decides how fast it changes.
  ///   - initialInflation: The inflation of deviations at the start.
  public init(_ base: Base, uncertainty: Double = 0.04, initialInflation: Double = 1) {
    (self.base, self.uncertainty) = (base, uncertainty)
    (self.initialInflation, taper) = (initialInflation, nil)
  }

  /// A filter with a factor for each point, estimated from the observations around it.
  ///
  /// - Parameters:
  ///   - base: The filter of the analyses.
  ///   - uncertainty: The standard deviation of a factor before each analysis, which decides how fast it changes.
  ///   - initialInflation: The inflation of deviations at the start.
  ///   - taper: The weight of an observation by its distance.
  ///   - grid: The grid of the points.
  public init(
    _ base: Base, uncertainty: Double = 0.04, initialInflation: Double = 1, taper: Taper,
    on grid: any Grid
  ) {
    (self.base, self.uncertainty) = (base, uncertainty)
    self.initialInflation = initialInflation
    self.taper = Localization(taper, on: grid)
  }

  public var name: String { "\(base.name), adaptive" }
  public var memberCount: Int? { base.memberCount }

  /// Draws the members, with the initial inflation everywhere.
  ///
  /// - Throws: As the other filter; `FilterError.inflation`, and `FilterError.setting` for an uncertainty that is negative.
  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    try FilterError.check(inflation: initialInflation, of: name)
    try FilterError.check(
      "uncertainty", uncertainty, uncertainty >= 0 && uncertainty.isFinite,
      "finite and not negative", of: name)
    var state = try base.start(initial, key: key)
    state.inflation = state.estimate.map { _ in initialInflation * initialInflation }
    return state
  }

  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    try base.forecast(&state, with: model, to: step, key: key)
  }

  /// Inflates the members, assimilates by the other filter, and updates the factors for the next analysis.
  ///
  /// - Throws: What the other filter throws; `AnalysisError.exactObservation`; `FilterError.missing` for a state of another
  ///   filter.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    let seen = try observations.distinct(pointCount: state.estimate.count)
    guard seen.count > 0 else { return nil }
    guard let factors = state.inflation else { throw FilterError.missing("inflation") }
    guard var members = state.ensemble else { throw FilterError.missing("ensemble") }
    try seen.requireErrors()
    let statistics = InnovationStatistics(of: state.estimate, members.columnVariances, seen)
    members.shiftRows(from: state.estimate, to: state.estimate.map { _ in 0 })
    members.scaleColumns(by: factors.map { $0.squareRoot() })
    members.shiftRows(from: state.estimate.map { _ in 0 }, to: state.estimate)
    var inflated = state
    inflated.ensemble = members
    let innovations = try base.analyse(&inflated, seen, key: key)
    inflated.inflation = try updated(factors, statistics, seen)
    state = inflated
    return innovations
  }

  private func updated(
    _ factors: [Double], _ statistics: InnovationStatistics, _ seen: Observations
  ) throws -> [Double] {
    guard let taper else {
      let ones = Array(repeating: 1.0, count: seen.count)
      let factor = statistics.updated(factors[0], ones, uncertainty)
      return factors.map { _ in factor }
    }
    try AnalysisError.check(
      "the taper of the inflation", points: taper.pointCount, expected: factors.count)
    let weights = taper.correlations.rows(at: seen.points)  // [p, n]
    return factors.indices.map { point in
      statistics.updated(
        factors[point], (0..<seen.count).map { weights[$0, point] }, uncertainty)
    }
  }

  /// The covariance of innovations, with the B of the members inflated.
  public func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix? {
    guard let factors = state.inflation, var members = state.ensemble else { return nil }
    let zero = state.estimate.map { _ in 0.0 }
    members.shiftRows(from: state.estimate, to: zero)
    members.scaleColumns(by: factors.map { $0.squareRoot() })
    members.shiftRows(from: zero, to: state.estimate)
    return base.innovationCovariance(
      of: FilterState(estimate: state.estimate, ensemble: members), points: points,
      variances: variances)
  }
}

/// The squares of innovations and the ensemble's variances at the observations, over the error variances, `[p]` each.
private struct InnovationStatistics {
  let squares, variances: [Double]

  init(of state: [Double], _ fieldVariances: [Double], _ seen: Observations) {
    let innovations = seen.innovations(from: state)
    squares = innovations.indices.map { innovations[$0] * innovations[$0] / seen.variances[$0] }
    variances = seen.points.indices.map { fieldVariances[seen.points[$0]] / seen.variances[$0] }
  }

  /// The factor of variances after an analysis with these weights of the observations.
  func updated(_ factor: Double, _ weights: [Double], _ uncertainty: Double) -> Double {
    var (count, square, variance) = (0.0, 0.0, 0.0)
    for (k, weight) in weights.enumerated() {
      count += weight
      square += weight * squares[k]
      variance += weight * variances[k]
    }
    // Observations far away, or of certain points, say nothing.
    guard count > 0, variance > 0 else { return factor }
    let observed = (square - count) / variance
    let root = (factor * variance + count) / variance
    let error = 2 / count * root * root
    let prior = uncertainty * uncertainty
    let result = (error * factor + prior * observed) / (error + prior)
    // Estimates from few observations can be negative.
    return max(result, 0.01)
  }
}
