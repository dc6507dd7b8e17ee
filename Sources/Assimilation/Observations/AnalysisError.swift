import LinearAlgebra
import Preconditions

/// An error of an ensemble, of observations or of a prior.
public enum AnalysisError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An ensemble with too few members for its covariance.
  case ensembleTooSmall(members: Int, needed: Int)
  /// A climatology with too few states for its covariance.
  case tooFewStates(Int)
  /// A model with a state that is not finite.
  case modelNotFinite(step: Int, point: Int, value: String)
  /// A number that is not finite.
  case notFinite(what: String, index: [Int], value: String)
  /// A negative number where none is allowed.
  case negative(what: String, index: [Int], value: Double)
  /// A mean squared error of 0, to which no other can be compared.
  case zero(what: String, index: [Int])
  /// A number of elements that does not fit.
  case size(what: String, given: Int, expected: Int)
  /// A localization or a prior of another grid than the state.
  case otherGrid(of: String, points: Int, expected: Int)
  /// An observation at a point that the grid does not have.
  case noSuchPoint(Int, pointCount: Int)
  /// Exact observations of one point that differ.
  case contradiction(point: Int)
  /// An exact observation, where its inverse variance is needed.
  case exactObservation(point: Int)
  /// A taper of distances along a ring that is not 0 half-way round.
  case wrappingTaper(taper: String, points: Int, leastEigenvalue: Double, largestLength: Double?)

  public var description: String {
    switch self {
    case .ensembleTooSmall(let members, let needed):
      "an ensemble of \(members) has no sample covariance; give at least \(counted(needed, "member"))."
    case .tooFewStates(let count):
      "a climatology of \(counted(count, "state")) has no covariance; "
        + "give at least 2, by more steps or a shorter interval."
    case .modelNotFinite(let step, let point, let value):
      "the model's state is \(value) at point \(point) in step \(step), but must be finite; the model is unstable: "
        + "try a shorter time step."
    case .notFinite(let what, let index, let value):
      "\(what)\(index) is \(value), but must be finite; leave out what is missing."
    case .negative(let what, let index, let value):
      "\(what)\(index) is \(value), but must not be negative."
    case .zero(let what, let index):
      "\(what)\(index) is 0; errors cannot be compared with it."
    case .size(let what, let given, let expected):
      "\(what) has \(given) numbers, but needs \(expected)."
    case .otherGrid(let what, let points, let expected):
      "\(what) is of a grid of \(points) points, but the state has \(expected); make it on the state's grid."
    case .noSuchPoint(let point, let count):
      "an observation is at point \(point), but the points of the grid are 0..<\(count)."
    case .contradiction(let point):
      "observations of point \(point) have variance 0 and differ; give them a positive variance."
    case .exactObservation(let point):
      "the observation of point \(point) has variance 0, which has no inverse; use the analysis with a prior covariance."
    case .wrappingTaper(let taper, let points, let least, let largest):
      "the taper \(taper) of distances along a ring of \(points) points is no covariance, with the eigenvalue \(least), "
        + "because it is not 0 half-way round; use "
        + (largest.map { "a length of at most \($0), or " } ?? "")
        + "distances along chords, as of Ring(points: \(points), metric: .chord(radius: \(points) / (2 * .pi)))."
    }
  }

  /// Refuses numbers that are not finite.
  ///
  /// - Throws: `AnalysisError.notFinite`, which calls the numbers `what`.
  public static func check(_ numbers: [Double], _ what: String) throws(AnalysisError) {
    if let k = numbers.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(what: what, index: [k], value: text(numbers[k]))
    }
  }

  /// Refuses entries of a matrix that are not finite.
  ///
  /// - Throws: `AnalysisError.notFinite`, which calls the matrix `what`.
  public static func check(_ matrix: Matrix, _ what: String) throws(AnalysisError) {
    if let k = matrix.firstNonFinite {
      throw .notFinite(
        what: what, index: [k / matrix.columns, k % matrix.columns], value: text(matrix.scalars[k]))
    }
  }

  /// Refuses a localization or a prior of another grid than the state's.
  static func check(_ what: String, points: Int, expected: Int) throws(AnalysisError) {
    guard points == expected else {
      throw .otherGrid(of: what, points: points, expected: expected)
    }
  }

  /// The text of a number; NaN has no sign.
  static func text(_ number: Double) -> String { number.isNaN ? "nan" : "\(number)" }

  /// Refuses variances of observations that are negative or NaN. Infinite ones are allowed.
  static func check(variances: [Double]) throws(AnalysisError) {
    for (k, variance) in variances.enumerated() {
      if variance.isNaN { throw .notFinite(what: "variances", index: [k], value: "nan") }
      if variance < 0 { throw .negative(what: "variances", index: [k], value: variance) }
    }
  }
}

extension Matrix {
  /// The index of the first number that is not finite, row by row.
  var firstNonFinite: Int? { isFinite ? nil : scalars.firstIndex { !$0.isFinite } }
}
