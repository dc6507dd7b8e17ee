import Foundation

/// An advisory lock on a folder: held by one process at a time, and released when that ends in whatever way.
///
/// It is on the folder itself, so that no file is left behind. Where the file system has no locks, every request is
/// granted.
///
/// - Reference: `flock(2)`.
struct FolderLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock at once, or not at all.
  ///
  /// - Returns: Nil if another process holds it, or there is no such folder.
  init?(_ folder: URL) {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}

/// A hidden folder in which files are made before they are renamed into their places, removed with this value.
///
/// It is locked while it is in use. What a killed process leaves is not, and is removed by the next run in that place.
struct StagingFolder: ~Copyable {
  let url: URL
  private let lock: FolderLock

  private static let prefix = ".writing-"

  /// Makes one inside a folder, and so on the same disk.
  init(in folder: URL) throws {
    while true {
      let url = folder.appending(path: Self.prefix + UUID().uuidString, directoryHint: .isDirectory)
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
      // Before it is locked, another process may take it for a leftover.
      if let lock = FolderLock(url), isFolder(url) {
        self.url = url
        self.lock = lock
        return
      }
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Removes what killed processes have left in a folder.
  static func removeLeftovers(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(prefix) {
      let place = folder.appending(path: name)
      guard UUID(uuidString: String(name.dropFirst(prefix.count))) != nil else { continue }
      if isFolder(place) {
        if let lock = FolderLock(place) { remove(place, holding: lock) }
      } else {
        // Versions before 0.2 tried a folder by an empty file of such a name.
        try? FileManager.default.removeItem(at: place)
      }
    }
  }

  private static func remove(_ place: URL, holding lock: borrowing FolderLock) {
    try? FileManager.default.removeItem(at: place)
  }
}
