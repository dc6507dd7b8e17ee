import Foundation
import NetCDF
import Preconditions

/// A file of a run's results: the name in the run's folder, and a closure that makes it.
///
/// - Precondition: The name is relative, and stays inside the folder.
public struct OutputFile: Sendable {
  /// The name in the run's folder; `figures/losses.svg` is in a folder `figures` inside it.
  public let name: String

  /// The function that makes the file at a place, given the names of all files of the run and its command line.
  let write: @Sendable (_ place: URL, _ stamp: RunStamp) throws -> Void

  /// A file made by a closure, which writes to the given place.
  public init(_ name: String, writtenBy write: @escaping @Sendable (URL) throws -> Void) {
    self.init(named: name) { place, _ in try write(place) }
  }

  private init(
    named name: String, write: @escaping @Sendable (URL, RunStamp) throws -> Void
  ) {
    require(
      Self.isInside(name),
      "OutputFile: \"\(name)\" is not the name of a file inside the run's folder")
    (self.name, self.write) = (name, write)
  }

  /// A file of this name that holds `text`.
  public init(_ name: String, text: String) {
    self.init(name) { try Data(text.utf8).write(to: $0) }
  }

  /// A NetCDF-4 file.
  public init(_ name: String, netCDF content: NetCDFContent) {
    self.init(name) { try content.write(to: $0.path) }
  }

  /// A file of a value as JSON, with keys in alphabetical order, so that equal values give equal files.
  ///
  /// Numbers read back to the same `Double`; those that JSON cannot hold are the strings "inf",
  /// "-inf" and "nan". An object also has the keys `program` and `schema`, with the versions of this program and of
  /// its files; `run.json` and `predict.json` list all files of the run under `files`, and have its command line.
  public init(_ name: String, json value: some Encodable & Sendable) {
    self.init(named: name) { place, stamp in
      let own = RunFileName.records.contains(name) ? stamp : RunStamp()
      try Self.json(value, own).write(to: place)
    }
  }

  /// The bytes of a JSON file.
  ///
  /// - Parameters:
  ///   - value: The content of the file.
  ///   - stamp: The files and the command line of the run, where this file has them.
  static func json(
    _ value: some Encodable & Sendable, _ stamp: RunStamp = RunStamp()
  ) throws -> Data {
    let data = try jsonEncoder().encode(value)
    guard data.first == UInt8(ascii: "{") else { return data }
    return try jsonEncoder().encode(Stamped(value: value, stamp: FileSchema.Stamp(run: stamp)))
  }

  /// Whether a name stays inside the folder that it is relative to.
  static func isInside(_ name: String) -> Bool {
    name.split(separator: "/", omittingEmptySubsequences: false)
      .allSatisfy { !["", ".", ".."].contains($0) }
  }
}
