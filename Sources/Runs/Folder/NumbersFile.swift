import Foundation

/// The file of `--json`, checked before the work and written after it.
///
/// A regular file is replaced completely or not at all, and symbolic links to it are followed. Other places, such as a named
/// pipe, a device or an open descriptor of this process (`/dev/stdout`), are written to and never replaced.
struct NumbersFile {
  private let path: String

  /// The file at a path, which must be writable.
  ///
  /// - Throws: When the path is a folder, or in one that does not exist or cannot be written in.
  init(path: String) throws(OutputError) {
    self.path = path
    if case .regular(let url) = try Self.target(of: path) {
      let parent = url.deletingLastPathComponent()
      if !FileManager.default.fileExists(atPath: parent.path) {
        throw .noFolder(path: parent.path)
      }
      _ = try RunFolder(creating: parent)
    }
  }

  /// Refuses a path that is one of the files that a run writes itself, or one that it reads.
  ///
  /// - Parameters:
  ///   - output: The run's folder, if any.
  ///   - names: The files that it writes there.
  ///   - data: The folder whose files it reads, if any.
  func check(output: URL?, names: [String], data: URL?) throws(OutputError) {
    guard case .regular(let url) = try Self.target(of: path) else { return }
    if let output, names.contains(where: { isSameFile(url, output.appending(path: $0)) }) {
      throw .numbersOverOwnFile(path: path)
    }
    guard let data else { return }
    let inputs = (try? FileManager.default.contentsOfDirectory(atPath: data.path)) ?? []
    if inputs.contains(where: { isSameFile(url, data.appending(path: $0)) }) {
      throw .numbersOverInput(path: path)
    }
  }

  /// Writes the numbers.
  ///
  /// - Parameters:
  ///   - numbers: The numbers of the run.
  ///   - control: The control that warns the user of a named pipe without a reader, and ends the wait at an interruption.
  /// - Throws: `OutputError.noReader` for a pipe without a reader when the run is interrupted.
  func write(
    _ numbers: any Encodable & Sendable, control: RunControl = RunControl(progress: .silent)
  ) throws(OutputError) {
    func file(_ name: String, _ value: some Encodable & Sendable) -> OutputFile {
      OutputFile(name, json: value)
    }
    // Checked again, since the path may have changed during the work.
    switch try Self.target(of: path) {
    case .regular(let url):
      let folder = try RunFolder(creating: url.deletingLastPathComponent())
      try folder.write([file(url.lastPathComponent, numbers)])
    case .descriptor(let number):
      try attempt {
        try NumbersStream(copying: number, path, control).write(OutputFile.json(numbers))
      }
    case .special:
      try attempt { try NumbersStream(opening: path, control).write(OutputFile.json(numbers)) }
    }
  }

  private func attempt(_ work: () throws -> Void) throws(OutputError) {
    do {
      try work()
    } catch let error as OutputError {
      throw error
    } catch {
      throw .writeFailed(path: path, problem: FileProblem(error))
    }
  }

  // MARK: What a path leads to

  private enum Target {
    /// A file to be replaced or made.
    case regular(URL)
    /// An open file of this process, by its number.
    case descriptor(Int32)
    /// A pipe, a device or a socket.
    case special
  }

  private static func target(of path: String) throws(OutputError) -> Target {
    var place = path
    // The number of links that Linux follows.
    for _ in 0..<40 {
      if let number = descriptor(place) { return .descriptor(number) }
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: place) else {
        break
      }
      let folder = (place as NSString).deletingLastPathComponent
      place = next.hasPrefix("/") ? next : (folder as NSString).appendingPathComponent(next)
    }
    var status = stat()
    guard stat(place, &status) == 0 else { return .regular(URL(filePath: place)) }
    return switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .notAFile(path: path)
    case S_IFREG: .regular(URL(filePath: place))
    default: .special
    }
  }

  /// The number of a path such as `/proc/self/fd/1`, `/dev/fd/1` or `/dev/stdout`.
  private static func descriptor(_ path: String) -> Int32? {
    let url = URL(filePath: path)
    let folder = url.deletingLastPathComponent().resolvingSymlinksInPath().path
    let own = ["/proc/self/fd", "/proc/\(getpid())/fd", "/dev/fd"]
    guard own.contains(folder) else { return nil }
    return Int32(url.lastPathComponent)
  }
}

/// Whether two places are one file: by device and number if both are there, by their resolved paths if not.
private func isSameFile(_ a: URL, _ b: URL) -> Bool {
  var (first, second) = (stat(), stat())
  if stat(a.path, &first) == 0, stat(b.path, &second) == 0 {
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
  func resolved(_ url: URL) -> String {
    url.deletingLastPathComponent().resolvingSymlinksInPath()
      .appending(path: url.lastPathComponent).standardizedFileURL.path
  }
  return resolved(a) == resolved(b)
}
