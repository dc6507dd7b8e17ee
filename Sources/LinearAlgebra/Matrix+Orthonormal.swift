import BLAS
import CLAPACKE
import Preconditions

extension Matrix {
  /// An orthogonal matrix from Gram–Schmidt orthonormalization of the rows: its first k rows span what the first
  /// k rows of this matrix span, and its first row is a positive multiple of the first. From independent
  /// standard normal numbers it is uniform among the orthogonal matrices.
  ///
  /// - Precondition: The matrix is square; its rows should be independent.
  /// - Reference: Mezzadri (2007), *How to generate random matrices from the classical compact groups*; LAPACK,
  ///   `dgeqrf` and `dorgqr`.
  public func orthonormalizedRows() -> Matrix {
    require(rows == columns, "Matrix: \(rows) rows and \(columns) columns.")
    guard rows > 0 else { return self }
    _ = BLAS.isReady
    var own = self
    let n = Int32(rows)
    var reflectors = Array(repeating: 0.0, count: rows)
    // Rows are the columns of a column-major matrix.
    _ = LAPACKE_dgeqrf(LAPACK_COL_MAJOR, n, n, &own.scalars, n, &reflectors)
    let signs = own.diagonal.map { $0 < 0 ? -1.0 : 1.0 }
    _ = LAPACKE_dorgqr(LAPACK_COL_MAJOR, n, n, n, &own.scalars, n, reflectors)
    for k in 0..<rows where signs[k] < 0 { own.scale(row: k, by: -1) }
    return own
  }
}
