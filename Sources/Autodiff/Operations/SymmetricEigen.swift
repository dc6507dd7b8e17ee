import BLAS
import CLAPACKE
import COpenBLAS
import Preconditions

/// The eigendecomposition of a symmetric matrix, packed: the eigenvalues in the first row, then a row for each
/// eigenvector.
struct SymmetricEigen: Operation {
  var name: String { "symmetricEigen" }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    let A = operands[0]
    guard A.count == 2 && A[0] == A[1] else {
      throw Mistake("symmetricEigen: \(A) is not one square matrix.")
    }
    return [A[0] + 1, A[0]]
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    BLAS.configure()
    return Kernel(
      function: { x, n in
        let size = n[0]
        let vectors = x[1] + size
        vectors.update(from: x[0], count: size * size)
        // LAPACK may not return from numbers that are not finite.
        var isFinite = true
        for k in 0..<(size * size) where !vectors[k].isFinite { isFinite = false }
        // Row-major lower is column-major upper, and columns of eigenvectors are rows.
        let info =
          !isFinite || size == 0
          ? Int32(isFinite ? 0 : 1)
          : LAPACKE_dsyev(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), Int32(size),
            vectors, Int32(size), x[1])
        if info != 0 { x[1].update(repeating: .nan, count: size * (size + 1)) }
      },
      integers: [operands[0][0]])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (values, E) = unpacked(y)
    let (ofValues, ofVectors) = unpacked(g)
    let n = values.shape[0]
    let gaps = values[.newAxis, .all] - values[.all, .newAxis]
    let largest = Tensor(1e-12) * abs(values).max()
    let isEqual = abs(gaps) .<= largest
    let F = select(isEqual, 0, 1 / select(isEqual, 1, gaps))
    let inner = ofValues.diagonalMatrix() + F * matmul(E, ofVectors.transposed())
    let whole = matmul(matmul(E.transposed(), inner), E)
    return n == 0 ? [.zeros([0, 0])] : [0.5 * (whole + whole.transposed())]
  }
}

private func unpacked(_ packed: Tensor) -> (values: Tensor, vectors: Tensor) {
  let n = packed.shape[1]
  return (packed[.at(0)], packed[.range(1..<(n + 1))])
}

/// The eigendecomposition of a symmetric matrix, `A = Σ λₖ vₖ vₖᵀ`, with its derivatives.
///
/// The sign of an eigenvector is arbitrary. Where eigenvalues are equal to 12 digits, the derivatives of their vectors
/// within the common eigenspace are taken for 0: right for functions that do not depend on the basis of that space to
/// first order, such as a log determinant.
///
/// - Parameter matrix: The symmetric matrix, `[n, n]`; the lower triangle is read.
/// - Returns: The eigenvalues in increasing order, `[n]`, and the eigenvectors of length 1 as rows, `[n, n]`; NaN throughout
///   where the matrix is not finite.
/// - Complexity: O(*n*³) time.
/// - Reference: LAPACK, `dsyev`; Giles (2008), *An extended collection of matrix derivative results for forward and reverse
///   mode algorithmic differentiation*, §3.1.
public func symmetricEigen(_ matrix: Tensor) -> (values: Tensor, vectors: Tensor) {
  unpacked(Tensor.apply(SymmetricEigen(), matrix))
}
