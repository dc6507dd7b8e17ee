import Foundation

/// The file of `--json`, tried before the work and written after it.
///
/// A regular file is replaced whole or not at all, through a link to it if there is one. What is no regular file,
/// such as `/dev/stdout` or a named pipe, is written to as it is.
struct NumbersFile {
  private let url: URL
  /// Where the file lies; nil if it is no regular file.
  private let folder: RunFolder?

  /// - Throws: When the path is a folder, or in one that is not there or cannot be written in.
  init(path: String) throws(OutputError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    if exists && kind == S_IFDIR { throw .notAFile(path: path) }
    guard !exists || kind == S_IFREG else {
      (url, folder) = (URL(filePath: path), nil)
      return
    }
    url = URL(filePath: path).resolvingSymlinksInPath()
    let parent = url.deletingLastPathComponent()
    if !FileManager.default.fileExists(atPath: parent.path) { throw .noFolder(path: parent.path) }
    folder = try RunFolder(creating: parent)
  }

  func write(_ numbers: any Encodable & Sendable) throws(OutputError) {
    func file(_ value: some Encodable & Sendable) -> OutputFile {
      OutputFile(url.lastPathComponent, json: value)
    }
    if let folder { return try folder.write([file(numbers)]) }
    do {
      try file(numbers).write(url)
    } catch {
      throw .writeFailed(path: url.path, reason: "\(error.localizedDescription)")
    }
  }
}
