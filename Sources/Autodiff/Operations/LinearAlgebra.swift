import BLAS
import CLAPACKE
import CNumerics
import COpenBLAS
import Preconditions

/// The matrix product `op(A) op(B)` on the last two axes, where `op` may transpose; leading axes broadcast.
struct MatrixProduct: Operation {
  var transposesLeft = false
  var transposesRight = false
  var name: String { "matmul" }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    let (a, b) = (operands[0], operands[1])
    let (m, k) = extents(a, transposesLeft)
    let (k2, n) = extents(b, transposesRight)
    guard k == k2 else {
      throw Mistake("matmul: \(a) and \(b) do not fit: \(k) columns meet \(k2) rows.")
    }
    return try commonShape([Array(a.dropLast(2)), Array(b.dropLast(2))], for: "matmul") + [m, n]
  }

  func workspace(_ operands: [[Int]]) -> Int {
    let (rows, inner) = extents(operands[0], transposesLeft)
    let columns = extents(operands[1], transposesRight).columns
    let isWide =
      max(rows, columns, inner) > 64
      && WideProduct.isFaster(rows: rows, columns: columns, inner: inner)
    return isWide ? WideProduct.workspace(columns: columns) : 0
  }

  /// The kernel, whose integers are m, n, k, flags and batches, then for each batch the start of its operands.
  func kernel(_ operands: [[Int]]) -> Kernel {
    _ = BLAS.isReady
    let (a, b) = (operands[0], operands[1])
    let (m, k) = extents(a, transposesLeft)
    let n = extents(b, transposesRight).columns
    let batch = Array(knownShape(operands).dropLast(2))
    let starts = zip(batchStarts(a, batch), batchStarts(b, batch)).flatMap { [$0, $1] }
    let isSmall = max(m, n, k) <= 64
    let function: Kernel.Function =
      if n == 1 {
        ppl_matrix_vector
      } else if m == 1 {
        ppl_vector_matrix
      } else if k == 1 {
        ppl_outer_product
      } else if isSmall {
        ppl_small_product
      } else if WideProduct.isFaster(rows: m, columns: n, inner: k) {
        wideProduct
      } else {
        libraryProduct
      }
    return Kernel(
      function: function,
      integers: [m, n, k, transposesLeft ? 1 : 0, transposesRight ? 1 : 0, elementCount(batch)]
        + starts)
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (a, b) = (operands[0], operands[1])
    let da =
      transposesLeft
      ? product(b, g, transposesRight, true) : product(g, b, false, !transposesRight)
    let db =
      transposesRight
      ? product(g, a, true, transposesLeft) : product(a, g, !transposesLeft, false)
    return [da.sum(to: a.shape), db.sum(to: b.shape)]
  }

  private func extents(_ shape: [Int], _ isTransposed: Bool) -> (rows: Int, columns: Int) {
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    return isTransposed ? (columns, rows) : (rows, columns)
  }
}

private let libraryProduct: Kernel.Function = { x, n in
  let (rows, columns, inner) = (Int32(n[0]), Int32(n[1]), Int32(n[2]))
  for batch in 0..<n[5] {
    let y = x[2] + batch * n[0] * n[1]
    // BLAS wants leading extents of at least 1.
    guard rows > 0, columns > 0, inner > 0 else {
      y.update(repeating: 0, count: n[0] * n[1])
      continue
    }
    cblas_dgemm(
      CblasRowMajor, n[3] == 1 ? CblasTrans : CblasNoTrans, n[4] == 1 ? CblasTrans : CblasNoTrans,
      rows, columns, inner, 1, x[0] + n[6 + 2 * batch], n[3] == 1 ? rows : inner,
      x[1] + n[7 + 2 * batch], n[4] == 1 ? inner : columns, 0, y, columns)
  }
}

private let wideProduct: Kernel.Function = { x, n in
  for batch in 0..<n[5] {
    var product = ppl_product(
      left: x[0] + n[6 + 2 * batch], right: x[1] + n[7 + 2 * batch], bias: nil, rectified: nil,
      sums: nil, rows: n[0], columns: n[1], inner: n[2], left_is_transposed: Int32(n[3]),
      right_is_transposed: Int32(n[4]),
      rectifies: 0)
    ppl_wide_product(&product, x[2] + batch * n[0] * n[1], x[3])
  }
}

func product(_ a: Tensor, _ b: Tensor, _ left: Bool, _ right: Bool) -> Tensor {
  Tensor.apply(MatrixProduct(transposesLeft: left, transposesRight: right), a, b)
}

/// The start of the matrix of each batch in an operand that may repeat along batch axes.
private func batchStarts(_ shape: [Int], _ batch: [Int]) -> [Int] {
  let own = Array(shape.dropLast(2))
  let size = elementCount(Array(shape.suffix(2)))
  var starts = [0]
  for (extent, step) in zip(batch, broadcastStrides(own, to: batch)) {
    starts = starts.flatMap { start in (0..<extent).map { start + $0 * step } }
  }
  return starts.map { $0 * size }
}

/// The solution L^-1 B or L^-T B for lower triangular L `[..., n, n]` and B `[..., n, m]`; leading axes are equal.
struct TriangularSolve: Operation {
  let isTransposed: Bool
  var name: String { "triangularSolve" }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    let (L, B) = (operands[0], operands[1])
    try requireSquare(L, for: name)
    guard B.count == L.count && L.dropLast() == B.dropLast() else {
      throw Mistake("triangularSolve: \(L) and \(B) do not fit.")
    }
    return B
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    _ = BLAS.isReady
    let (L, B) = (operands[0], operands[1])
    return Kernel(
      function: { x, n in
        let (size, columns, batches) = (n[0], n[1], n[2])
        x[2].update(from: x[1], count: size * columns * batches)
        guard size * columns > 0 else { return }
        for batch in 0..<batches {
          cblas_dtrsm(
            CblasRowMajor, CblasLeft, CblasLower, n[3] == 1 ? CblasTrans : CblasNoTrans,
            CblasNonUnit,
            Int32(size), Int32(columns), 1, x[0] + batch * size * size, Int32(size),
            x[2] + batch * size * columns, Int32(columns))
        }
      },
      integers: [
        L[L.count - 1], B[B.count - 1], elementCount(Array(B.dropLast(2))), isTransposed ? 1 : 0,
      ])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ X: Tensor) -> [Tensor?] {
    let dB = triangularSolve(operands[0], g, transposed: !isTransposed)
    let outer = isTransposed ? product(X, dB, false, true) : product(dB, X, false, true)
    return [-outer.lowerTriangle(), dB]
  }
}

/// Checks that the last two axes are those of a square matrix.
///
/// - Throws: `Mistake` for a shape whose last two axes are not equal.
func requireSquare(_ shape: [Int], for operation: String) throws(Mistake) {
  guard shape.count >= 2 && shape[shape.count - 1] == shape[shape.count - 2] else {
    throw Mistake("\(operation): \(shape) does not end in a square.")
  }
}

// MARK: Public functions

/// The matrix product by NumPy's rules: vectors are rows on the left and columns on the right, leading axes broadcast.
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor {
  guard holds(a.rank >= 1 && b.rank >= 1, "matmul: a number has no rows.") else {
    return .unknown([])
  }
  let left = a.rank == 1 ? a.expandingDimension(at: 0) : a
  let right = b.rank == 1 ? b.expandingDimension(at: 1) : b
  var result = product(left, right, false, false)
  if b.rank == 1 { result = result.squeezingDimension(at: -1) }
  if a.rank == 1 { result = result.squeezingDimension(at: b.rank == 1 ? -1 : -2) }
  return result
}

/// The lower Cholesky factor L with L Lᵀ = K, `[..., n, n]`; NaN throughout a matrix that is not positive definite.
///
/// - Complexity: O(*n*³) time.
public func cholesky(_ K: Tensor) -> Tensor { Tensor.apply(Cholesky(), K) }

/// The lower Cholesky factor L with L Lᵀ = K, of which only the lower triangle is stored; NaN throughout a matrix
/// that is not positive definite.
///
///     cholesky(triangle: K.packedLowerTriangle())  // cholesky(K)
///
/// A covariance in this form has half the numbers, and takes half the work before the factorization and after its
/// derivative. The derivative by an element off the diagonal is that by both of its places in K.
///
/// - Parameter triangle: The lower triangle row by row, as `packedLowerTriangle()` gives it: `[..., n (n + 1) / 2]`.
/// - Returns: The factor, `[..., n, n]`.
/// - Precondition: The last axis holds whole rows of a triangle.
/// - Complexity: O(*n*³) time.
public func cholesky(triangle: Tensor) -> Tensor {
  Tensor.apply(Cholesky(storage: .packed), triangle)
}

/// The solution X of L X = B, or of Lᵀ X = B.
///
/// - Parameters:
///   - L: The lower triangular matrix, `[..., n, n]`; the upper triangle is not read.
///   - B: The right side, `[..., n, m]`, or a vector `[n]`.
///   - transposed: Whether to solve with the transpose of `L`.
public func triangularSolve(_ L: Tensor, _ B: Tensor, transposed: Bool = false) -> Tensor {
  let solve = TriangularSolve(isTransposed: transposed)
  guard B.rank > 1 else {
    return Tensor.apply(solve, L, B.expandingDimension(at: 1)).squeezingDimension(at: 1)
  }
  let batches = [Array(L.shape.dropLast(2)), Array(B.shape.dropLast(2))]
  guard let batch = broadcastShapes(batches) else {
    return .mistaken("\(solve.name): cannot broadcast \(batches[0]) with \(batches[1]).", B.shape)
  }
  return Tensor.apply(
    solve, L.broadcast(to: batch + L.shape.suffix(2)), B.broadcast(to: batch + B.shape.suffix(2)))
}

/// The log determinant of a positive definite K, `[..., n, n]` to `[...]`; NaN where it is not positive definite.
public func logDeterminant(_ K: Tensor) -> Tensor {
  2 * log(cholesky(K).diagonal()).sum(along: [-1])
}
