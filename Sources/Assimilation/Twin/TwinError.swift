/// An error of a twin experiment.
public enum TwinError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A truth with a number that is not finite.
  case truthNotFinite(step: Int, point: Int, value: String)
  /// A number in a filter's forecast or analysis, or in its measurements, that is not finite.
  case notFinite(stage: String, what: String, value: String)
  /// An analysis further from the truth than allowed.
  case diverged(error: Double, bound: Double)
  /// A checkpoint of another filter or of another twin.
  case otherRun(what: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .truthNotFinite(let step, let point, let value):
      "the truth is \(value) at point \(point) in step \(step), but must be finite; the model is unstable: "
        + "try a shorter time step."
    case .notFinite(let stage, let what, let value):
      "\(what) of the \(stage) is \(value), but must be finite; \(FilterError.remedy)"
    case .diverged(let error, let bound):
      "the analysis has a root mean squared error of \(error), above the bound of \(bound); "
        + FilterError.remedy
    case .otherRun(let what, let found, let expected):
      "the checkpoint is of another run: \(what) is \(found), not \(expected); "
        + "resume it with the filter and the twin that it was started with."
    }
  }
}
