/// A step that an optimizer of `skippingNonFinite()` skipped.
public struct SkippedStep: Sendable, Equatable {
  /// The step's number, the first being 1.
  public let step: Int
  /// The sites whose log density was not finite, as text; nil if only the gradient was not.
  public let cause: String?
}

/// The error of a diverged fit: a parameter is no longer finite, or the loss is NaN.
public struct Divergence: Error, CustomStringConvertible {
  /// The step's number, the first being 1.
  public let step: Int
  /// The parameter that is no longer finite; nil if all are finite and the loss is NaN.
  public let parameter: String?
  /// The sites that were not finite, if any: `site "y" has log density nan`.
  public let cause: String?
  /// The record of that step.
  public let record: StepRecord
  /// The fit before that step.
  public let fit: SVIFit

  public var description: String {
    "step \(step): "
      + (parameter.map { "parameter \"\($0)\" is no longer finite" } ?? "the loss is not a number")
      + (cause.map { "; \($0)" } ?? "") + ". Lower the learning rate, clip the gradient, or "
      + "start inside the support; \(keptSteps(before: step))."
  }
}

/// The error of a step in which guide or model have other sites than at the start of the fit.
public struct ChangedSites: Error, CustomStringConvertible {
  /// The step's number, the first being 1.
  public let step: Int
  /// The first site that changed.
  public let change: SiteChange
  /// The fit before that step.
  public let fit: SVIFit

  public var description: String {
    "step \(step): \(change); \(keptSteps(before: step))."
  }
}

/// The text about the steps before the failed one.
private func keptSteps(before step: Int) -> String {
  switch step - 1 {
  case 0: "no step was taken before it"
  case 1: "the step before it is kept"
  case let count: "the \(count) steps before it are kept"
  }
}
