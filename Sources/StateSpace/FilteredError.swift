import PPL

/// An error in the arguments of a filter inside a model; the error of the model adds the name of the site.
enum FilteredError: Error, Equatable, CustomStringConvertible {
  case noValue
  case steps(step: Int, before: Int?)
  case shape(what: String, step: Int?, found: [Int], expected: [Int])
  case observationShape(what: String, step: Int, found: [Int], count: Int)
  case noSuchPoint(step: Int, point: Int, size: Int)
  case observationNotFinite(step: Int, value: Double)
  case notFinite(what: String, step: Int?, value: Double)
  case notPositive(what: String, step: Int?, value: Double)
  case tooFewMembers(Int)
  case notAnEnsemble([Int])
  case taper(String)

  var description: String {
    switch self {
    case .noValue:
      "no observation has a value, so there is no likelihood; give at least one."
    case .steps(let step, let before?):
      "observations of step \(step) come after those of step \(before); "
        + "sort them, and put those of one step together."
    case .steps(let step, nil):
      "observations are of step \(step), but steps count from 0, the state's start."
    case .shape(let what, let step, let found, let expected):
      "\(what)\(Self.at(step)) has shape \(found), but needs \(expected)."
    case .observationShape(let what, let step, let found, let count):
      "\(what)\(Self.at(step)) has shape \(found), but there are \(count) observations; "
        + "count the missing ones too."
    case .noSuchPoint(let step, let point, let size):
      "an observation\(Self.at(step)) is at point \(point), but the points of the state are 0..<\(size)."
    case .observationNotFinite(let step, let value):
      "an observation\(Self.at(step)) has the value \(value), but must be finite; "
        + "a missing observation is nil."
    case .notFinite(let what, let step, let value):
      "\(what)\(Self.at(step)) has the value \(value), but must be finite."
    case .notPositive(let what, let step, let value):
      "\(what)\(Self.at(step)) has the value \(value), but must be positive."
    case .tooFewMembers(let count):
      "an ensemble of \(count) has no sample covariance; give at least 2 members."
    case .notAnEnsemble(let shape):
      "an ensemble has shape [members, state], not \(shape)."
    case .taper(let fault):
      fault
    }
  }

  private static func at(_ step: Int?) -> String { step.map { " of step \($0)" } ?? "" }
}

extension FilteredError {
  /// Refuses another shape.
  static func check(
    _ x: Tensor, _ what: String, step: Int? = nil, shape: [Int]
  ) throws(FilteredError) {
    guard x.shape == shape else {
      throw .shape(what: what, step: step, found: x.shape, expected: shape)
    }
    try checkFinite(x, what, step: step)
  }

  /// Refuses numbers that are not finite. The numbers of a tensor that is being recorded cannot be read.
  static func checkFinite(_ x: Tensor, _ what: String, step: Int? = nil) throws(FilteredError) {
    guard !x.isRecorded, let bad = x.scalars.first(where: { !$0.isFinite }) else { return }
    throw .notFinite(what: what, step: step, value: bad)
  }

  /// Refuses numbers that are not positive.
  static func checkPositive(_ x: Tensor, _ what: String, step: Int? = nil) throws(FilteredError) {
    try checkFinite(x, what, step: step)
    guard !x.isRecorded, let bad = x.scalars.first(where: { $0 <= 0 }) else { return }
    throw .notPositive(what: what, step: step, value: bad)
  }
}
