import LinearAlgebra
import Preconditions

/// A dense covariance matrix: the prior of Mean-B in a sequence of analyses.
public struct DenseCovariance: PriorCovariance {
  /// The matrix B, `[n, n]`.
  public let matrix: Matrix

  /// A prior with this covariance matrix, `[n, n]`.
  ///
  /// - Precondition: The matrix is square; it should be symmetric.
  public init(_ matrix: Matrix) {
    require(
      matrix.rows == matrix.columns,
      "DenseCovariance: \(matrix.rows) rows and \(matrix.columns) columns.")
    self.matrix = matrix
  }

  public var pointCount: Int { matrix.rows }

  public func block(rows: [Int], columns: [Int]) -> Matrix {
    matrix.taking(rows: rows).taking(columns: columns)
  }

  public func rows(at points: [Int]) -> Matrix { matrix.taking(rows: points) }
}
