import BLAS
import CNumerics
import COpenBLAS
import Preconditions

extension Matrix {
  /// The matrix product `op(a) op(b)`, where `op` transposes an operand if its flag is set.
  ///
  /// - Precondition: The first factor has as many columns as the second has rows.
  /// - Complexity: O(*m n k*) time; memory for the result only.
  public static func product(
    _ a: Matrix, _ b: Matrix, transposingFirst: Bool = false, transposingSecond: Bool = false
  ) -> Matrix {
    let inner = transposingFirst ? a.rows : a.columns
    let (m, n) = (transposingFirst ? a.columns : a.rows, transposingSecond ? b.rows : b.columns)
    require(
      inner == (transposingSecond ? b.columns : b.rows),
      "Matrix: a product of \(a.extent(transposingFirst)) and \(b.extent(transposingSecond)).")
    guard m > 0, n > 0, inner > 0 else { return Matrix(rows: m, columns: n) }
    _ = BLAS.isReady
    return Matrix(rows: m, columns: n) { c in
      cblas_dgemm(
        CblasRowMajor, transposingFirst ? CblasTrans : CblasNoTrans,
        transposingSecond ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(inner), 1,
        a.scalars, Int32(a.columns), b.scalars, Int32(b.columns), 0, c, Int32(n))
    }
  }

  /// Adds `factor op(a) op(b)` to this matrix, in place.
  ///
  /// - Precondition: The shapes fit together.
  public mutating func accumulate(
    _ a: Matrix, _ b: Matrix, scaledBy factor: Double = 1, transposingFirst: Bool = false,
    transposingSecond: Bool = false
  ) {
    let inner = transposingFirst ? a.rows : a.columns
    let (m, n) = (transposingFirst ? a.columns : a.rows, transposingSecond ? b.rows : b.columns)
    require(
      inner == (transposingSecond ? b.columns : b.rows) && m == rows && n == columns,
      "Matrix: a product of \(a.extent(transposingFirst)) and \(b.extent(transposingSecond)) "
        + "for \(extent(false)).")
    guard m > 0, n > 0, inner > 0 else { return }
    _ = BLAS.isReady
    let (leading, leadingOfSecond) = (Int32(a.columns), Int32(b.columns))
    scalars.withUnsafeMutableBufferPointer { c in
      cblas_dgemm(
        CblasRowMajor, transposingFirst ? CblasTrans : CblasNoTrans,
        transposingSecond ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(inner), factor,
        a.scalars, leading, b.scalars, leadingOfSecond, 1, c.baseAddress, Int32(n))
    }
  }

  /// Adds `factor a op(b)` to the lower triangle of this matrix, in place; the upper triangle is left undefined.
  ///
  /// - Precondition: The matrix is square and the shapes fit.
  /// - Complexity: About 5/8 of that of a full product; for products that are symmetric as a whole.
  public mutating func accumulateLower(
    _ a: Matrix, _ b: Matrix, scaledBy factor: Double = 1, transposingSecond: Bool = false
  ) {
    let (n, inner) = (rows, a.columns)
    require(
      inner == (transposingSecond ? b.columns : b.rows) && a.rows == n && columns == n
        && (transposingSecond ? b.rows : b.columns) == n,
      "Matrix: a product of \(a.extent(false)) and \(b.extent(transposingSecond)) "
        + "for the lower triangle of \(extent(false)).")
    guard n > 0, inner > 0 else { return }
    _ = BLAS.isReady
    // A quarter of the rows at a time, each with the columns up to its diagonal.
    let block = max(32, (n + 3) / 4)
    let leadingOfSecond = Int32(b.columns)
    scalars.withUnsafeMutableBufferPointer { c in
      a.scalars.withUnsafeBufferPointer { a in
        guard let c = c.baseAddress, let a = a.baseAddress else { return }
        for start in stride(from: 0, to: n, by: block) {
          let end = min(start + block, n)
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, transposingSecond ? CblasTrans : CblasNoTrans,
            Int32(end - start), Int32(end), Int32(inner), factor, a + start * inner, Int32(inner),
            b.scalars, leadingOfSecond, 1, c + start * n, Int32(n))
        }
      }
    }
  }

  /// A matrix all of whose numbers are written by `body`.
  private init(rows: Int, columns: Int, writtenBy body: (UnsafeMutablePointer<Double>) -> Void) {
    let count = rows * columns
    self.init(
      rows: rows, columns: columns,
      [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
        if let start = buffer.baseAddress { body(start) }
        initialized = count
      })
  }

  /// The symmetric product `a aᵀ`: its lower triangle, with zeros above the diagonal, or all of it if `mirrored`.
  ///
  /// - Complexity: Half of that of a full product: O(*m² k*) time for m rows of k.
  public static func symmetricProduct(_ a: Matrix, mirrored: Bool = false) -> Matrix {
    var result = Matrix(rows: a.rows, columns: a.rows)
    guard a.rows > 0, a.columns > 0 else { return result }
    _ = BLAS.isReady
    result.scalars.withUnsafeMutableBufferPointer { c in
      cblas_dsyrk(
        CblasRowMajor, CblasLower, CblasNoTrans, Int32(a.rows), Int32(a.columns), 1, a.scalars,
        Int32(a.columns), 0, c.baseAddress, Int32(a.rows))
    }
    if mirrored { result.mirrorLowerTriangle() }
    return result
  }

  /// Copies the lower triangle to the upper one.
  ///
  /// - Precondition: The matrix is square.
  public mutating func mirrorLowerTriangle() {
    require(rows == columns, "Matrix: \(extent(false)) is not square.")
    let n = rows
    scalars.withUnsafeMutableBufferPointer { c in
      guard let c = c.baseAddress else { return }
      ppl_mirror_lower(c, n)
    }
  }

  /// The product with a vector: `A x`.
  ///
  /// - Precondition: There is one number for each column.
  public func multiplied(by vector: [Double]) -> [Double] {
    require(
      vector.count == columns, "Matrix: \(extent(false)) by a vector of \(vector.count).")
    return vectorProduct(vector, count: rows, transposing: false)
  }

  /// The product of the transpose with a vector: `Aᵀ x`.
  ///
  /// - Precondition: There is one number for each row.
  public func transposeMultiplied(by vector: [Double]) -> [Double] {
    require(
      vector.count == rows, "Matrix: \(extent(true)) by a vector of \(vector.count).")
    return vectorProduct(vector, count: columns, transposing: true)
  }

  private func vectorProduct(_ x: [Double], count: Int, transposing: Bool) -> [Double] {
    guard rows > 0, columns > 0 else { return Array(repeating: 0, count: count) }
    _ = BLAS.isReady
    return [Double](unsafeUninitializedCapacity: count) { y, initialized in
      y.initialize(repeating: 0)
      cblas_dgemv(
        CblasRowMajor, transposing ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), 1,
        scalars, Int32(columns), x, 1, 0, y.baseAddress, 1)
      initialized = count
    }
  }

  private func extent(_ isTransposed: Bool) -> String {
    isTransposed ? "\(columns) x \(rows)" : "\(rows) x \(columns)"
  }
}
