import Preconditions
import Foundation

/// A file that a run will leave: its name in the run's folder, and how to make it.
///
/// - Precondition: The name is relative, and stays inside the folder.
public struct OutputFile: Sendable {
  /// The name in the run's folder; `figures/losses.svg` lies in a folder of its own.
  public let name: String

  let write: @Sendable (URL) throws -> Void

  /// A file made by a closure that is given the place to write to.
  public init(_ name: String, writtenBy write: @escaping @Sendable (URL) throws -> Void) {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    require(
      parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") },
      "OutputFile: \"\(name)\" is not the name of a file inside the run's folder")
    self.name = name
    self.write = write
  }

  /// A file of this name that holds `text`.
  public init(_ name: String, text: String) {
    self.init(name) { try Data(text.utf8).write(to: $0) }
  }

  /// A value as JSON: keys in alphabetical order, so that equal values give equal files.
  ///
  /// Numbers read back to the same `Double`; those that JSON cannot hold are the strings "inf",
  /// "-inf" and "nan".
  public init(_ name: String, json value: some Encodable & Sendable) {
    self.init(name) { try jsonEncoder().encode(value).write(to: $0) }
  }
}
