import Inference
import PPL

/// What a fit or an experiment gives: numbers for people, for programs, and for later.
public struct RunReport: Sendable {
  /// Printed on standard output.
  public var table: String
  /// Every printed number under a stable name, written by `--json`.
  public var numbers: any Encodable & Sendable
  /// Written into the folder of `--output`.
  public var files: [OutputFile]
  /// Where the time of a step went, printed after the table; there if `FitOptions.profile` asks for it.
  public var profile: Profile?
  /// Why a fit that ended is of no use, a sentence: it is told on standard error, with exit status 3. Nil for any other
  /// fit and for an experiment.
  public var failure: String?

  /// A report of these parts.
  public init(
    table: String, numbers: any Encodable & Sendable, files: [OutputFile], profile: Profile? = nil,
    failure: String? = nil
  ) {
    (self.table, self.numbers, self.files) = (table, numbers, files)
    (self.profile, self.failure) = (profile, failure)
  }
}
