import BLAS
import CNumerics
import COpenBLAS
import Preconditions

/// Column statistics and scalings of a matrix whose rows are members of an ensemble.
extension Matrix {
  /// The mean of each column; NaN without rows.
  public var columnMeans: [Double] {
    [Double](unsafeUninitializedCapacity: columns) { mean, initialized in
      initialized = columns
      guard let mean = mean.baseAddress else { return }
      ppl_column_moments(scalars, rows, columns, mean, nil)
    }
  }

  /// The sample variance of each column about its mean (divisor: rows less one); NaN for a single row.
  public var columnVariances: [Double] {
    var means = Array(repeating: 0.0, count: columns)
    return [Double](unsafeUninitializedCapacity: columns) { variance, initialized in
      initialized = columns
      guard let variance = variance.baseAddress else { return }
      ppl_column_moments(scalars, rows, columns, &means, variance)
    }
  }

  /// The mean squared distance of each column from a given number; NaN without rows.
  ///
  /// - Precondition: `centre` has one number for each column.
  public func columnSquares(about centre: [Double]) -> [Double] {
    require(
      centre.count == columns, "Matrix: \(centre.count) numbers for \(columns) columns.")
    return [Double](unsafeUninitializedCapacity: columns) { mean, initialized in
      initialized = columns
      guard let mean = mean.baseAddress else { return }
      ppl_column_squares(scalars, rows, columns, centre, mean)
    }
  }

  /// Adds another matrix with its columns multiplied by factors, in place.
  ///
  /// - Precondition: Both have one shape, and there is a factor for each column.
  public mutating func add(_ other: Matrix, scalingColumnsBy factors: [Double]) {
    require(
      rows == other.rows && columns == other.columns && factors.count == columns,
      "Matrix: \(other.rows) x \(other.columns) with \(factors.count) factors added to "
        + "\(rows) x \(columns).")
    ppl_add_scaled_columns(&scalars, rows, columns, other.scalars, factors)
  }

  /// Replaces each row by `after + factor (row - before)`, in place.
  ///
  /// - Precondition: `before` and `after` have one number for each column.
  public mutating func shiftRows(
    from before: [Double], to after: [Double], scaledBy factor: Double = 1
  ) {
    require(
      before.count == columns && after.count == columns,
      "Matrix: \(before.count) and \(after.count) numbers for \(columns) columns.")
    ppl_shift_rows(&scalars, rows, columns, before, factor, after)
  }

  /// Whether no number is NaN or infinite.
  public var isFinite: Bool {
    guard !scalars.isEmpty else { return true }
    _ = BLAS.isReady
    // Checking sums of moduli is faster than checking each number; a sum that overflows proves nothing.
    return cblas_dasum(Int32(scalars.count), scalars, 1).isFinite
      || scalars.allSatisfy(\.isFinite)
  }
}

extension Matrix {
  /// Moves the first number of each row to its end, and multiplies all by `factor`, in place.
  public mutating func rotateRows(scaledBy factor: Double = 1) {
    guard columns > 0 else { return }
    for start in stride(from: 0, to: rows * columns, by: columns) {
      let first = scalars[start]
      scalars.withUnsafeMutableBufferPointer { numbers in
        guard let row = numbers.baseAddress.map({ $0 + start }) else { return }
        row.update(from: row + 1, count: columns - 1)
        row[columns - 1] = first
      }
    }
    _ = BLAS.isReady
    cblas_dscal(Int32(scalars.count), factor, &scalars, 1)
  }

  /// Calls `body` with a pointer to all numbers, row by row, to write in place from C.
  ///
  /// - Parameter body: A function of the pointer and the number of rows. The pointer is valid during the call only.
  package mutating func withMutablePointer(
    _ body: (UnsafeMutablePointer<Double>, _ rows: Int) -> Void
  ) {
    let rows = rows
    scalars.withUnsafeMutableBufferPointer { numbers in
      guard let start = numbers.baseAddress, !numbers.isEmpty else { return }
      body(start, rows)
    }
  }
}

extension Matrix {
  /// Multiplies all numbers by a factor, in place.
  public mutating func scale(by factor: Double) {
    _ = BLAS.isReady
    cblas_dscal(Int32(scalars.count), factor, &scalars, 1)
  }

  /// Multiplies one row by a factor, in place.
  public mutating func scale(row: Int, by factor: Double) {
    for k in (row * columns)..<((row + 1) * columns) { scalars[k] *= factor }
  }

  /// Multiplies each column by its own factor, in place.
  ///
  /// - Precondition: There is one factor for each column.
  public mutating func scaleColumns(by factors: [Double]) {
    require(
      factors.count == columns, "Matrix: \(factors.count) factors for \(columns) columns.")
    for start in stride(from: 0, to: rows * columns, by: max(columns, 1)) {
      for j in 0..<columns { scalars[start + j] *= factors[j] }
    }
  }
}
