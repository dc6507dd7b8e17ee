import LinearAlgebra
import Preconditions

/// From an ensemble's perturbations to a prior covariance B, of which an analysis needs the rows of observed points.
public protocol EnsemblePrior: Sendable {
  /// Whether B depends on the ensemble. A filter whose prior does not can go without members.
  var usesEnsemble: Bool { get }

  /// H B: the rows of B at these points, `[points, n]`.
  ///
  /// - Parameters:
  ///   - points: The observed points, from 0.
  ///   - perturbations: The members less the control, `[N, n]`; n also without members.
  /// - Throws: `AnalysisError.otherGrid` for an n that is not that of the prior.
  func rows(at points: [Int], perturbations: Matrix) throws -> Matrix
}

/// The covariance of the perturbations, whose mean is known to be 0, damped with distance: the prior of the EnKF.
///
///     B = S o C,    S = (1/N) sum_e e eᵀ
public struct LocalizedPrior: EnsemblePrior {
  /// How many points the grid has.
  public var pointCount: Int { correlations.rows }
  /// C.
  private let correlations: Matrix
  /// Why they are no covariance, if so.
  private let fault: AnalysisError?

  /// - Complexity: Memory for *n²* numbers.
  public init(_ taper: Taper, on grid: any Grid) {
    let n = grid.pointCount
    let entries = (0..<n).flatMap { i in (0..<n).map { taper(grid.distance(i, $0)) } }
    correlations = Matrix(rows: n, columns: n, entries)
    fault = taper.fault(on: grid)
  }

  public var usesEnsemble: Bool { true }

  /// - Throws: `AnalysisError` for perturbations of another grid, or none, and for a taper that wraps.
  public func rows(at points: [Int], perturbations: Matrix) throws(AnalysisError) -> Matrix {
    try perturbations.checkGrid(of: "the localization of the prior", pointCount: pointCount)
    guard perturbations.rows > 0 else { throw .ensembleTooSmall(members: 0, needed: 1) }
    if let fault { throw fault }
    var result = Matrix.product(
      perturbations.taking(columns: points), perturbations, transposingFirst: true)
    let (n, scale) = (perturbations.columns, 1 / Double(perturbations.rows))
    let C = correlations.scalars.span
    result.withMutableScalars { entries in
      for (k, point) in points.enumerated() {
        for i in 0..<n { entries[k * n + i] *= scale * C[point * n + i] }
      }
    }
    return result
  }
}

/// One covariance at all times: the prior of Mean-B.
public struct StaticPrior: EnsemblePrior {
  /// `[n, n]`, symmetric, in squared units of the state.
  public let covariance: Matrix
  /// How many points the covariance is of.
  public var pointCount: Int { covariance.rows }

  /// - Precondition: The matrix is square; it should be symmetric.
  public init(_ covariance: Matrix) {
    require(
      covariance.rows == covariance.columns,
      "StaticPrior: \(covariance.rows) rows and \(covariance.columns) columns.")
    self.covariance = covariance
  }

  public var usesEnsemble: Bool { false }

  /// - Throws: `AnalysisError` for perturbations of another grid.
  public func rows(at points: [Int], perturbations: Matrix) throws(AnalysisError) -> Matrix {
    try perturbations.checkGrid(of: "the static covariance", pointCount: pointCount)
    return covariance.taking(rows: points)
  }
}

/// A mixture: the prior of Hybrid-B.
///
///     B = w B_ensemble + (1 - w) B_mean
///
/// - Reference: Hamill and Snyder (2000), *A hybrid ensemble Kalman filter-3D variational analysis scheme*.
public struct HybridPrior<Ensemble: EnsemblePrior, Mean: EnsemblePrior>: EnsemblePrior {
  /// What the members' perturbations say.
  public let ensemble: Ensemble
  /// What it is mixed with.
  public let mean: Mean
  /// Of the ensemble's covariance; by `ensembleWeight(ofMembers:)` if nil.
  public let weight: Double?

  /// - Precondition: The weight is in [0, 1].
  public init(_ ensemble: Ensemble, _ mean: Mean, weight: Double? = nil) {
    require(
      weight.map((0...1).contains) ?? true,
      "HybridPrior: the weight is \(weight ?? 0), but must be in [0, 1].")
    (self.ensemble, self.mean, self.weight) = (ensemble, mean, weight)
  }

  public var usesEnsemble: Bool {
    (weight != 0 && ensemble.usesEnsemble) || (weight != 1 && mean.usesEnsemble)
  }

  /// A part of weight 0 is not asked, so that it may be one that needs members where there are none.
  public func rows(at points: [Int], perturbations: Matrix) throws -> Matrix {
    let weight = weight ?? ensembleWeight(ofMembers: perturbations.rows)
    if weight == 0 { return try mean.rows(at: points, perturbations: perturbations) }
    if weight == 1 { return try ensemble.rows(at: points, perturbations: perturbations) }
    var result = try ensemble.rows(at: points, perturbations: perturbations)
    let other = try mean.rows(at: points, perturbations: perturbations)
    let m = other.scalars.span
    result.withMutableScalars { entries in
      for k in entries.indices { entries[k] = weight * entries[k] + (1 - weight) * m[k] }
    }
    return result
  }
}

extension Matrix {
  /// Refuses perturbations of another grid than a prior's.
  package func checkGrid(of prior: String, pointCount: Int) throws(AnalysisError) {
    guard columns == pointCount else {
      throw .otherGrid(of: prior, points: pointCount, expected: columns)
    }
  }
}
