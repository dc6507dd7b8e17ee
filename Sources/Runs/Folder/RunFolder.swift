import Foundation
import Preconditions

/// The folder of a run's results.
///
///     let folder = try RunFolder(creating: url)  // before the hours of work
///     try folder.write([
///       OutputFile("losses.csv", text: losses.text), OutputFile("run.json", json: summary),
///     ])
///
/// It is made and checked before the work. All files are written at the end: first completely to a
/// hidden folder inside it, then renamed into place one by one, in the given order. A reader thus
/// finds complete files only, and a run that fails to write any file replaces none; put the file that
/// marks the run as complete last. Files and folders are synced to the disk.
public struct RunFolder: Sendable {
  /// The place of the folder.
  public let url: URL
  /// The folders that did not exist before, the innermost first.
  private let made: [URL]

  /// Makes the folder, with its parents, and checks that it is writable.
  ///
  /// In an existing folder, files of equal names will be replaced. Incomplete files of a killed run are removed.
  ///
  /// - Throws: When a file has the name of a folder, or the folder cannot be made or written in.
  public init(creating url: URL) throws(OutputError) {
    self.url = url
    if let file = Self.fileInTheWay(of: url) { throw .fileInTheWay(path: file.path) }
    made = Self.missing(url)
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      StagingFolder.removeLeftovers(in: url)
      let trial = try StagingFolder(in: url)
      try Data().write(to: trial.url.appending(path: "trial"))
      for folder in made { try syncFolder(folder.deletingLastPathComponent()) }
    } catch {
      removeIfUnused()
      throw .notWritable(path: url.path, problem: FileProblem(error))
    }
  }

  /// Removes the folders that were made for this run and are empty, so that a failed run leaves no trace.
  public func removeIfUnused() {
    // POSIX `rmdir`, because it refuses to remove a folder that is not empty.
    for folder in made { rmdir(folder.path) }
  }

  /// Locks the folder against other runs for the lifetime of the lock.
  ///
  /// - Throws: `OutputError.inUse` when another run is in it, `.notOpened` when it cannot be opened.
  func locked() throws(OutputError) -> FolderLock {
    guard let lock = try FolderLock(url) else { throw .inUse(path: url.path) }
    return lock
  }

  /// Writes all files, or none if one of them cannot be made.
  ///
  /// - Throws: When a file cannot be made, or a folder has the name of a file.
  /// - Precondition: No two files have the same name.
  public func write(_ files: [OutputFile]) throws(OutputError) {
    try write(files, command: nil)
  }

  /// Writes all files, those that tell how to repeat the run with its command line.
  package func write(_ files: [OutputFile], command: RecordedCommand?) throws(OutputError) {
    require(
      Set(files.map(\.name)).count == files.count, "RunFolder: two files have the same name")
    let stamp = RunStamp(files: files.map(\.name), command: command)
    let staging = try makeStaging()
    for file in files {
      try attempt(file.name) {
        let place = staging.url.appending(path: file.name)
        try makeFolder(for: place)
        try file.write(place, stamp)
        try flush(place)
      }
    }
    for file in files {
      let place = url.appending(path: file.name)
      if isFolder(place) { throw .folderInTheWay(path: place.path) }
      if let other = Self.fileInTheWay(of: place.deletingLastPathComponent()) {
        throw .fileInTheWay(path: other.path)
      }
      try attempt(file.name) { try makeFolder(for: place) }
    }
    for file in files {
      try attempt(file.name) {
        try moveReplacing(staging.url.appending(path: file.name), url.appending(path: file.name))
      }
    }
    let folders = files.map { url.appending(path: $0.name).deletingLastPathComponent() }
    for folder in Set(folders + [url]) { try attempt("") { try syncFolder(folder) } }
  }
}

// MARK: - Steps

extension RunFolder {
  private func makeStaging() throws(OutputError) -> StagingFolder {
    do {
      return try StagingFolder(in: url)
    } catch {
      throw .notWritable(path: url.path, problem: FileProblem(error))
    }
  }

  /// The place and its ancestors as far as they do not exist, the innermost first.
  private static func missing(_ url: URL) -> [URL] {
    var places: [URL] = []
    var place = url.standardizedFileURL
    while !FileManager.default.fileExists(atPath: place.path), place.pathComponents.count > 1 {
      places.append(place)
      place.deleteLastPathComponent()
    }
    return places
  }

  /// The nearest existing ancestor, or the place itself, if that is not a folder.
  private static func fileInTheWay(of url: URL) -> URL? {
    let place = missing(url).last?.deletingLastPathComponent() ?? url.standardizedFileURL
    return isFolder(place) ? nil : place
  }

  private func attempt(_ name: String, _ work: () throws -> Void) throws(OutputError) {
    do {
      try work()
    } catch {
      throw .writeFailed(path: url.appending(path: name).path, problem: FileProblem(error))
    }
  }
}

private func makeFolder(for file: URL) throws {
  try FileManager.default.createDirectory(
    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
}

/// Waits until a file is on the disk, so that a power cut after the renaming leaves no empty file.
private func flush(_ file: URL) throws {
  let handle = try FileHandle(forReadingFrom: file)
  try handle.synchronize()
  try handle.close()
}

/// Waits until the names in a folder are on the disk, since flushing a file does not write its name.
func syncFolder(_ folder: URL) throws {
  let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  defer { close(descriptor) }
  // Some file systems have no such call for folders, and nothing to wait for.
  guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
    throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
  }
}

/// POSIX `rename`: atomic, and it replaces a file that is there, which `moveItem` does not.
private func moveReplacing(_ source: URL, _ target: URL) throws {
  guard rename(source.path, target.path) == 0 else {
    throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
  }
}

func isFolder(_ url: URL) -> Bool {
  var isFolder: ObjCBool = false
  let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
  return exists && isFolder.boolValue
}
