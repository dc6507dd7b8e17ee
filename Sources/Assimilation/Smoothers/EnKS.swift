import Autodiff
import LinearAlgebra

/// The ensemble Kalman smoother (EnKS) with a fixed lag: an ensemble filter whose analyses also update the states at the last
/// analysis times, by their covariances with the forecast.
///
///     x̄_s += X_sᵀ w,    X_s becomes T X_s
///
/// with the weights w and the transform T of the filter's analysis, for the state at each time s in the window. Inflation is
/// applied to the present only; rotations are applied to all times, so that a member stays one trajectory. The present state is
/// that of the filter.
///
/// - Reference: Evensen and van Leeuwen (2000), *An ensemble Kalman smoother for nonlinear dynamics*; Evensen (2009), *Data
///   assimilation: the ensemble Kalman filter*, section 9.5.
public struct EnKS<Base: EnsembleFilter>: Filter {
  /// The filter, without a localization.
  public let base: Base
  /// The number of later analyses that update a state.
  public let lag: Int

  /// A smoother by this filter, with a lag of at least 1.
  public init(_ base: Base, lag: Int) { (self.base, self.lag) = (base, lag) }

  public var name: String { "EnKS, \(base.name)" }
  public var memberCount: Int? { base.members }

  /// Draws the members.
  ///
  /// - Throws: As the filter; `FilterError.setting` for a lag below 1, and `FilterError.localizedBase`.
  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    try FilterError.check("lag", Double(lag), lag >= 1, "at least 1", of: name)
    guard base.localization == nil else {
      throw FilterError.localizedBase(filter: name, base: base.name)
    }
    var state = try base.start(initial, key: key)
    (state.past, state.smoothed) = ([], [])
    return state
  }

  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    try base.forecast(&state, with: model, to: step, key: key)
  }

  /// Assimilates observations into the present and the earlier states of the window, of which the oldest then leaves it.
  ///
  /// - Throws: What the filter's update throws; `AnalysisError`; `FilterError.missing` for a state of another filter.
  /// - Complexity: That of the filter, for states of lag + 1 times.
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    guard var past = state.past else { throw FilterError.missing("window of earlier states") }
    let seen = try observations.distinct(pointCount: state.estimate.count)
    guard let members = state.ensemble else { throw FilterError.missing("ensemble") }
    try AnalysisError.check(members, "members")
    var innovations: Innovations?
    if seen.count > 0 {
      let n = members.columns
      // The present comes first, so that points of observations stay as they are.
      var all = Ensemble(members: Matrix(sideBySide: [members] + past.compactMap(\.ensemble)))
      try base.update(&all, seen, key: key)
      innovations = Innovations(of: state, base, seen)
      for k in past.indices { past[k].set(all.part(columns: (k + 1) * n..<(k + 2) * n)) }
      let present = all.part(columns: 0..<n)
      state.estimate = present.mean
      state.ensemble = present.members(inflation: base.inflation)
    }
    past.append(
      FilterState(step: state.step, estimate: state.estimate, ensemble: state.ensemble))
    state.smoothed = Array(past.prefix(max(0, past.count - lag)))
    state.past = Array(past.suffix(lag))
    return innovations
  }

  /// The innovation covariance of the filter.
  public func innovationCovariance(
    of state: FilterState, points: [Int], variances: [Double]
  ) -> Matrix? {
    base.innovationCovariance(of: state, points: points, variances: variances)
  }
}

extension FilterState {
  /// Sets the estimate and the members to those of an ensemble.
  mutating func set(_ ensemble: Ensemble) {
    estimate = ensemble.mean
    self.ensemble = ensemble.members()
  }
}

extension Ensemble {
  /// The ensemble of some columns of the state.
  func part(columns: Range<Int>) -> Ensemble {
    Ensemble(mean: Array(mean[columns]), anomalies: anomalies.taking(columns: Array(columns)))
  }

  /// An ensemble with this mean and these deviations.
  init(mean: [Double], anomalies: Matrix) { (self.mean, self.anomalies) = (mean, anomalies) }
}

extension Matrix {
  /// The matrix of these matrices, of as many rows each, side by side.
  init(sideBySide parts: [Matrix]) {
    let rows = parts.first?.rows ?? 0
    var numbers: [Double] = []
    numbers.reserveCapacity(parts.reduce(0) { $0 + $1.rows * $1.columns })
    for row in 0..<rows { for part in parts { numbers += part.row(row) } }
    self.init(rows: rows, columns: parts.reduce(0) { $0 + $1.columns }, numbers)
  }
}
