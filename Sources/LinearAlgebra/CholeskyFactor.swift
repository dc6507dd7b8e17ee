import Autodiff
import CLAPACKE
import Foundation

/// A matrix that has no Cholesky factor.
public struct NotPositiveDefinite: Error, Equatable, Sendable, CustomStringConvertible {
  /// The order of the first leading minor that is not positive, from 1.
  public let order: Int
  /// The size of the matrix.
  public let size: Int

  public var description: String {
    "a matrix of \(size) rows is not positive definite: its leading minor of order \(order) is not "
      + "positive. Look for a covariance without variance, two exact observations of one point, or NaN."
  }
}

/// The Cholesky factor of a symmetric matrix, in that matrix's own memory.
///
///     A = L Lᵀ
///
/// - Reference: LAPACK, `dpotrf` and `dpotrs`.
public struct CholeskyFactor: Sendable {
  /// L in its lower triangle; above it, what the matrix had there.
  let lower: Matrix

  /// Factors a matrix, of which only the lower triangle is read.
  ///
  /// No copy is made if the caller gives the matrix away.
  ///
  /// - Precondition: The matrix is square.
  /// - Complexity: O(*n³* / 3) time, no memory.
  public init(factoring matrix: consuming Matrix) throws(NotPositiveDefinite) {
    let (rows, columns) = (matrix.rows, matrix.columns)
    precondition(rows == columns, "CholeskyFactor: \(rows) rows and \(columns) columns.")
    _ = BLAS.isReady
    var own = consume matrix
    // Row-major lower is column-major upper, which spares the transposed copy of a row-major call.
    let info =
      rows == 0
      ? 0
      : own.scalars.withUnsafeMutableBufferPointer { a in
        LAPACKE_dpotrf_work(
          LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(rows), a.baseAddress, Int32(rows))
      }
    if info > 0 { throw NotPositiveDefinite(order: Int(info), size: rows) }
    // The library's kernels do not stop at NaN; a NaN anywhere in a row reaches its pivot.
    if let bad = own.diagonal.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw NotPositiveDefinite(order: bad + 1, size: rows)
    }
    lower = own
  }

  /// `A⁻¹ b`.
  ///
  /// - Precondition: `b` has as many numbers as the matrix rows.
  public func solving(_ b: [Double]) -> [Double] {
    var right = Matrix(rows: 1, columns: b.count, b)
    solve(rows: &right)
    return right.scalars
  }

  /// Replaces each row b of `right` by `A⁻¹ b`, in place.
  ///
  /// - Precondition: `right` has as many columns as the matrix rows.
  public func solve(rows right: inout Matrix) {
    let (n, count) = (lower.rows, right.rows)
    precondition(
      right.columns == n, "CholeskyFactor: \(right.columns) numbers for a matrix of \(n) rows.")
    guard n > 0, count > 0 else { return }
    right.scalars.withUnsafeMutableBufferPointer { b in
      _ = LAPACKE_dpotrs_work(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(n), Int32(count), lower.scalars,
        Int32(n), b.baseAddress, Int32(n))
    }
  }

  /// The logarithm of the determinant of A.
  public var logDeterminant: Double { 2 * lower.diagonal.reduce(0) { $0 + Foundation.log($1) } }
}
