import Foundation

/// Runs a test in an empty folder, which is removed afterwards.
public func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

/// The names of the files in a folder, sorted.
public func names(in folder: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
}

/// Whether there is a file or a folder at a place.
public func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }
