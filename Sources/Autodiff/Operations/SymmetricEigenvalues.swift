import BLAS
import CLAPACKE
import COpenBLAS
import Preconditions

/// The eigenvalues of a symmetric matrix of data, in increasing order.
///
/// The numbers are read, so that a recording in which `matrix` is not a constant cannot be replayed; there is no
/// derivative.
///
/// - Parameter matrix: The symmetric matrix, `[n, n]`; the lower triangle is read.
/// - Returns: The eigenvalues, `[n]`; NaN throughout where the matrix is not finite.
/// - Complexity: O(*n*³).
public func symmetricEigenvalues(_ matrix: Tensor) -> Tensor {
  guard
    holds(
      matrix.rank == 2 && matrix.shape[0] == matrix.shape[1],
      "symmetricEigenvalues: \(matrix.shape) is not one square matrix.")
  else { return .unknown([matrix.shape.last ?? 1]) }
  _ = BLAS.isReady
  let size = matrix.shape[0]
  var columns = matrix.scalars
  var values = Array(repeating: Double.nan, count: size)
  guard size > 0, columns.allSatisfy(\.isFinite) else { return Tensor(values) }
  // Row-major lower is column-major upper.
  let info = LAPACKE_dsyev(
    LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "U")), Int32(size), &columns,
    Int32(size), &values)
  return info == 0 ? Tensor(values) : .full(.nan, [size])
}
