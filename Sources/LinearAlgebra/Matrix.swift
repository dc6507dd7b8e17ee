import Preconditions

/// A dense matrix of numbers in row-major order, changed in place, for thousands of rows.
///
/// It is a value with copy on write; nothing here is recorded or differentiated.
public struct Matrix: Sendable, Equatable, Codable {
  /// The numbers of rows and of columns.
  public let rows, columns: Int
  /// The entries, row by row.
  public internal(set) var scalars: [Double]

  /// A matrix of the given entries, row by row.
  ///
  /// - Precondition: There are `rows` times `columns` numbers.
  public init(rows: Int, columns: Int, _ scalars: [Double]) {
    require(
      rows >= 0 && columns >= 0 && scalars.count == rows * columns,
      "Matrix: \(scalars.count) numbers for \(rows) rows and \(columns) columns.")
    (self.rows, self.columns, self.scalars) = (rows, columns, scalars)
  }

  /// A matrix of equal entries.
  ///
  /// - Precondition: Neither size is negative.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    self.init(
      rows: rows, columns: columns, Array(repeating: value, count: rows * columns))
  }

  /// The entry in this row and column, both counted from 0.
  public subscript(row: Int, column: Int) -> Double {
    get { scalars[row * columns + column] }
    set { scalars[row * columns + column] = newValue }
  }

  /// The entries of one row.
  public func row(_ index: Int) -> ArraySlice<Double> {
    scalars[(index * columns)..<((index + 1) * columns)]
  }
}
