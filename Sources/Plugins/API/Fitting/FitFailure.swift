import Inference

/// The failure of a fit, in terms of its flags, with the remaining content of its output folder.
public struct FitFailure: PluginError, Equatable {
  /// The cause of a failed fit.
  public enum Cause: Error, Equatable, Sendable {
    /// The sites of a step, or their shapes, differ from those at the start.
    case changedSites(step: Int, change: SiteChange)
    /// A cause in words, with the flag that helps and without a full stop, of any backend.
    case other(String)
    /// A model or a flag that the method cannot take, whatever the data, in words and without a full stop.
    case settings(String)
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

  /// Whether the cause is the model or a flag, so that every other data set would meet it.
  var isOfSettings: Bool { if case .settings = cause { true } else { false } }

  /// The cause, the flag that helps, and the content of the output folder.
  public var description: String { "\(cause). \(left)" }
}

extension FitFailure.Cause: CustomStringConvertible {
  /// The cause and the flag that helps, without a full stop.
  public var description: String {
    switch self {
    case .changedSites(let step, let change): "the fit ended in step \(step): \(change)"
    case .other(let sentence), .settings(let sentence): sentence
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
