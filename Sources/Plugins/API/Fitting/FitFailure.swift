import Inference

/// The failure of a fit, in terms of its flags, with the remaining content of its output folder.
public struct FitFailure: PluginError, Equatable {
  /// The cause of a failed fit.
  public enum Cause: Error, Equatable, Sendable {
    /// A parameter became infinite or left its support.
    case diverged(step: Int, parameter: String?, learningRate: Double)
    /// The sites of a step, or their shapes, differ from those at the start.
    case changedSites(step: Int, change: SiteChange)
    /// The fit is complete, but draws from it are not finite; its files are written.
    case notFinite(site: String, learningRate: Double)
  }

  /// The content of the output folder after a fit that failed.
  public enum Leftover: Equatable, Sendable {
    /// No file: nothing was written, or there is no folder.
    case nothing
    /// No file: the checkpoints of the fit were removed.
    case removed
    /// The earlier run, unchanged: the fit failed before its first checkpoint.
    case earlierRun(path: String)
    /// No file: a checkpoint replaced the earlier run, and was removed.
    case replacedRun(path: String)
    /// The last checkpoint of a fit that was resumed, at this step.
    case checkpoint(path: String, step: Int)
  }

  /// The cause of the failure.
  public let cause: Cause
  /// The content of the output folder.
  public let left: Leftover

  /// A failure with the remaining content of the output folder.
  public init(_ cause: Cause, left: Leftover) { (self.cause, self.left) = (cause, left) }

  /// The cause, the flag that helps, and the content of the output folder.
  public var description: String { "\(cause). \(left)" }
}

extension FitFailure.Cause: CustomStringConvertible {
  /// The cause and the flag that helps, without a full stop.
  public var description: String {
    switch self {
    case .diverged(let step, let parameter, let rate):
      "the fit diverged in step \(step), where "
        + (parameter.map { "\(GuideParameter($0)) became infinite or left its range; " }
          ?? "the loss was no longer a number; ")
        + "lower --learning-rate, which is \(rate)"
    case .changedSites(let step, let change):
      "the fit ended in step \(step): \(change)"
    case .notFinite(let site, let rate):
      "the fit ended, but its draws of \"\(site)\" are not all finite; "
        + "lower --learning-rate, which is \(rate), or take narrower priors"
    }
  }
}

extension FitFailure.Leftover: CustomStringConvertible {
  /// The content of the folder in a sentence.
  public var description: String {
    switch self {
    case .nothing: "Nothing was written."
    case .removed: "The checkpoints of the fit were removed."
    case .earlierRun(let path): "Nothing was written; the earlier run in \(path) is as it was."
    case .replacedRun(let path):
      "The earlier run in \(path) had been replaced by a checkpoint of the fit, which was removed."
    case .checkpoint(let path, let step):
      "The checkpoint of step \(step) is kept in \(path)."
    }
  }
}
