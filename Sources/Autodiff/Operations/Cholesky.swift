import BLAS
import CLAPACKE
import CNumerics
import COpenBLAS
import Preconditions

/// The number of rows up to which the kernels of this package are faster than the library, measured up to 1000
/// rows: with registers of eight numbers, and otherwise with and without the library's kernels for the processor.
private var largestOwnFactor: Int {
  ppl_has_wide_registers() != 0 ? 1000 : BLAS.isTuned ? 600 : 700
}
private var largestOwnReverse: Int {
  ppl_has_wide_registers() != 0 ? 1000 : BLAS.isTuned ? 400 : 700
}

/// The lower Cholesky factor L of K = L Lᵀ for each matrix of the last two axes; NaN where K is not positive definite.
///
/// It reads the lower triangle only. The derivative is that of a symmetric K; for a packed triangle, each element
/// off the diagonal has the derivatives of both of its places.
struct Cholesky: Operation {
  var storage = SymmetricStorage.full
  var name: String { "cholesky" }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    if storage == .full { try requireSquare(operands[0], for: name) }
    let n = try storage.rows(of: operands[0], for: name)
    return storage.batch(of: operands[0]) + [n, n]
  }

  func workspace(_ operands: [[Int]]) -> Int {
    let size = storage.knownRows(of: operands[0])
    return size <= largestOwnFactor ? ppl_cholesky_workspace(size) : 0
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    _ = BLAS.isReady
    let size = storage.knownRows(of: operands[0])
    return Kernel(
      function: size <= largestOwnFactor ? ppl_cholesky : libraryFactor,
      integers: [size, elementCount(storage.batch(of: operands[0])), storage.flag])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ L: Tensor) -> [Tensor?] {
    [Tensor.apply(CholeskyReverse(storage: storage), L, g)]
  }
}

/// The derivative dF/dK from L and dF/dL, in 2n³/3 operations where the formula with two triangular solves takes 3n³.
///
/// - Reference: Murray (2016), *Differentiation of the Cholesky decomposition*, §3.2 and eq. (9).
struct CholeskyReverse: Operation {
  var storage = SymmetricStorage.full
  var name: String { "choleskyReverse" }

  func shape(_ operands: [[Int]]) -> [Int] {
    let L = operands[0]
    return L.dropLast(2) + storage.shape(rows: L[L.count - 1])
  }

  func workspace(_ operands: [[Int]]) -> Int {
    let size = operands[0][operands[0].count - 1]
    guard size > largestOwnReverse else { return 0 }
    return 3 * blockSize * blockSize + (storage == .packed ? size * size : 0)
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    _ = BLAS.isReady
    let L = operands[0]
    let size = L[L.count - 1]
    return Kernel(
      function: size <= largestOwnReverse ? ppl_cholesky_reverse : blockedReverse,
      integers: [size, elementCount(Array(L.dropLast(2))), storage.flag])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (_, gradient) = valueWithGradient(
      of: { x in (g * composed(x[0], x[1])).sum() }, at: operands)
    return gradient
  }

  /// The derivative by triangular solves: 1/2 L^-T S L^-1, S the symmetric matrix whose lower triangle is that
  /// of Lᵀ dF/dL.
  private func composed(_ L: Tensor, _ g: Tensor) -> Tensor {
    let P = product(L, g.lowerTriangle(), true, false).lowerTriangle()
    let symmetric = P + P.transposed() - P.diagonal().diagonalMatrix()
    let half = triangularSolve(L, symmetric, transposed: true)
    let whole = triangularSolve(L, half.transposed(), transposed: true)
    guard storage == .packed else { return 0.5 * whole }
    let own = whole.diagonal().diagonalMatrix()
    return (whole - 0.5 * own).packedLowerTriangle()
  }
}

// MARK: Kernels on the library

private let libraryFactor: Kernel.Function = { x, n in
  let (size, batches, isPacked) = (n[0], n[1], n[2] == 1)
  for batch in 0..<batches {
    let L = x[1] + batch * size * size
    let K = x[0] + batch * (isPacked ? size * (size + 1) / 2 : size * size)
    for row in 0..<size {
      let start = isPacked ? row * (row + 1) / 2 : row * size
      (L + row * size).update(from: K + start, count: row + 1)
    }
    // Row-major lower is column-major upper: no copy is made.
    let info = LAPACKE_dpotrf_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(size), L, Int32(size))
    if info != 0 {
      L.update(repeating: .nan, count: size * size)
    } else {
      for row in 0..<size {
        (L + row * size + row + 1).update(repeating: 0, count: size - row - 1)
      }
    }
  }
}

private let blockSize = 48

/// The reverse pass by Murray's level-3 algorithm: panels from the last to the first, with matrix products by the
/// library.
private let blockedReverse: Kernel.Function = { x, n in
  let (size, batches, isPacked) = (n[0], n[1], n[2] == 1)
  for batch in 0..<batches {
    let offset = batch * size * size
    let L = x[0] + offset
    let G = isPacked ? x[3] + 3 * blockSize * blockSize : x[2] + offset
    G.update(from: x[1] + offset, count: size * size)
    var end = size
    while end > 0 {
      let start = max(0, (end - 1) / blockSize * blockSize)
      reversePanel(L, G, size, start, end, x[3])
      end = start
    }
    // The lower triangle counts pairs once, as a packed one does.
    if isPacked {
      var target = x[2] + batch * (size * (size + 1) / 2)
      for row in 0..<size {
        target.update(from: G + row * size, count: row + 1)
        target += row + 1
      }
      continue
    }
    // The derivative is shared by both halves.
    for row in 0..<size {
      for column in 0..<row {
        let half = 0.5 * G[row * size + column]
        G[row * size + column] = half
        G[column * size + row] = half
      }
    }
  }
}

/// The reverse pass of the panel of columns `start..<end`, with D its diagonal block, C below it, R to the left of
/// D and B to the left of C: C̄ ← C̄ D^-1,  B̄ ← B̄ - C̄ R,  D̄ ← D̄ - tril(C̄ᵀ C),  R̄ ← R̄ - C̄ᵀ B,  D̄ ←
/// reverse of D,  R̄ ← R̄ - (D̄ + D̄ᵀ) R.
private func reversePanel(
  _ L: UnsafeMutablePointer<Double>, _ G: UnsafeMutablePointer<Double>, _ size: Int, _ start: Int,
  _ end: Int, _ work: UnsafeMutablePointer<Double>
) {
  let (width, below) = (end - start, size - end)
  let (w, m, j, ld) = (Int32(width), Int32(below), Int32(start), Int32(size))
  let (D, C) = (L + start * size + start, L + end * size + start)
  let (R, B) = (L + start * size, L + end * size)
  let (gD, gC) = (G + start * size + start, G + end * size + start)
  let (gR, gB) = (G + start * size, G + end * size)
  if below > 0 {
    cblas_dtrsm(
      CblasRowMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, m, w, 1, D, ld, gC, ld)
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, w, w, m, -1, gC, ld, C, ld, 1, gD, ld)
    if start > 0 {
      cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, j, w, -1, gC, ld, R, ld, 1, gB, ld)
      cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, w, j, m, -1, gC, ld, B, ld, 1, gR, ld)
    }
  }
  // The diagonal block, in contiguous copies.
  let block = width * width
  let (d, g, s) = (work, work + block, work + 2 * block)
  for row in 0..<width {
    (d + row * width).update(from: D + row * size, count: width)
    (g + row * width).update(from: gD + row * size, count: width)
  }
  withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>.self, capacity: 3) { operands in
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 3) { integers in
      (operands[0], operands[1], operands[2]) = (d, g, s)
      (integers[0], integers[1], integers[2]) = (width, 1, 0)
      ppl_cholesky_reverse(operands.baseAddress!, integers.baseAddress!)
    }
  }
  if start > 0 {
    cblas_dsymm(CblasRowMajor, CblasLeft, CblasLower, w, j, -2, s, w, R, ld, 1, gR, ld)
  }
  for row in 0..<width {
    for column in 0..<row { gD[row * size + column] = 2 * s[row * width + column] }
    gD[row * size + row] = s[row * width + row]
  }
}
