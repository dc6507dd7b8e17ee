import Preconditions

/// Early stopping: a fit ends when its mean loss no longer falls.
///
///     let fit = try svi.run(steps: 20_000, key: key, stopping: EarlyStopping(patience: 10, averaging: 100))
///
/// Losses are averaged over `averaging` steps, since single ones are noisy; the fit ends after `patience` means in a row that
/// are not below the best earlier one by `improvement` times its magnitude. Losses that are not finite are left out of the
/// means.
public struct EarlyStopping: Sendable, Equatable {
  let patience, averaging: Int
  let improvement: Double
  private var best = Double.infinity
  private var waited = 0
  private var sum = 0.0
  private var count = 0

  /// A rule with positive counts and an `improvement` that is not negative; `validate()` throws for others.
  public init(patience: Int = 10, averaging: Int = 100, improvement: Double = 1e-4) {
    (self.patience, self.averaging, self.improvement) = (patience, averaging, improvement)
  }

  /// Checks the settings; called by a fit before its first step.
  ///
  /// - Throws: `InferenceError.argument`.
  public func validate() throws(InferenceError) {
    try demand(
      patience > 0 && averaging > 0, of: "EarlyStopping",
      "patience is \(patience) and averaging \(averaging)", "must be positive")
    try demand(
      improvement >= 0, of: "EarlyStopping", "improvement is \(improvement)",
      "must not be negative")
  }

  /// Whether the fit should continue after a step with this loss.
  ///
  /// Pass the losses of a resumed fit first, so that it ends at the same step as an uninterrupted run.
  public mutating func shouldContinue(after loss: Double) -> Bool {
    guard loss.isFinite else { return true }
    (sum, count) = (sum + loss, count + 1)
    require(averaging > 0, "EarlyStopping: averaging is \(averaging), but must be positive.")
    guard count == averaging else { return true }
    let mean = sum / Double(count)
    (sum, count) = (0, 0)
    if !best.isFinite || mean < best - improvement * best.magnitude {
      (best, waited) = (mean, 0)
    } else {
      waited += 1
    }
    return waited < patience
  }

  /// Whether these losses, one after the other, end a fit after the last of them.
  public func hasEnded(after losses: some Sequence<Double>) -> Bool {
    var (rule, shouldContinue) = (self, true)
    for loss in losses { shouldContinue = rule.shouldContinue(after: loss) }
    return !shouldContinue
  }
}
