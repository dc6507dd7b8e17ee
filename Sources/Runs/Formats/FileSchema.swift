import Foundation
import Tables

/// The schema number in every JSON file of a run, increased with each change of format.
///
/// Files of version 0.1.0 have no number.
enum FileSchema {
  /// The schema that this program writes and reads.
  static let current = 2

  /// The keys by which a file names its program and its schema.
  struct Stamp: Encodable, Sendable {
    var program = "ppl \(PPLVersion.current)"
    var schema = FileSchema.current
    /// The names of all files of the run and its command line, in `run.json`.
    var run = RunStamp()

    private enum CodingKeys: String, CodingKey { case program, schema, files }

    func encode(to encoder: any Encoder) throws {
      try run.command?.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(program, forKey: .program)
      try container.encode(schema, forKey: .schema)
      try container.encodeIfPresent(run.files, forKey: .files)
    }
  }

  /// Refuses a file of another schema.
  ///
  /// - Parameters:
  ///   - json: The file's text, or the part of it with the number; other text is not refused here.
  ///   - file: The name of the file in messages.
  /// - Throws: `DataError` for a file of another schema, or of none.
  static func check(_ json: Data, file: String) throws(DataError) {
    struct Head: Decodable { let program: String?, schema: Int? }
    guard let head = try? jsonDecoder().decode(Head.self, from: json), head.schema != current else {
      return
    }
    let maker =
      head.schema.map { "it was made by \(head.program ?? "another program") with schema \($0)" }
      ?? "it has no schema number, as files of ppl 0.1.0"
    throw DataError(
      file: file,
      found: "\(maker); this is ppl \(PPLVersion.current), which reads schema \(current)",
      remedy: "use the program that made it, or start again with --overwrite")
  }
}

/// A value with the version stamp of the program among its keys.
struct Stamped<Value: Encodable>: Encodable {
  let value: Value
  let stamp: FileSchema.Stamp

  func encode(to encoder: any Encoder) throws {
    try value.encode(to: encoder)
    try stamp.encode(to: encoder)
  }
}

/// The names of all files of a run, and its command line; nil for what is not known.
struct RunStamp: Sendable {
  var files: [String]?
  var command: RecordedCommand?
}
