import PPL

/// The record of one step of a fit.
public struct StepRecord: Sendable, Equatable {
  /// The loss at the parameters before the step.
  public var loss: Double
  /// The Euclidean norm of the gradient over all parameters, before clipping; 0 if no transformation measured it.
  public var gradientNorm: Double = 0
  /// The number of gradient entries that were not a number and were set to 0.
  public var zeroed = 0
  /// Whether the gradient was clipped.
  public var isClipped: Bool = false
  /// Whether the step was skipped, because its loss or gradient was not finite; with `ParameterGroups`, by at least one group.
  public var isSkipped: Bool = false

  /// The record of a step with this loss.
  public init(loss: Double) { self.loss = loss }
}

extension OptimizerStep {
  /// The record of a step in one vector, and whether the fit may continue from its end.
  func report(isUsable: Tensor) -> Tensor {
    stack([loss, gradientNorm, zeroed, isClipped, isSkipped, isUsable])
  }
}

extension StepRecord {
  /// The record in a vector of `OptimizerStep.report(isUsable:)`.
  init(report: Span<Double>) {
    self.init(loss: report[0])
    (gradientNorm, zeroed, isClipped) = (
      report[1], Int(exactly: report[2].rounded()) ?? 0, report[3] == 1
    )
    isSkipped = report[4] == 1
  }

  static func isUsable(report: Span<Double>) -> Bool { report[5] == 1 }
}
