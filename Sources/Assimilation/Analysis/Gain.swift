import Preconditions
import LinearAlgebra

/// The matrix that turns the differences between observations and background into a correction of the background.
///
///     K = B Hᵀ (H B Hᵀ + R)⁻¹
///
/// It is formed for small grids only; `Observations.analysis(prior:background:)` does without.
public struct Gain: Sendable {
  /// K, `[n, points]`.
  public let matrix: Matrix
  /// The observed points, each once.
  public let points: [Int]
  /// The variances of their errors.
  public let variances: [Double]

  /// - Throws: As `Observations.analysis(prior:background:)`.
  public init(_ observations: Observations, prior: some PriorCovariance) throws {
    let seen = try observations.distinct(pointCount: prior.pointCount)
    (points, variances) = (seen.points, seen.variances)
    var columns = prior.block(rows: Array(0..<prior.pointCount), columns: points)
    var innovationCovariance = prior.observed(points)
    innovationCovariance.addToDiagonal(variances)
    let factor = try CholeskyFactor(factoring: consume innovationCovariance)
    factor.solve(rows: &columns)
    matrix = columns
  }

  /// The covariance of the analysis error, if the background error has the covariance `truth` instead of this gain's own.
  ///
  ///     A = (I - K H) B (I - K H)ᵀ + K R Kᵀ
  ///
  /// Its trace over n is a score without the noise of a single analysis.
  ///
  /// - Precondition: `truth` is `[n, n]`.
  /// - Complexity: O(*n² n_o*) time; `[n, n]` memory, twice.
  /// - Reference: `lsef.md` 8.4; Joseph's form.
  public func errorCovariance(truth: Matrix) -> Matrix {
    require(
      truth.rows == matrix.rows && truth.columns == matrix.rows,
      "Gain: \(truth.rows) x \(truth.columns) for \(matrix.rows) points.")
    // M = (I - K H) B, then M (I - K H)ᵀ.
    var left = truth
    left.accumulate(matrix, truth.taking(rows: points), scaledBy: -1)
    var result = left
    result.accumulate(left.taking(columns: points), matrix, scaledBy: -1, transposingSecond: true)
    var scaled = matrix
    for row in 0..<scaled.rows {
      for k in 0..<scaled.columns { scaled[row, k] *= variances[k] }
    }
    result.accumulate(scaled, matrix, transposingSecond: true)
    return result
  }
}
