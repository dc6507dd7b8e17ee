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
