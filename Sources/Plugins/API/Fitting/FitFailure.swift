import Inference

/// The reason why a fit gives no result, in terms of its flags, and what it left in its output folder.
public struct FitFailure: PluginError, Equatable {
  /// The reason why there is no result.
  public enum Cause: Error, Equatable, Sendable {
    /// A parameter ceased to be a number, or to lie on its support.
    case diverged(step: Int, parameter: String?, learningRate: Double)
    /// A step had other sites, or sites of other shapes, than the start.
    case changedSites(step: Int, change: SiteChange)
    /// The fit ended, but draws from it are not finite; its files are written.
    case notFinite(site: String, learningRate: Double)
  }

  /// The content of the output folder after a fit that failed.
  public enum Leftover: Equatable, Sendable {
    /// No file of the fit, which had written nothing or has no folder.
    case nothing
    /// No file of the fit, whose checkpoints were removed.
    case removed
    /// The run that was there before, all of it: the fit failed before its first checkpoint.
    case earlierRun(path: String)
    /// Neither the run that was there before, which a checkpoint replaced, nor anything of the fit.
    case replacedRun(path: String)
    /// The last checkpoint of a fit that was resumed, at this step.
    case checkpoint(path: String, step: Int)
  }

  /// The reason why there is no result.
  public let cause: Cause
  /// The content of the output folder.
  public let left: Leftover

  /// A failure with what it left in the output folder.
  public init(_ cause: Cause, left: Leftover) { (self.cause, self.left) = (cause, left) }

  /// The failure, the flag that helps, and the content of the output folder.
  public var description: String { "\(cause). \(left)" }
}

extension FitFailure.Cause: CustomStringConvertible {
  /// The failure and the flag that helps, without a full stop.
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
