import Foundation

/// An advisory lock on a folder: held by one process at a time, and released when that process ends for any reason.
///
/// The folder itself is locked, so that no file is left behind. Where the file system has no locks, every request is
/// granted.
///
/// - Reference: `flock(2)`.
struct FolderLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock, without waiting.
  ///
  /// - Returns: Nil if another process holds it.
  /// - Throws: `OutputError.notOpened` if the folder cannot be opened.
  init?(_ folder: URL) throws(OutputError) {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .notOpened(path: folder.path, problem: FileProblem(code: errno))
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}

/// A hidden folder in which files are made before they are renamed into place, removed with this value.
///
/// It is locked while it is in use. The folder of a killed process is unlocked, and removed by the next run there.
struct StagingFolder: ~Copyable {
  let url: URL
  private let lock: FolderLock

  private static let prefix = ".writing-"

  /// The number of times that another process may take a new folder for a leftover before it is locked.
  private static let attempts = 100

  /// A new folder inside another, so that both are on one disk.
  ///
  /// - Throws: When it cannot be made or locked; it is removed then.
  init(in folder: URL) throws {
    for _ in 0..<Self.attempts {
      let url = folder.appending(path: Self.prefix + UUID().uuidString, directoryHint: .isDirectory)
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
      if let lock = try Self.lock(url), isFolder(url) {
        self.url = url
        self.lock = lock
        return
      }
    }
    throw OutputError.notWritable(
      path: folder.path,
      problem: FileProblem("another program removes the hidden folders that are made in it"))
  }

  /// The lock of a new folder.
  ///
  /// - Returns: Nil if another process holds the folder, or has removed it.
  /// - Throws: `OutputError` if the folder cannot be opened; it is removed then.
  private static func lock(_ url: URL) throws(OutputError) -> FolderLock? {
    do throws(OutputError) {
      return try FolderLock(url)
    } catch {
      // POSIX `rmdir`, whose error tells whether the folder was still there.
      if rmdir(url.path) != 0, errno == ENOENT { return nil }
      throw error
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Removes the hidden folders that killed processes have left in a folder.
  static func removeLeftovers(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(prefix) {
      let place = folder.appending(path: name)
      guard UUID(uuidString: String(name.dropFirst(prefix.count))) != nil else { continue }
      if isFolder(place) {
        removeUnlessLocked(place)
      } else {
        // Versions before 0.2 tried a folder by an empty file of such a name.
        try? FileManager.default.removeItem(at: place)
      }
    }
  }

  /// Removes a folder that no process holds; one that cannot be opened stays, which is harmless.
  private static func removeUnlessLocked(_ place: URL) {
    do {
      if let lock = try FolderLock(place) { remove(place, holding: lock) }
    } catch {}
  }

  private static func remove(_ place: URL, holding lock: borrowing FolderLock) {
    try? FileManager.default.removeItem(at: place)
  }
}
