import Foundation
import Parallel
import Preconditions
import Synchronization
import Tables

/// A journal of the results of a run's pieces, written as they finish, from which an interrupted run is resumed.
///
///     let errors = try journal.results(of: names, "replicates", pool: pool, control: control) { k in try error(ofReplicate: k) }
///
/// `journal.jsonl` has the conditions of the run in its first line, and then a line for each finished piece, in the order in
/// which they finished, each line with a checksum of its bytes. Lines are synced to the disk at most once a second, and an
/// incomplete last line is ignored. Numbers read back to the same `Double`; those that JSON cannot hold are the
/// strings "inf", "-inf" and "nan".
public final class Journal: Sendable {
  /// The name of the file in the folder of a run.
  public static let name = RunFileName.journal

  private struct Header: Codable { let conditions: [CheckpointFile.Condition] }
  private struct Entry<R: Codable>: Codable { let piece: String, result: R }
  private struct Name: Codable { let piece: String }

  /// The entries and the open file, for one thread at a time.
  private struct Content {
    /// The entry of each piece, as JSON.
    var entries: [String: Data]
    let file: FileHandle?
    /// The time at which the file was last synced.
    var synced = ContinuousClock.now
    /// The time at which the state of an unfinished piece was last kept.
    var kept = ContinuousClock.now
  }

  private let content: Mutex<Content>
  /// The path of the file; nil if there is none.
  let path: String?
  /// The time between the kept states of an unfinished piece.
  private let interval: Duration

  /// A journal in the folder of a run.
  ///
  /// - Parameters:
  ///   - folder: The folder of the run; nil for no file, so that no result is kept.
  ///   - conditions: The conditions on which the results depend; a journal is resumed only if they are unchanged.
  ///   - resuming: Whether to resume the file; otherwise it is replaced.
  ///   - interval: The time between the kept states of an unfinished piece.
  /// - Throws: `DataError` if there is no file to resume, a line of it has changed, it is of another schema, or a condition
  ///   differs; `OutputError` if it cannot be written.
  public init(
    in folder: URL?, conditions: [CheckpointFile.Condition], resuming: Bool = false,
    interval: Duration = .seconds(60)
  ) throws {
    self.interval = interval
    guard let folder else {
      path = nil
      content = Mutex(Content(entries: [:], file: nil))
      return
    }
    let url = folder.appending(path: Self.name)
    path = url.relativePath
    let pieces = resuming ? try Self.pieces(of: url, conditions) : []
    let earlier = resuming ? nil : EarlierRun(in: folder)
    let entries = Dictionary(pieces.map { ($0.name, $0.entry) }) { _, last in last }
    // Only the last state of an unfinished piece is kept.
    let last = pieces.filter { entries[$0.name] == $0.entry }.map(\.entry)
    let file = try Self.begun(in: folder, conditions, last)
    earlier?.remove(except: [Self.name])
    content = Mutex(Content(entries: entries, file: file))
  }

  /// The results of pieces; those that are not in the journal are computed by `body`, several at a time.
  ///
  /// - Parameters:
  ///   - pieces: The names of the pieces, unique within the run.
  ///   - title: The name of the pieces in the progress line.
  ///   - pool: The threads that share the pieces.
  ///   - control: The control that shows progress, and ends the run before its next piece once the user interrupts it.
  ///   - body: The computation, given the index of a piece. Its result must not depend on earlier calls.
  /// - Returns: A result for each piece in order; nil for pieces that an interruption left out.
  /// - Throws: The first error in the order of pieces, after the running pieces have ended; `OutputError` if the journal
  ///   cannot be written. Finished pieces stay in the journal.
  public func results<R: Codable & Sendable>(
    of pieces: [String], _ title: String, pool: WorkPool, control: RunControl,
    _ body: @Sendable (Int) throws -> R
  ) throws -> [R?] {
    require(Set(pieces).count == pieces.count, "Journal: two pieces have one name.")
    let known = try pieces.map { try result($0, as: R.self) }
    let open = pieces.indices.filter { known[$0] == nil }
    let counter = control.progress.counter(title, pieces.count, done: pieces.count - open.count)
    defer { counter.finish() }
    let found = Mutex<[Int: Result<R, any Error>]>([:])
    let hasFailed = Atomic(false)
    pool.forEach(open.count) { place in
      guard control.shouldContinue, !hasFailed.load(ordering: .relaxed) else { return }
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
    try sync()
    let results = found.withLock { $0 }
    return try pieces.indices.map { try known[$0] ?? results[$0]?.get() }
  }

  /// The last state of a long piece that `keep(stateOf:isLast:_:)` kept.
  ///
  /// - Returns: Nil if none was kept.
  /// - Throws: `DataError` if it cannot be read.
  public func state<S: Codable>(of piece: String, as type: S.Type = S.self) throws(DataError) -> S?
  {
    try result(Self.underWay(piece), as: type)
  }

  /// Keeps the state of a long piece, at most once in each interval.
  ///
  /// - Parameters:
  ///   - piece: The name of the piece.
  ///   - isLast: Whether the run ends there, so that the state is kept in any case.
  ///   - state: The state from which the piece can be resumed; computed only if it is kept.
  /// - Throws: `OutputError` if the journal cannot be written.
  public func keep<S: Codable>(
    stateOf piece: String, isLast: Bool = false, _ state: () throws -> S
  ) throws {
    let isDue = content.withLock { content in
      guard isLast || ContinuousClock.now - content.kept >= interval else { return false }
      content.kept = .now
      return true
    }
    if isDue, path != nil { try keep(try state(), of: Self.underWay(piece)) }
  }

  private static func underWay(_ piece: String) -> String { "\(piece), under way" }

  private func result<R: Codable>(_ piece: String, as type: R.Type) throws(DataError) -> R? {
    guard let path, let entry = content.withLock({ $0.entries[piece] }) else { return nil }
    guard let entry = try? jsonDecoder().decode(Entry<R>.self, from: entry) else {
      throw Self.damaged(path, "the piece \"\(piece)\"")
    }
    return entry.result
  }

  private func keep<R: Codable>(_ result: R, of piece: String) throws {
    guard let path else { return }
    let line = try Sealed.text(Self.encoder.encode(Entry(piece: piece, result: result)))
    try writing(to: path) { content in
      try content.file?.write(contentsOf: line + newline)
      guard ContinuousClock.now - content.synced > .seconds(1) else { return }
      try content.file?.synchronize()
      content.synced = .now
    }
  }

  private func sync() throws {
    guard let path else { return }
    try writing(to: path) { try $0.file?.synchronize() }
  }

  private func writing(to path: String, _ work: (inout sending Content) throws -> Void) throws {
    try content.withLock { content in
      do {
        try work(&content)
      } catch {
        throw OutputError.writeFailed(path: path, problem: FileProblem(error))
      }
    }
  }

  // MARK: The file

  /// The encoder of a piece, which is one line.
  private static var encoder: JSONEncoder { jsonEncoder([]) }

  /// The finished pieces in the order of the file.
  private static func pieces(
    of url: URL, _ conditions: [CheckpointFile.Condition]
  ) throws(DataError) -> [(name: String, entry: Data)] {
    let path = url.relativePath
    guard let data = try CheckpointFile.bytes(of: url) else {
      throw DataError(
        file: path, found: "there is no journal",
        remedy: "give the folder of a run that was written with --output, or leave out --resume")
    }
    var lines = data.split(separator: newline[0], omittingEmptySubsequences: false)
    // A line without a newline is incomplete.
    lines.removeLast()
    let decoder = jsonDecoder()
    guard let first = lines.first, let text = Sealed.content(of: first) else {
      if let first = lines.first, (try? decoder.decode(Header.self, from: first)) != nil {
        try FileSchema.check(Data(first), file: path)
      }
      throw damaged(path, "its first line")
    }
    try FileSchema.check(text, file: path)
    guard let header = try? decoder.decode(Header.self, from: text) else {
      throw damaged(path, "its first line")
    }
    try CheckpointFile.check(header.conditions, against: conditions, file: path)
    var pieces: [(name: String, entry: Data)] = []
    for (place, line) in lines.dropFirst().enumerated() {
      guard let entry = Sealed.content(of: line),
        let name = try? decoder.decode(Name.self, from: entry)
      else { throw damaged(path, "line \(place + 2)") }
      pieces.append((name.piece, entry))
    }
    return pieces
  }

  /// The file with its header and these entries, open at its end.
  private static func begun(
    in folder: URL, _ conditions: [CheckpointFile.Condition], _ entries: [Data]
  ) throws -> FileHandle {
    let header = try encoder.encode(
      Stamped(value: Header(conditions: conditions), stamp: FileSchema.Stamp()))
    let text = try ([header] + entries).reduce(into: Data()) { $0 += try Sealed.text($1) + newline }
    try RunFolder(creating: folder).write([OutputFile(name) { try text.write(to: $0) }])
    let url = folder.appending(path: name)
    do {
      let file = try FileHandle(forWritingTo: url)
      try file.seekToEnd()
      return file
    } catch {
      throw OutputError.writeFailed(path: url.relativePath, problem: FileProblem(error))
    }
  }

  private static func damaged(_ path: String, _ part: String) -> DataError {
    DataError(
      file: path, found: "\(part) cannot be read",
      remedy: "start again with --overwrite; it was made by another version or is damaged")
  }
}

private let newline = Data([UInt8(ascii: "\n")])
