import BLAS
import CLAPACKE
import CNumerics
import Foundation
import Preconditions

/// The error of a matrix that is not positive definite.
public struct NotPositiveDefinite: Error, Equatable, Sendable, CustomStringConvertible {
  /// The order of the first leading minor that is not positive, counted from 1.
  public let order: Int
  /// The number of rows of the matrix.
  public let size: Int

  public var description: String {
    "a matrix of \(size) rows is not positive definite: its leading minor of order \(order) is not "
      + "positive. Look for a covariance without variance, two exact observations of one point, or NaN."
  }
}

/// The Cholesky factor of a symmetric matrix, stored in the memory of that matrix.
///
///     A = L Lᵀ
///
/// A kernel of this package factors up to 32 rows, LAPACK's `dpotrf` and `dpotrs` larger matrices.
public struct CholeskyFactor: Sendable {
  /// The factor L in the lower triangle; the upper triangle is that of the given matrix.
  let lower: Matrix

  /// Factors a matrix, of which only the lower triangle is read.
  ///
  /// No copy is made if the caller gives up the matrix.
  ///
  /// - Precondition: The matrix is square.
  /// - Complexity: O(*n³* / 3) time, no memory.
  public init(factoring matrix: consuming Matrix) throws(NotPositiveDefinite) {
    let (rows, columns) = (matrix.rows, matrix.columns)
    require(rows == columns, "CholeskyFactor: \(rows) rows and \(columns) columns.")
    var own = consume matrix
    let order = own.scalars.withUnsafeMutableBufferPointer { Self.factor($0.baseAddress, rows) }
    if order > 0 { throw NotPositiveDefinite(order: order, size: rows) }
    // The library's kernels do not stop at NaN; a NaN anywhere in a row reaches its pivot.
    if let bad = own.diagonal.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw NotPositiveDefinite(order: bad + 1, size: rows)
    }
    lower = own
  }

  /// The order, from 1, of the first leading minor that is not positive; 0 if all are positive.
  private static func factor(_ matrix: UnsafeMutablePointer<Double>?, _ rows: Int) -> Int {
    guard let matrix, rows > 0 else { return 0 }
    if rows <= PPL_SMALL_CHOLESKY { return ppl_small_cholesky(matrix, rows) }
    BLAS.configure()
    // Row-major lower is column-major upper, which spares the transposed copy of a row-major call.
    return Int(
      LAPACKE_dpotrf_work(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(rows), matrix, Int32(rows)))
  }

  /// The factor L, with zeros above the diagonal.
  public var lowerTriangle: Matrix {
    var triangle = lower
    for i in 0..<triangle.rows {
      for j in (i + 1)..<max(triangle.rows, i + 1) { triangle[i, j] = 0 }
    }
    return triangle
  }

  /// The solution `A⁻¹ b` of a linear system.
  ///
  /// - Precondition: `b` has one number for each row of the matrix.
  public func solving(_ b: [Double]) -> [Double] {
    var right = Matrix(rows: 1, columns: b.count, b)
    solve(rows: &right)
    return right.scalars
  }

  /// Replaces each row b of `right` by `A⁻¹ b`, in place.
  ///
  /// - Precondition: `right` has one column for each row of the matrix.
  public func solve(rows right: inout Matrix) {
    let (n, count) = (lower.rows, right.rows)
    require(
      right.columns == n, "CholeskyFactor: \(right.columns) numbers for a matrix of \(n) rows.")
    guard n > 0, count > 0 else { return }
    right.scalars.withUnsafeMutableBufferPointer { b in
      if n <= PPL_SMALL_CHOLESKY, let b = b.baseAddress {
        ppl_small_cholesky_rows(lower.scalars, n, b, count)
        return
      }
      _ = LAPACKE_dpotrs_work(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(n), Int32(count), lower.scalars,
        Int32(n), b.baseAddress, Int32(n))
    }
  }

  /// The logarithm of the determinant of A.
  public var logDeterminant: Double { 2 * lower.diagonal.reduce(0) { $0 + Foundation.log($1) } }
}
