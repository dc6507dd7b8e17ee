/// The error of a run that the user interrupted before its first result.
public struct Interrupted: Error, Equatable, CustomStringConvertible {
  /// The file with the finished pieces; nil if there is none.
  private let path: String?
  private let canResume: Bool

  /// An interruption of a fit before its first result.
  public init() { (path, canResume) = (nil, false) }

  /// An interruption of a sampler before its first draw, whose warm-up is in the file at `path`; nil if it is nowhere.
  public init(warmupKeptIn path: String?) { (self.path, canResume) = (path, true) }

  /// An interruption of a run that keeps its pieces in `journal`.
  public init(keptIn journal: Journal) { (path, canResume) = (journal.path, true) }

  public var description: String {
    let interrupted = "interrupted before the first result"
    guard canResume else { return "\(interrupted); nothing is kept." }
    guard let path else {
      return "\(interrupted), and nothing is kept; a run with --output can continue with --resume."
    }
    return "\(interrupted); what was finished is in \(path), from which --resume continues."
  }
}
