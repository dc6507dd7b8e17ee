import Preconditions

/// An error of `ppl figures`: a figure that a run does not have.
public struct FigureError: PluginError, Equatable {
  /// The message of the error, a sentence.
  public let description: String

  /// An error with this message.
  init(_ description: String) { self.description = description }

  /// The error of a name that no figure has.
  static func unknown(_ name: String, _ known: [String]) -> FigureError {
    FigureError(
      known.isEmpty
        ? "the run has no figures."
        : "the run has no figure \"\(name)\"; it has \(known.joined(separator: ", ")).")
  }
}
