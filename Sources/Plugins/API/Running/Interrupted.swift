/// A run that the user interrupted before it had anything to report.
public struct Interrupted: Error, Equatable, CustomStringConvertible {
  /// An interruption; it has nothing more to say.
  public init() {}

  public var description: String {
    "interrupted before the first result; what was finished is in the journal of --output, to go on with --resume."
  }
}
