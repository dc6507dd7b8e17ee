import BLAS
import CLAPACKE
import Preconditions

/// The error of an eigenvalue iteration that did not converge.
public struct NoEigenvalues: Error, Equatable, Sendable, CustomStringConvertible {
  /// The number of rows of the matrix.
  public let size: Int

  public var description: String {
    "the eigenvalues of a symmetric matrix of \(size) rows were not found. Look for numbers that are not finite."
  }
}

/// The eigendecomposition of a symmetric matrix.
///
///     A = sum_k λ_k v_k v_kᵀ
///
/// - Reference: LAPACK, `dsyevd`.
public struct SymmetricEigen: Sendable {
  /// The eigenvalues λ, in increasing order.
  public let values: [Double]
  /// The eigenvectors v of length 1, a row for each eigenvalue.
  public let vectors: Matrix

  /// Decomposes a symmetric matrix.
  ///
  /// - Parameter matrix: The matrix, whose lower triangle is read. No copy is made if the caller gives it up.
  /// - Precondition: The matrix is square.
  /// - Complexity: O(*n³*).
  public init(_ matrix: consuming Matrix) throws(NoEigenvalues) {
    let (rows, columns) = (matrix.rows, matrix.columns)
    require(rows == columns, "SymmetricEigen: \(rows) rows and \(columns) columns.")
    _ = BLAS.isReady
    var own = consume matrix
    var found = Array(repeating: 0.0, count: rows)
    // LAPACK may not return from numbers that are not finite. Row-major lower is column-major upper.
    guard own.isFinite,
      rows == 0
        || LAPACKE_dsyevd(
          LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), Int32(rows),
          &own.scalars, Int32(rows), &found) == 0
    else { throw NoEigenvalues(size: rows) }
    (values, vectors) = (found, own)
  }

  /// The matrix function f(A) = sum_k f(λ_k) v_k v_kᵀ.
  public func applying(_ f: (Double) -> Double) -> Matrix {
    var scaled = vectors
    for k in 0..<scaled.rows { scaled.scale(row: k, by: f(values[k])) }
    return Matrix.product(scaled, vectors, transposingFirst: true)
  }
}
