import Preconditions

/// A sparse matrix in compressed rows.
public struct SparseMatrix: LinearMap, Equatable {
  /// The numbers of rows and of columns, zeros included.
  public let rows, columns: Int
  /// The start of each row in `entries`, and the end of the last one; `rows + 1` numbers.
  let starts: [Int]
  /// The column of each entry, increasing within a row.
  let places: [Int32]
  let entries: [Double]

  /// The threshold of the entries to keep, relative to the largest modulus.
  public enum Threshold: Sendable, Equatable {
    /// Keeps entries of at least this fraction of the largest modulus of the matrix.
    case ofLargest(Double)
    /// Keeps entries of at least this fraction of the largest modulus of their row.
    case ofRow(Double)
  }

  /// The number of entries that are kept.
  public var count: Int { entries.count }
  /// The fraction of all entries that is kept.
  public var density: Double { Double(count) / Double(max(rows * columns, 1)) }

  /// Keeps the entries of `matrix` whose modulus reaches the threshold; zeros are never kept, NaN always.
  ///
  /// - Precondition: The threshold is not negative.
  public init(_ matrix: Matrix, keeping threshold: Threshold) {
    let largest = { (numbers: ArraySlice<Double>) in
      numbers.reduce(0) { max($0, $1.magnitude) }
    }
    let bound: (Int) -> Double
    switch threshold {
    case .ofLargest(let part):
      require(part >= 0, "SparseMatrix: the threshold is \(part).")
      let level = part * largest(matrix.scalars[...])
      bound = { _ in level }
    case .ofRow(let part):
      require(part >= 0, "SparseMatrix: the threshold is \(part).")
      bound = { part * largest(matrix.row($0)) }
    }
    var (starts, places, entries) = ([0], [Int32](), [Double]())
    for i in 0..<matrix.rows {
      let level = bound(i)
      for (j, entry) in matrix.row(i).enumerated()
      where !(entry.magnitude < level) && entry != 0 {
        places.append(Int32(j))
        entries.append(entry)
      }
      starts.append(entries.count)
    }
    (rows, columns) = (matrix.rows, matrix.columns)
    (self.starts, self.places, self.entries) = (starts, places, entries)
  }

  private init(rows: Int, columns: Int, starts: [Int], places: [Int32], entries: [Double]) {
    (self.rows, self.columns) = (rows, columns)
    (self.starts, self.places, self.entries) = (starts, places, entries)
  }

  public func multiplied(by vector: [Double]) -> [Double] {
    require(
      vector.count == columns, "SparseMatrix: \(columns) columns by a vector of \(vector.count).")
    return (0..<rows).map { row in
      var sum = 0.0
      for k in starts[row]..<starts[row + 1] { sum += entries[k] * vector[Int(places[k])] }
      return sum
    }
  }

  public func transposeMultiplied(by vector: [Double]) -> [Double] {
    require(
      vector.count == rows, "SparseMatrix: \(rows) rows by a vector of \(vector.count).")
    var result = Array(repeating: 0.0, count: columns)
    for row in 0..<rows {
      for k in starts[row]..<starts[row + 1] { result[Int(places[k])] += entries[k] * vector[row] }
    }
    return result
  }

  public func taking(rows indices: [Int]) -> SparseMatrix {
    var (starts, places, entries) = ([0], [Int32](), [Double]())
    for row in indices {
      require((0..<rows).contains(row), "SparseMatrix: no row \(row) of \(rows).")
      let range = self.starts[row]..<self.starts[row + 1]
      places += self.places[range]
      entries += self.entries[range]
      starts.append(entries.count)
    }
    return SparseMatrix(
      rows: indices.count, columns: columns, starts: starts, places: places, entries: entries)
  }

  /// The dense matrix, with its zeros.
  public func dense() -> Matrix {
    var matrix = Matrix(rows: rows, columns: columns)
    for row in 0..<rows {
      for k in starts[row]..<starts[row + 1] { matrix[row, Int(places[k])] = entries[k] }
    }
    return matrix
  }
}
