import LinearAlgebra

/// An error in the input of a spectrum estimator.
public enum EstimatorError: Error, CustomStringConvertible, Equatable {
  /// A number of columns other than the required one.
  case size(what: String, given: Int, expected: Int)
  /// A number that is negative or not finite.
  case value(what: String, row: Int, column: Int, value: String)
  /// Too few pairs to train on.
  case tooFewPairs(Int, needed: Int)
  /// A loss or a weight that is no longer finite.
  case diverged(step: Int)
  /// A spectrum without variance where a shape is fitted to it.
  case noVariance(point: Int)
  /// A pair without variance in any band, or of infinite variance, for an amplitude-free network.
  case noBandVariance(pair: Int)
  /// A filter bank whose bands cannot be told apart.
  case dependentBands

  public var description: String {
    switch self {
    case .size(let what, let given, let expected):
      "\(what) has \(given) columns, but needs \(expected)."
    case .value(let what, let row, let column, let value):
      "\(what)[\(row), \(column)] is \(value), but must be finite and not negative."
    case .tooFewPairs(let count, let needed):
      "there are \(count) pairs to train on; give at least \(needed)."
    case .diverged(let step):
      "step \(step): the loss or a weight is not finite. Lower the learning rate, or look at the amplitude of the pairs."
    case .noVariance(let point):
      "point \(point): the spectrum to fit has no positive moments; its band variances are too noisy for this estimator."
    case .noBandVariance(let pair):
      "pair \(pair): the total of the band variances is not positive and finite, so that an amplitude-free network has no unit for its spectrum; leave the pair out."
    case .dependentBands:
      "the bands of the filter bank are linearly dependent, so that no spectrum gives arbitrary band variances; use fewer."
    }
  }

  /// Refuses band variances of another number of bands, and numbers that are negative or not finite.
  static func check(_ bandVariances: Matrix, bands: Int) throws(EstimatorError) {
    guard bandVariances.columns == bands else {
      throw .size(what: "bandVariances", given: bandVariances.columns, expected: bands)
    }
    try checkNotNegative(bandVariances.scalars, columns: bands, "bandVariances")
  }

  /// Refuses numbers that are negative or not finite.
  static func checkNotNegative(
    _ numbers: [Double], columns: Int, _ what: String
  ) throws(EstimatorError) {
    if let bad = numbers.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw .value(
        what: what, row: bad / max(columns, 1), column: bad % max(columns, 1),
        value: "\(numbers[bad])")
    }
  }
}
