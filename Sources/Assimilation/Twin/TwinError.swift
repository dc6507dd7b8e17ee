/// What can go wrong in a twin experiment.
public enum TwinError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The truth has left the finite numbers.
  case truthNotFinite(step: Int)
  /// A filter's state has numbers that are not finite.
  case notFinite(stage: String)
  /// An analysis is further from the truth than allowed.
  case diverged(error: Double, bound: Double)

  public var description: String {
    switch self {
    case .truthNotFinite(let step):
      "the truth is not finite at step \(step); the model is unstable: try a shorter time step."
    case .notFinite(let stage):
      "the \(stage) is not finite."
    case .diverged(let error, let bound):
      "the analysis has a root mean squared error of \(error), above the bound of \(bound)."
    }
  }
}
