import LinearAlgebra
import Preconditions

/// The matrix that turns the differences between observations and background into a correction of the background.
///
///     K = B Hᵀ (H B Hᵀ + R)⁻¹
///
/// It is formed for small grids only; `Observations.analysis(prior:background:)` does without.
public struct Gain: Sendable {
  /// K, `[n, points]`.
  public let matrix: Matrix
  /// The observed points, each once.
  public var points: [Int] { seen.points }
  /// The variances of their errors.
  public var variances: [Double] { seen.variances }
  private let seen: Observations

  /// - Throws: As `Observations.analysis(prior:background:)`.
  public init(_ observations: Observations, prior: some PriorCovariance) throws {
    seen = try observations.distinct(pointCount: prior.pointCount)
    var columns = prior.block(rows: Array(0..<prior.pointCount), columns: seen.points)
    var innovationCovariance = prior.observed(seen.points)
    innovationCovariance.addToDiagonal(seen.variances)
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
  /// - Precondition: `truth` is `[n, n]` and symmetric.
  /// - Complexity: O(*n² n_o*) time; `[n, n]` memory.
  /// - Reference: `lsef.md` 8.4; Joseph's form.
  public func errorCovariance(truth: Matrix) -> Matrix {
    require(
      truth.rows == matrix.rows && truth.columns == matrix.rows,
      "Gain: \(truth.rows) x \(truth.columns) for \(matrix.rows) points.")
    var result = truth
    result.reduce(by: matrix, observed: truth.taking(rows: points), seen)
    return result
  }
}
