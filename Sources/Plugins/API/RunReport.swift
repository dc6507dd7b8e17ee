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
  /// Whether the fit has converged; nil for an experiment. A fit without a finite loss at its end has exit status 3.
  public var convergence: Convergence?

  /// A report of these parts.
  public init(
    table: String, numbers: any Encodable & Sendable, files: [OutputFile], profile: Profile? = nil,
    convergence: Convergence? = nil
  ) {
    (self.table, self.numbers, self.files) = (table, numbers, files)
    (self.profile, self.convergence) = (profile, convergence)
  }
}
