import Foundation
import Tables

/// The file `checkpoint.json` in a run's folder, from which `--resume` continues.
///
/// It holds the fit, the conditions of its run and a checksum of every byte, so that only an unchanged fit is resumed, and
/// only where the result is that of an uninterrupted run.
public enum CheckpointFile {
  /// The name of the file in the folder of a run.
  public static let name = RunFileName.checkpoint

  /// A condition of a run: a value that must be unchanged for the run to be resumed.
  public struct Condition: Codable, Equatable, Sendable {
    /// The flag, or the name of the data.
    public let name: String
    /// The value of the flag, or the checksum of data.
    public let value: String
    let isDigest: Bool
    /// The value in runs that do not name this condition; nil if none is known. It is not stored.
    private let fallback: String?

    /// A flag with its value: `--seed 0`.
    ///
    /// - Parameters:
    ///   - flag: The flag.
    ///   - value: Its value.
    ///   - fallback: The value without the flag, that of runs of earlier versions without it.
    public init(_ flag: String, _ value: some CustomStringConvertible, fallback: String? = nil) {
      (name, self.value, isDigest, self.fallback) = (
        flag, value.description, false, fallback
      )
    }

    /// A condition on data that are too long to show, by their checksum.
    ///
    /// - Parameters:
    ///   - plural: The name of the data, as in "the maxima".
    ///   - text: The data, in a form that does not depend on their file.
    /// - Throws: When no checksum can be computed on this machine.
    public init(content plural: String, _ text: String) throws(DataError) {
      name = plural
      value = try sha256(of: Array(text.utf8), of: plural)
      (isDigest, fallback) = (true, nil)
    }

    private enum CodingKeys: String, CodingKey { case name, value, isDigest }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      name = try values.decode(String.self, forKey: .name)
      value = try values.decode(String.self, forKey: .value)
      isDigest = try values.decode(Bool.self, forKey: .isDigest)
      fallback = nil
    }

    public static func == (a: Condition, b: Condition) -> Bool {
      (a.name, a.value, a.isDigest) == (b.name, b.value, b.isDigest)
    }

    /// Whether a run without this condition is the same.
    fileprivate var isFallback: Bool { value == fallback }

    fileprivate func change(to other: Condition?) -> String {
      if isDigest { return "\(name) have changed" }
      guard let other else { return "\(name) was \(value) and is not given" }
      return "\(name) was \(value) and is \(other.value)"
    }
  }

  private struct Header: Codable { let conditions: [Condition] }

  private struct Content<C: Codable>: Codable {
    let conditions: [Condition]
    let fit: C
  }

  /// A checkpoint to be written with the other files of a run, or alone during the run.
  public static func file<C: Codable & Sendable>(
    _ checkpoint: C, conditions: [Condition]
  ) -> OutputFile {
    OutputFile(name) { url in
      let content = Stamped(
        value: Content(conditions: conditions, fit: checkpoint), stamp: FileSchema.Stamp())
      try Sealed.text(jsonEncoder().encode(content), isIndented: true).write(to: url)
    }
  }

  /// The checkpoint in a folder.
  ///
  /// - Parameters:
  ///   - type: The type of the stored fit.
  ///   - folder: The folder of the run.
  ///   - conditions: The conditions of the resuming run, in the order of the run that was stored.
  /// - Throws: `DataError` if there is none, if it is damaged or of another schema, or if a condition differs.
  public static func read<C: Codable>(
    _ type: C.Type, in folder: URL, conditions: [Condition]
  ) throws(DataError) -> C {
    let url = folder.appending(path: name)
    guard let data = try Self.bytes(of: url) else { throw missing(url) }
    let damaged = DataError(
      file: url.relativePath, found: "the checkpoint cannot be read",
      remedy: "start again with --overwrite; it was made by another version or is damaged")
    guard let json = Sealed.content(of: data, isIndented: true) else {
      if let old = try? jsonDecoder().decode(Header.self, from: data), !old.conditions.isEmpty {
        try FileSchema.check(data, file: url.relativePath)
      }
      throw damaged
    }
    try FileSchema.check(json, file: url.relativePath)
    let decoder = jsonDecoder()
    // Before the fit itself, since that of another model has another form.
    if let header = try? decoder.decode(Header.self, from: json) {
      try check(header.conditions, against: conditions, file: url.relativePath)
    }
    guard let content = try? decoder.decode(Content<C>.self, from: json) else { throw damaged }
    return content.fit
  }

  /// The bytes of a file from which a run is resumed; nil if it does not exist.
  ///
  /// - Throws: `DataError` if it exists and cannot be read.
  static func bytes(of url: URL) throws(DataError) -> Data? {
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    return Data(try readBytes(of: url))
  }

  /// The error where there is no checkpoint: the run ended before its first one, or the folder is not that of a run.
  private static func missing(_ url: URL) -> DataError {
    let losses = url.deletingLastPathComponent().appending(path: RunFileName.losses)
    guard FileManager.default.fileExists(atPath: losses.path) else {
      return DataError(
        file: url.relativePath, found: "there is no checkpoint",
        remedy: "give the folder of a run that was written with --output, or leave out --resume")
    }
    return DataError(
      file: url.relativePath,
      found:
        "the run in this folder ended before its first checkpoint, and left \(RunFileName.losses) alone",
      remedy: "leave out --resume to start it again, which replaces that file")
  }

  static func check(
    _ stored: [Condition], against conditions: [Condition], file: String
  ) throws(DataError) {
    let changes = stored.compactMap { condition in
      let other = conditions.first { $0.name == condition.name }
      return condition == other ? nil : condition.change(to: other)
    }
    let names = Set(stored.map(\.name))
    let additions = conditions.filter { !names.contains($0.name) && !$0.isFallback }.map {
      condition in
      "\(condition.name) was not given" + (condition.isDigest ? "" : " and is \(condition.value)")
    }
    let differences = changes + additions
    guard differences.isEmpty else {
      throw DataError(
        file: file, found: "it is of another run: \(differences.joined(separator: ", "))",
        remedy: "give what it was made with, or start again with --overwrite")
    }
  }

  /// The error of resuming a run that has taken all requested steps.
  public struct Finished: Error, CustomStringConvertible, Equatable {
    /// The number of steps that the run has taken, and the requested number.
    public let step, steps: Int
    /// An error of a run that has taken `step` steps, where `steps` are requested.
    public init(step: Int, steps: Int) { (self.step, self.steps) = (step, steps) }
    public var description: String {
      "the checkpoint is at step \(step) and --steps is \(steps); give a larger --steps to go on."
    }
  }
}
