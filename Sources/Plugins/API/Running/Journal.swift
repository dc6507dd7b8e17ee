import Preconditions
import Foundation
import Inference
import Synchronization

/// The results of the pieces of a run, kept in its folder as they come, so that a run that is cut off goes on where it was.
///
///     let errors = try journal.results(of: names, "replicates", threads, control) { k in try error(ofReplicate: k) }
///
/// `journal.jsonl` has the conditions of the run in its first line, and then a line for each finished piece, in the order in
/// which they finished. Numbers read back to the same `Double`; those that JSON cannot hold are the strings "inf", "-inf" and
/// "nan".
public final class Journal: Sendable {
  /// What the file is called in the folder of a run.
  public static let name = "journal.jsonl"

  private struct Header: Codable { let conditions: [CheckpointFile.Condition] }
  private struct Entry<R: Codable>: Codable { let piece: String, result: R }
  private struct Name: Codable { let piece: String }

  /// What was read and is written, one thread at a time.
  private struct Content {
    /// The line of each piece.
    var lines: [String: Data]
    let file: FileHandle?
  }

  private let content: Mutex<Content>
  /// Where the file lies; nil if there is none.
  let path: String?

  /// - Parameters:
  ///   - folder: Where the file lies; nil for no file, and nothing kept.
  ///   - conditions: What decides the results. A journal goes on under the same ones only.
  ///   - resuming: Whether to go on with the file; it is begun anew if not.
  /// - Throws: `DataError` if there is no file to go on with, a line of it cannot be read, or a condition differs;
  ///   `OutputError` if it cannot be written.
  public init(
    in folder: URL?, conditions: [CheckpointFile.Condition], resuming: Bool = false
  ) throws {
    guard let folder else {
      path = nil
      content = Mutex(Content(lines: [:], file: nil))
      return
    }
    let url = folder.appending(path: Self.name)
    path = url.relativePath
    let pieces = resuming ? try Self.pieces(of: url, conditions) : []
    let file = try Self.begun(url, conditions, pieces.map(\.line))
    let lines = Dictionary(pieces.map { ($0.name, $0.line) }) { _, last in last }
    content = Mutex(Content(lines: lines, file: file))
  }

  /// The results of pieces, of which those that are not in the journal are worked out by `body`, several at a time.
  ///
  /// - Parameters:
  ///   - pieces: A name for each, unlike all others of the run.
  ///   - title: What progress calls them.
  ///   - threads: How many pieces may be worked out at once.
  ///   - control: Shows progress, and ends the run before its next piece once the user has interrupted it.
  ///   - body: Called with the place of a piece. It must give the same whatever was called before.
  /// - Returns: A result for each piece in order; nil where the user interrupted the run before it.
  /// - Throws: The error of the first piece in order that has one, after the pieces under way have ended; and when the
  ///   journal cannot be written. Pieces that are finished stay in the journal.
  public func results<R: Codable & Sendable>(
    of pieces: [String], _ title: String, threads: Threads, control: RunControl,
    _ body: @Sendable (Int) throws -> R
  ) throws -> [R?] {
    require(Set(pieces).count == pieces.count, "Journal: two pieces have one name.")
    let known = try pieces.map { try result($0, as: R.self) }
    let open = pieces.indices.filter { known[$0] == nil }
    let counter = control.progress.counter(title, pieces.count, done: pieces.count - open.count)
    defer { counter.finish() }
    let found = Mutex<[Int: Result<R, any Error>]>([:])
    let hasFailed = Atomic(false)
    threads.forEach(open.count) { place in
      guard control.goesOn, !hasFailed.load(ordering: .relaxed) else { return }
      let piece = open[place]
      let result = Result {
        let value = try body(piece)
        try self.keep(value, of: pieces[piece])
        return value
      }
      if case .failure = result { hasFailed.store(true, ordering: .relaxed) }
      found.withLock { $0[piece] = result }
      counter.advance()
    }
    let results = found.withLock { $0 }
    return try pieces.indices.map { try known[$0] ?? results[$0]?.get() }
  }

  private func result<R: Codable>(_ piece: String, as type: R.Type) throws(DataError) -> R? {
    guard let path, let line = content.withLock({ $0.lines[piece] }) else { return nil }
    guard let entry = try? jsonDecoder().decode(Entry<R>.self, from: line) else {
      throw Self.damaged(path, "the piece \"\(piece)\"")
    }
    return entry.result
  }

  private func keep<R: Codable>(_ result: R, of piece: String) throws {
    guard let path else { return }
    let line = try Self.encoder.encode(Entry(piece: piece, result: result))
    try content.withLock { content in
      do {
        try content.file?.write(contentsOf: line + newline)
      } catch {
        throw OutputError.writeFailed(path: path, reason: error.localizedDescription)
      }
    }
  }

  // MARK: The file

  /// A piece is a line.
  private static var encoder: JSONEncoder { jsonEncoder([]) }

  /// The finished pieces in the order of the file.
  private static func pieces(
    of url: URL, _ conditions: [CheckpointFile.Condition]
  ) throws(DataError) -> [(name: String, line: Data)] {
    guard let data = try? Data(contentsOf: url) else {
      throw DataError(
        file: url.relativePath, found: "there is no journal",
        remedy: "give the folder of a run that was written with --output, or leave out --resume")
    }
    var lines = data.split(separator: newline[0], omittingEmptySubsequences: false)
    // What follows the last newline was cut off while it was written.
    lines.removeLast()
    let decoder = jsonDecoder()
    guard let first = lines.first, let header = try? decoder.decode(Header.self, from: first) else {
      throw damaged(url.relativePath, "its first line")
    }
    try CheckpointFile.check(header.conditions, against: conditions, file: url.relativePath)
    var pieces: [(name: String, line: Data)] = []
    for (place, line) in lines.dropFirst().enumerated() {
      guard let name = try? decoder.decode(Name.self, from: line) else {
        throw damaged(url.relativePath, "line \(place + 2)")
      }
      pieces.append((name.piece, line))
    }
    return pieces
  }

  /// The file with its header and these lines, open at its end.
  private static func begun(
    _ url: URL, _ conditions: [CheckpointFile.Condition], _ lines: [Data]
  ) throws -> FileHandle {
    do {
      let header = try encoder.encode(Header(conditions: conditions))
      let data = ([header] + lines).reduce(into: Data()) { $0 += $1 + newline }
      try data.write(to: url, options: .atomic)
      let file = try FileHandle(forWritingTo: url)
      try file.seekToEnd()
      return file
    } catch {
      throw OutputError.writeFailed(path: url.relativePath, reason: error.localizedDescription)
    }
  }

  private static func damaged(_ path: String, _ part: String) -> DataError {
    DataError(
      file: path, found: "\(part) cannot be read",
      remedy: "start anew without --resume; it was made by another version or is damaged")
  }
}

private let newline = Data([UInt8(ascii: "\n")])
