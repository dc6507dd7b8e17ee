import BLAS
import CNumerics
import COpenBLAS
import Preconditions

extension Matrix {
  /// The matrix of these rows, in this order; a row may be taken more than once.
  ///
  /// - Precondition: The matrix has these rows.
  public func taking(rows indices: [Int]) -> Matrix {
    var taken: [Double] = []
    taken.reserveCapacity(indices.count * columns)
    for index in indices {
      require((0..<rows).contains(index), "Matrix: no row \(index) of \(rows).")
      taken += row(index)
    }
    return Matrix(rows: indices.count, columns: columns, taken)
  }

  /// The matrix of these columns, in this order; a column may be taken more than once.
  ///
  /// - Precondition: The matrix has these columns.
  public func taking(columns indices: [Int]) -> Matrix {
    require(
      indices.allSatisfy((0..<columns).contains), "Matrix: no such columns of \(columns).")
    let count = rows * indices.count
    let taken = [Double](unsafeUninitializedCapacity: count) { taken, initialized in
      let (numbers, indices) = (scalars.span, indices.span)
      for row in 0..<rows {
        for k in 0..<indices.count {
          taken[row * indices.count + k] = numbers[row * columns + indices[k]]
        }
      }
      initialized = count
    }
    return Matrix(rows: rows, columns: indices.count, taken)
  }

  /// The transpose, in its own memory.
  public func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows)
    ppl_transpose(scalars, rows, columns, &result.scalars)
    return result
  }

  /// The diagonal: the entries with equal row and column.
  public var diagonal: [Double] { (0..<min(rows, columns)).map { self[$0, $0] } }

  /// Adds numbers to the diagonal, in place.
  ///
  /// - Precondition: There is one number for each entry of the diagonal.
  public mutating func addToDiagonal(_ numbers: [Double]) {
    require(
      numbers.count == min(rows, columns),
      "Matrix: \(numbers.count) numbers for a diagonal of \(min(rows, columns)).")
    for (i, number) in numbers.enumerated() { scalars[i * columns + i] += number }
  }

  /// The trace, the sum of the diagonal.
  public var trace: Double { diagonal.reduce(0, +) }

  /// Calls `body` with all numbers, row by row, to write in place.
  public mutating func withMutableScalars<R>(
    _ body: (inout MutableSpan<Double>) throws -> R
  ) rethrows -> R {
    var span = scalars.mutableSpan
    return try body(&span)
  }
}

extension Matrix {
  /// Adds `factor other` to this matrix, in place.
  ///
  /// - Precondition: Both have the same shape.
  public mutating func add(_ other: Matrix, scaledBy factor: Double = 1) {
    require(
      rows == other.rows && columns == other.columns,
      "Matrix: \(other.rows) x \(other.columns) added to \(rows) x \(columns).")
    _ = BLAS.isReady
    cblas_daxpy(Int32(scalars.count), factor, other.scalars, 1, &scalars, 1)
  }
}

extension Matrix {
  /// Multiplies by another matrix element by element (the Schur product), in place.
  ///
  /// - Precondition: Both have the same shape.
  public mutating func multiplyElements(by other: Matrix) {
    require(
      rows == other.rows && columns == other.columns,
      "Matrix: \(rows) x \(columns) times \(other.rows) x \(other.columns), element by element.")
    for k in 0..<scalars.count { scalars[k] *= other.scalars[k] }
  }
}
