import Foundation
import Inference
import Preconditions

extension SVIRun {
  /// The numbers of a fit by steps in JSON, with stable names.
  struct Numbers: Encodable, Sendable {
    let losses: Losses
    let steps: Steps
  }

  /// The summary of the losses.
  struct Losses: Encodable, Sendable {
    /// The loss of the first and of the last step; nil, and null in JSON, where it was not finite.
    let first, last: Double?
    /// The number of losses.
    let count: Int
    /// The mean of the finite losses among the last 500; nil if none is.
    let meanOfLast: Double?

    enum CodingKeys: String, CodingKey {
      case first, last, count
      case meanOfLast = "mean_of_last"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      // JSON has no infinity: null, and `steps.infinite` counts them.
      try container.encode(first, forKey: .first)
      try container.encode(last, forKey: .last)
      try container.encode(count, forKey: .count)
      try container.encodeIfPresent(meanOfLast, forKey: .meanOfLast)
    }
  }

  /// The counts of anomalous steps.
  struct Steps: Encodable, Sendable {
    /// The numbers of steps whose gradient was shortened, had entries set to 0, or whose loss was not finite.
    let clipped, zeroed, infinite: Int
  }
}

extension FitCourse {
  /// The course of a fit by steps.
  ///
  /// - Parameters:
  ///   - fit: The fit after its last run.
  ///   - history: The records of all steps, including those before a checkpoint.
  ///   - average: The mean of the parameters; nil without `--average`.
  ///   - steps: The requested number of steps.
  ///   - hasStopped: Whether the fit ended by its test on parameters, with `--stop-when-converged`.
  ///   - wasFinished: Whether the run had taken all its steps before.
  ///   - context: The flags of the fit.
  ///   - seconds: Wall time in seconds.
  init(
    of fit: SVIFit, _ history: StepHistory, _ average: IterateAverage?, steps: Int,
    hasStopped: Bool, wasFinished: Bool, in context: FitContext, seconds: Double
  ) {
    let particles = context.flag("--particles").flatMap { Int($0) } ?? 1
    let records = history.records
    let convergence = Convergence(losses: records.map(\.loss))
    let last = records.suffix(500).map(\.loss).filter(\.isFinite)
    let mean = last.isEmpty ? nil : last.reduce(0, +) / Double(last.count)
    let meanText = mean.map {
      String(format: "mean loss of the last %d: %.2f", last.count, $0)
    }
    let count = history.count
    let rate = Double(fit.history.count) / seconds
    let pace =
      wasFinished
      ? "the run was finished: all \(counted(count, "step")) were taken before, "
      : counted(count, "step") + String(format: " in %.2f s (%.0f a second), ", seconds, rate)
    var facts = [pace + (meanText ?? "no loss is finite yet")]
    if history.infinite + history.clipped + history.zeroed > 0 {
      facts.append(
        "gradient clipped in \(counted(history.clipped, "step")), "
          + "entries that were not a number set to 0 in \(history.zeroed); "
          + "\(counted(history.infinite, "loss", "losses")) not finite")
    }
    facts += [average?.fact(of: fit), Self.clipping(history, context.flag("--clip"))].compactMap(
      \.self)
    if count < steps, !hasStopped {
      facts.append(
        "interrupted after \(count) of \(steps) steps; this is the fit so far"
          + (context.settings.output != nil ? ", and --resume continues it" : ""))
    }
    let hasSettled = average?.isSettled(of: fit) ?? true
    self.init(
      isConverged: hasStopped || convergence.isConverged && hasSettled,
      verdict: hasStopped
        ? "the fit converged by the test on its parameters: no standard error of their mean is above 0.05 standard deviations, "
          + "and the loss no longer falls; it ended after \(count) of \(steps) steps."
        : convergence.isConverged && !hasSettled
          ? "the fit has not converged: its averaged parameters have not settled; take more --steps."
          : "\(convergence)",
      searchReport: convergence.reportOnLosses,
      failure: convergence.hasFiniteLosses ? nil : "\(convergence)", facts: facts,
      remarks: fit.sitesOutsideSupport.map { "\($0)" }
        + fit.reads.map { "every step was recorded again: \($0)" },
      numbers: SVIRun.Numbers(
        losses: .init(
          first: records.first?.loss.ifFinite, last: records.last?.loss.ifFinite, count: count,
          meanOfLast: mean),
        steps: .init(
          clipped: history.clipped, zeroed: history.zeroed, infinite: history.infinite)),
      sampling: FitSampling(gradients: Double(count * particles), seconds: seconds),
      stepCount: count, seconds: seconds)
  }
}

extension FitCourse {
  /// The remedy for a clip that was active in most steps, and for none where draws come near the end of the support; nil
  /// otherwise.
  fileprivate static func clipping(_ history: StepHistory, _ clip: String?) -> String? {
    if clip == "none", 20 * history.infinite > history.count {
      return
        "with --clip none the huge gradients beside impossible draws keep the steps of Adam small long after them; "
        + "take --clip 10, or a higher --learning-rate with --schedule cosine"
    }
    guard 2 * history.clipped > history.count, let clip else { return nil }
    return
      "--clip \(clip) shortened the gradient in more than half of the steps, so that it and not the posterior sets their "
      + "lengths; take --clip none"
  }
}

extension IterateAverage {
  /// The line of a report with the standard error of the averaged parameters.
  fileprivate func fact(of fit: SVIFit) -> String {
    let length = "parameters averaged over the last \(counted(count, "step"))"
    guard let found = largestErrors(scales: fit.parameterScales) else { return length }
    return length
      + String(
        format: ": standard error at most %.3f standard deviations, drift %.3f",
        found.standardError, found.drift)
  }

  /// Whether the averages are within 0.05 standard deviations of where they go.
  func isSettled(of fit: SVIFit) -> Bool {
    isSettled(within: 0.05, scales: fit.parameterScales)
  }
}

extension Double {
  /// The number itself; nil for an infinity or NaN.
  fileprivate var ifFinite: Double? { isFinite ? self : nil }
}
