import Foundation
import Tables

/// The file `checkpoint.json` in a run's folder, from which `--resume` continues.
///
/// It holds the fit, the conditions of its run and a checksum of every byte, so that only an unchanged fit is resumed, and
/// only where the result is that of an uninterrupted run.
public enum CheckpointFile {
  /// The name of the file in the folder of a run.
  public static let name = RunFileName.checkpoint

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
    guard let data = try Sealed.bytes(of: url) else { throw missing(url) }
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
}
