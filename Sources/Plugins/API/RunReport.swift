import Inference
import PPL
import Runs

/// The report of a fit or an experiment: a table, numbers for programs, and files.
public struct RunReport: Sendable {
  /// The text for standard output.
  public var table: String
  /// Every printed number under a stable name, written by `--json`.
  public var numbers: any Encodable & Sendable
  /// The files for the folder of `--output`.
  public var files: [OutputFile]
  /// The time of a step by operation and by site, printed after the table, if `FitOptions.profile` asks for it.
  public var profile: Profile?
  /// The reason why a completed fit is invalid, a sentence for standard error, with exit status 3; nil for a valid fit and for
  /// an experiment.
  public var failure: String?

  /// Whether the run was finished before and is printed again, so that its folder stays as it is.
  var isOfEarlierRun = false

  /// A report of these parts.
  public init(
    table: String, numbers: any Encodable & Sendable, files: [OutputFile], profile: Profile? = nil,
    failure: String? = nil
  ) {
    (self.table, self.numbers, self.files) = (table, numbers, files)
    (self.profile, self.failure) = (profile, failure)
  }
}
