import LinearAlgebra

/// The Kalman gain of an ensemble's covariance, applied without being formed.
///
///     K = B Hᵀ C⁻¹,    C = H B Hᵀ + R,    B = S o XᵀX / (N - 1)
///
/// X are the members' deviations from their mean, a row each, and S is the taper of a localization, or 1.
struct EnsembleGain {
  /// C.
  private let factor: CholeskyFactor
  private let spreading: Spreading

  /// What takes weights at the observed points to the grid.
  private enum Spreading {
    /// By the deviations at the observed points, over N - 1, and everywhere.
    case members(observed: Matrix, all: Matrix)
    /// By H B, `[points, n]`.
    case covariance(Matrix)
  }

  /// - Throws: `AnalysisError.wrappingTaper` for a localization that is no covariance, `FilterError.localization` for one
  ///   whose fault shows here; `FilterError.tooManyExact` for more exact observations than the ensemble has directions;
  ///   `NotPositiveDefinite` for another C that has no Cholesky factor.
  init(anomalies X: Matrix, _ seen: Observations, _ localization: Localization?) throws {
    try localization?.checkIsCovariance()
    let exact = seen.variances.count { $0 == 0 }
    // Rounding would hide that C is singular.
    if localization == nil, exact > X.rows - 1 {
      throw FilterError.tooManyExact(count: exact, directions: X.rows - 1)
    }
    var observed = X.taking(columns: seen.points)
    let scale = 1 / Double(X.rows - 1)
    var C = Matrix.product(observed, observed, transposingFirst: true)
    C.scale(by: scale)
    observed.scale(by: scale)
    if let localization {
      let taper = localization.rows(seen.points)
      C.multiplyElements(by: taper.taking(columns: seen.points))
      var HB = Matrix.product(observed, X, transposingFirst: true)
      HB.multiplyElements(by: taper)
      spreading = .covariance(HB)
    } else {
      spreading = .members(observed: observed, all: X)
    }
    C.addToDiagonal(seen.variances)
    factor = try Self.factored(consume C, isLocalized: localization != nil && exact == 0)
  }

  private static func factored(_ C: consuming Matrix, isLocalized: Bool) throws -> CholeskyFactor {
    let count = C.rows
    do throws(NotPositiveDefinite) {
      return try CholeskyFactor(factoring: C)
    } catch {
      // A product of covariances, and R, have a factor.
      if isLocalized { throw FilterError.localization(order: error.order, count: count) }
      throw error
    }
  }

  /// Adds `scale K d` to each row of `states`, for the d in the rows of `innovations`.
  func add(_ innovations: consuming Matrix, to states: inout Matrix, scaledBy scale: Double = 1) {
    var weights = innovations
    factor.solve(rows: &weights)
    switch spreading {
    case .covariance(let HB): states.accumulate(weights, HB, scaledBy: scale)
    case .members(let observed, let all):
      let ofMembers = Matrix.product(weights, observed, transposingSecond: true)
      states.accumulate(ofMembers, all, scaledBy: scale)
    }
  }

  /// Adds `K d` to a state.
  func add(_ innovation: [Double], to state: inout [Double]) {
    var row = Matrix(rows: 1, columns: state.count, state)
    add(Matrix(rows: 1, columns: innovation.count, innovation), to: &row)
    state = row.scalars
  }
}
