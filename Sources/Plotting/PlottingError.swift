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
  /// A band over numbers that do not rise, whose ends would cross.
  case unsortedBand(what: String, index: Int)
  /// A number that is no return period: 1 or less.
  case noReturnPeriod(what: String, index: Int, value: Double)
  /// Limits of an axis that are one number.
  case emptyLimits(what: String, value: Double)
  /// A size of a drawing that is not from 1 to 100 inches.
  case badSize(what: String, inches: Double)
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
    case .unsortedBand(let what, let index):
      "\(what): x[\(index)] is not above the number before it, but a band needs x in rising order; sort its points."
    case .noReturnPeriod(let what, let index, let value):
      "\(what)[\(index)] is \(value), but must be above 1 on an axis of return periods."
    case .emptyLimits(let what, let value):
      "\(what) are both \(value), but the first must be below the last."
    case .badSize(let what, let inches):
      "the \(what) of a figure is \(inches) inches, but must be from 1 to 100."
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

  /// Throws an error for a band with an end that is missing, over x that do not rise, or whose ends cross.
  static func checkBand(
    _ x: [Double], low: [Double], high: [Double], _ what: String
  ) throws(PlottingError) {
    if let bad = x.indices.dropFirst().first(where: { !(x[$0] > x[$0 - 1]) }) {
      throw .unsortedBand(what: what, index: bad)
    }
    try checkEnds(low, high, what)
  }

  /// Throws an error for intervals whose ends cross.
  static func checkEnds(
    _ low: [Double], _ high: [Double], _ what: String
  ) throws(PlottingError) {
    if let bad = low.indices.first(where: { low[$0] > high[$0] }) {
      throw .crossedBand(what: what, index: bad, low: low[bad], high: high[bad])
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
