import LinearAlgebra
import Preconditions

/// The Kalman gain: the matrix from innovations to the analysis increment.
///
///     K = B Hᵀ C⁻¹,    C = H B Hᵀ + R
///
/// It is applied through the Cholesky factor of C and not formed; `matrix` forms it, for small grids.
///
/// - Complexity: O(p³ / 3) for p observed points, and what the prior needs for its parts.
public struct KalmanGain: Sendable {
  /// The observations, one for each observed point, in the order of points.
  let observations: Observations
  /// The Cholesky factor of the innovation covariance C, `[p, p]`.
  let factor: CholeskyFactor
  private let crossCovariance: CrossCovariance

  /// The covariance B Hᵀ of the grid with the observed points, in one of three representations.
  private enum CrossCovariance {
    case prior(any PriorCovariance)
    /// The rows H B of the covariance, `[p, n]`.
    case rows(Matrix)
    /// The deviations of an ensemble at the observed points over N - 1, `[N, p]`, and everywhere, `[N, n]`.
    case anomalies(observed: Matrix, all: Matrix)
  }

  private init(
    _ crossCovariance: CrossCovariance, observed covariance: consuming Matrix, _ seen: Observations
  ) throws(NotPositiveDefinite) {
    covariance.addToDiagonal(seen.variances)
    factor = try CholeskyFactor(factoring: consume covariance)
    (self.crossCovariance, observations) = (crossCovariance, seen)
  }

  /// The gain of observations against a prior.
  ///
  /// - Throws: As `Observations.analysis(prior:background:)`.
  public init(_ observations: Observations, prior: some PriorCovariance) throws {
    let seen = try observations.distinct(pointCount: prior.pointCount)
    try self.init(.prior(prior), observed: prior.observationCovariance(at: seen.points), seen)
  }

  /// The gain from the rows H B of a covariance at the observed points, `[p, n]`.
  init(rows: Matrix, _ seen: Observations) throws(NotPositiveDefinite) {
    try self.init(.rows(rows), observed: rows.taking(columns: seen.points), seen)
  }

  /// The gain from the covariance of an ensemble, B = S o Xᵀ X / (N - 1), with S the taper of a localization, or 1.
  ///
  /// - Parameters:
  ///   - X: The deviations of the members from their mean, `[N, n]`.
  ///   - seen: The observations, one for each observed point.
  ///   - localization: The taper S.
  /// - Throws: `AnalysisError.wrappingTaper` for a localization that is not a covariance, `FilterError.localization` where
  ///   this shows in C only; `FilterError.tooManyExact` for more exact observations than the ensemble has directions;
  ///   `NotPositiveDefinite` for any other C without a Cholesky factor.
  init(anomalies X: Matrix, _ seen: Observations, _ localization: Localization?) throws {
    try localization?.checkIsCovariance()
    let exact = seen.variances.count { $0 == 0 }
    // Rounding would hide that C is singular.
    if localization == nil, exact > X.rows - 1 {
      throw FilterError.tooManyExact(count: exact, directions: X.rows - 1)
    }
    var observed = X.taking(columns: seen.points)
    let scale = 1 / Double(X.rows - 1)
    var covariance = Matrix.product(observed, observed, transposingFirst: true)
    covariance.scale(by: scale)
    observed.scale(by: scale)
    guard let localization else {
      try self.init(.anomalies(observed: observed, all: X), observed: consume covariance, seen)
      return
    }
    let taper = localization.correlations.rows(at: seen.points)
    covariance.multiplyElements(by: taper.taking(columns: seen.points))
    var rows = Matrix.product(observed, X, transposingFirst: true)
    rows.multiplyElements(by: taper)
    do throws(NotPositiveDefinite) {
      try self.init(.rows(rows), observed: consume covariance, seen)
    } catch {
      // A product of covariances, and R, have a factor.
      if exact == 0 { throw FilterError.localization(order: error.order, count: error.size) }
      throw error
    }
  }

  /// The innovations of a state, y - H x, with the covariance C of this gain.
  func innovations(from state: [Double]) -> Innovations {
    Innovations(observations, from: state, factor: factor)
  }

  /// The increment K d of a state for innovations d, `[n]`.
  func increment(for innovations: [Double]) -> [Double] {
    let weights = factor.solving(innovations)
    return switch crossCovariance {
    case .prior(let prior): prior.applyCrossCovariance(weights, from: observations.points)
    case .rows(let rows): rows.transposeMultiplied(by: weights)
    case .anomalies(let observed, let all):
      all.transposeMultiplied(by: observed.multiplied(by: weights))
    }
  }

  /// Adds `scale K d` to each row of `states`, `[N, n]`, for the d in the rows of `innovations`, `[N, p]`.
  func add(_ innovations: consuming Matrix, to states: inout Matrix, scaledBy scale: Double = 1) {
    var weights = innovations
    factor.solve(rows: &weights)
    switch crossCovariance {
    case .prior(let prior):
      states.accumulate(weights, prior.rows(at: observations.points), scaledBy: scale)
    case .rows(let rows): states.accumulate(weights, rows, scaledBy: scale)
    case .anomalies(let observed, let all):
      let ofMembers = Matrix.product(weights, observed, transposingSecond: true)
      states.accumulate(ofMembers, all, scaledBy: scale)
    }
  }

  /// Adds `K d` to a state, by the same products as for a row of `states`.
  func add(_ innovation: [Double], to state: inout [Double]) {
    var row = Matrix(rows: 1, columns: state.count, state)
    add(Matrix(rows: 1, columns: innovation.count, innovation), to: &row)
    state = row.scalars
  }
}

extension KalmanGain {
  /// The observed points, each once, `[p]`.
  public var points: [Int] { observations.points }

  /// The variances of the observations' errors, `[p]`.
  public var variances: [Double] { observations.variances }

  /// The gain K as a matrix, `[n, p]`.
  ///
  /// - Complexity: O(*n p²*) at each call.
  public var matrix: Matrix {
    var columns =
      switch crossCovariance {
      case .prior(let prior): prior.block(rows: Array(0..<prior.pointCount), columns: points)
      case .rows(let rows): rows.transposed()
      case .anomalies(let observed, let all):
        Matrix.product(all, observed, transposingFirst: true)
      }
    factor.solve(rows: &columns)
    return columns
  }

  /// The covariance of the analysis error, for background errors with the covariance `truth` instead of the gain's own prior.
  ///
  ///     A = (I - K H) B (I - K H)ᵀ + K R Kᵀ
  ///
  /// Its trace over n is a score without the noise of a single analysis.
  ///
  /// - Parameter truth: The covariance B of the background error, `[n, n]`.
  /// - Precondition: `truth` is `[n, n]` and symmetric.
  /// - Complexity: O(*n² p*) time; `[n, n]` memory.
  /// - Reference: `lsef.md` 8.4; Joseph's form.
  public func errorCovariance(truth: Matrix) -> Matrix {
    let matrix = matrix
    require(
      truth.rows == matrix.rows && truth.columns == matrix.rows,
      "KalmanGain: \(truth.rows) x \(truth.columns) for \(matrix.rows) points.")
    var result = truth
    result.reduce(by: matrix, observed: truth.taking(rows: points), observations)
    return result
  }
}
