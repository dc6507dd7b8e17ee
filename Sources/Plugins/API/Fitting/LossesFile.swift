import Foundation
import Inference
import Runs
import Tables

/// The file `losses.csv`, with a row for each step, written during the fit from a buffer of rows.
struct LossesFile {
  static let name = RunFileName.losses

  /// The state of the file at a checkpoint.
  struct Mark: Codable, Sendable, Equatable {
    /// The number of bytes.
    var count = 0
    /// The FNV-1a checksum of these bytes: 16 hexadecimal digits.
    var checksum: String { String(hash.value, radix: 16) }
    fileprivate var hash = FNV1a()

    init() {}

    private enum CodingKeys: String, CodingKey { case count, checksum }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      count = try values.decode(Int.self, forKey: .count)
      let text = try values.decode(String.self, forKey: .checksum)
      guard count >= 0, let value = UInt64(text, radix: 16) else {
        throw DecodingError.dataCorruptedError(
          forKey: .checksum, in: values, debugDescription: "\(count) bytes with checksum \(text)")
      }
      hash = FNV1a(value: value)
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(count, forKey: .count)
      try values.encode(checksum, forKey: .checksum)
    }
  }

  /// The state of the file once everything is written.
  private(set) var mark = Mark()
  private let url: URL
  /// The bytes that are not in the file yet.
  private var buffer: [UInt8] = []
  /// The open file; nil while all rows are in memory.
  private var handle: FileHandle?

  private static let capacity = 1 << 16

  /// A new file in a folder, created at the first flush.
  init(in folder: URL) {
    url = folder.appending(path: Self.name)
    put(CSVWriter(header: ["step", "loss", "gradient_norm", "clipped", "zeroed"]).text)
  }

  /// The file of an earlier run in a folder, truncated to its length at a checkpoint.
  ///
  /// - Throws: `DataError` if its first bytes are not those at the checkpoint.
  init(in folder: URL, goingOnFrom mark: Mark) throws {
    url = folder.appending(path: Self.name)
    self.mark = mark
    var hash = FNV1a()
    let bytes = (try? Data(contentsOf: url, options: .mappedIfSafe)) ?? Data()
    if bytes.count >= mark.count { hash.take(bytes.prefix(mark.count)) }
    guard bytes.count >= mark.count, hash == mark.hash else {
      throw DataError(
        file: url.relativePath,
        found: "it does not begin with the rows that the checkpoint belongs to",
        remedy: "put it back as it was, or start again with --overwrite")
    }
    try attempt {
      let handle = try FileHandle(forWritingTo: url)
      try handle.truncate(atOffset: UInt64(mark.count))
      try handle.seekToEnd()
      self.handle = handle
    }
  }

  /// Adds a row.
  ///
  /// - Parameter step: The number of the step, from 1.
  mutating func append(_ step: Int, _ record: StepRecord) { put(Self.row(step, record)) }

  /// Whether the buffer should be flushed.
  var isFull: Bool { buffer.count > Self.capacity }

  /// Whether the buffer must be flushed even if the file belongs to an earlier run.
  var isHuge: Bool { buffer.count > 1000 * Self.capacity }

  /// Writes the buffer to the file.
  ///
  /// - Parameter isSynced: Whether to wait until it is on the disk.
  mutating func flush(isSynced: Bool = false) throws(OutputError) {
    let bytes = Data(buffer)
    buffer = []
    let (url, open) = (url, handle)
    handle = try attempt {
      let handle: FileHandle
      if let open {
        handle = open
      } else {
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: url)
        handle = try FileHandle(forWritingTo: url)
      }
      try handle.write(contentsOf: bytes)
      if isSynced { try handle.synchronize() }
      return handle
    }
  }

  /// The whole file, to be written with the others of the run.
  mutating func whole() throws(OutputError) -> OutputFile {
    if handle == nil { return OutputFile(Self.name, text: String(decoding: buffer, as: UTF8.self)) }
    try flush(isSynced: true)
    return OutputFile(Self.name) { [url] in try FileManager.default.copyItem(at: url, to: $0) }
  }

  /// The rows of the records that a history keeps.
  static func text(_ history: StepHistory) -> String {
    zip(history.steps, history.records).reduce(
      into: "step,loss,gradient_norm,clipped,zeroed\n"
    ) { $0 += row($1.0, $1.1) }
  }

  private static func row(_ step: Int, _ record: StepRecord) -> String {
    "\(step),\(record.loss),\(record.gradientNorm),\(record.isClipped ? 1 : 0),\(record.zeroed)\n"
  }

  private mutating func put(_ text: String) {
    mark.hash.take(text.utf8)
    mark.count += text.utf8.count
    buffer += text.utf8
  }

  @discardableResult
  private func attempt<T>(_ work: () throws -> T) throws(OutputError) -> T {
    do {
      return try work()
    } catch {
      throw .writeFailed(path: url.relativePath, problem: FileProblem(error))
    }
  }
}

/// An incremental checksum of bytes; a change of one byte always changes it.
///
/// - Reference: Fowler, Noll, Vo (2019), *The FNV Non-Cryptographic Hash Algorithm*, FNV-1a with 64 bits.
struct FNV1a: Equatable, Sendable {
  var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  }
}
