/// A step that an optimizer of `skippingNonFinite()` left out.
public struct SkippedStep: Sendable, Equatable {
  /// The step's number, the first being 1.
  public let step: Int
  /// The sites whose log density was not finite, in words; nil if only the gradient was not.
  public let cause: String?
}

/// An error: a parameter of a fit is no longer finite, or its loss is not a number.
public struct Divergence: Error, CustomStringConvertible {
  /// The step's number, the first being 1.
  public let step: Int
  /// The parameter that is no longer finite; nil if all are finite and the loss is not a number.
  public let parameter: String?
  /// The sites that were not finite, if any: `site "y" has log density nan`.
  public let cause: String?
  /// The record of that step.
  public let record: StepRecord
  /// The fit as it was before that step.
  public let fit: SVIFit

  public var description: String {
    "step \(step): "
      + (parameter.map { "parameter \"\($0)\" is no longer finite" } ?? "the loss is not a number")
      + (cause.map { "; \($0)" } ?? "") + ". Lower the learning rate, clip the gradient, or "
      + "start inside the support; \(keptSteps(before: step))."
  }
}

/// An error: the guide or the model of a fit has other sites in a step than at the start.
public struct ChangedSites: Error, CustomStringConvertible {
  /// The step's number, the first being 1.
  public let step: Int
  /// The first site that changed.
  public let change: SiteChange
  /// The fit as it was before that step.
  public let fit: SVIFit

  public var description: String {
    "step \(step): \(change); \(keptSteps(before: step))."
  }
}

/// The number of steps before the one that an error is about, in words.
private func keptSteps(before step: Int) -> String {
  switch step - 1 {
  case 0: "no step was taken before it"
  case 1: "the step before it is kept"
  case let count: "the \(count) steps before it are kept"
  }
}
