/// An error in making or drawing a figure.
public enum PlottingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No folder of the search path has gnuplot.
  case gnuplotMissing
  /// Gnuplot did not draw the figure; the case holds its message.
  case gnuplotFailed(message: String)
  /// A number that is not finite.
  case notFinite(what: String, index: [Int], value: String)
  /// A number that is not positive, on a logarithmic axis.
  case notPositive(what: String, index: [Int], value: Double)
  /// A band whose lower end is above its upper one.
  case crossedBand(what: String, index: Int, low: Double, high: Double)
  /// Two sizes that should agree differ.
  case size(what: String, given: Int, expected: Int)
  /// There is nothing, or too little, to draw.
  case tooFew(what: String, given: Int, needed: Int)
  /// The coordinates of a grid do not increase by equal steps.
  case unequalSteps(what: String, index: Int)

  public var description: String {
    switch self {
    case .gnuplotMissing:
      "gnuplot is not installed; run `make setup`, or install the Debian package gnuplot-nox."
    case .gnuplotFailed(let message):
      "gnuplot did not draw the figure: \(message)"
    case .notFinite(let what, let index, let value):
      "\(what)\(index) is \(value), but must be finite; leave out what is missing."
    case .notPositive(let what, let index, let value):
      "\(what)\(index) is \(value), but must be positive on a logarithmic axis."
    case .crossedBand(let what, let index, let low, let high):
      "\(what): the band at [\(index)] goes from \(low) down to \(high); its lower end comes first."
    case .size(let what, let given, let expected):
      "\(what) has \(given) numbers, but needs \(expected)."
    case .tooFew(let what, let given, let needed):
      "\(what): found \(given), but a figure needs at least \(needed)."
    case .unequalSteps(let what, let index):
      "\(what)[\(index)] is not one step above the number before it; a heat map needs equal steps that rise."
    }
  }

  /// Throws an error for numbers that are not finite; `index` gives the position of number k.
  static func check(
    _ numbers: [Double], _ what: String, index: (Int) -> [Int] = { [$0] }
  ) throws(PlottingError) {
    if let bad = numbers.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(what: what, index: index(bad), value: "\(numbers[bad])")
    }
  }

  /// Throws an error for rows that are not `columns` long, or whose numbers are not finite.
  static func check(
    _ rows: [[Double]], _ what: String, rows count: Int, columns: Int
  ) throws(PlottingError) {
    guard rows.count == count else {
      throw .size(what: "\(what), by rows,", given: rows.count, expected: count)
    }
    for (i, row) in rows.enumerated() {
      guard row.count == columns else {
        throw .size(what: "\(what), row \(i),", given: row.count, expected: columns)
      }
      try check(row, what) { [i, $0] }
    }
  }
}
