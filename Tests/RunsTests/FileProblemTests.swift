import Foundation
import TestSupport
import Testing

@testable import Runs

/// What is said of a disk that takes no more, and of a place that is not to be written to.
struct FileProblemTests {
  @Test(
    arguments: [
      (ENOSPC, "the disk is full", "make room on it"),
      (EDQUOT, "the disk quota is used up", "remove files of yours, or ask for more"),
      (EACCES, "Permission denied", "choose another folder, or change its permissions"),
      (EPERM, "Operation not permitted", "choose another folder, or change its permissions"),
      (EROFS, "the disk is mounted read-only", "choose a folder on another disk"),
      (EIO, "the disk reports an error", "choose a folder on another disk"),
      (EFBIG, "the file is larger than is allowed here", "raise the limit (ulimit -f)"),
      (ENOENT, "No such file or directory", "leave its folder in place"),
      (EBUSY, "it is in use", "end the program that uses it, or choose another place"),
      (
        EBADF, "no file is open for writing under this number",
        "open one in the shell, as in 9>numbers.json for /dev/fd/9, or name a file"
      ),
      (ENXIO, "it is a socket or a device that nothing answers for", "name a file"),
      (ENOTDIR, "Not a directory", "choose another place"),
    ] as [(Int32, String, String)])
  func everyProblemHasItsRemedy(code: Int32, words: String, remedy: String) {
    let posix = POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL)
    #expect(
      OutputError.writeFailed(path: "run/draws.csv", problem: FileProblem(posix)).description
        == "run/draws.csv: the file could not be written (\(words)); \(remedy), and run again.")
  }

  /// With the number that it was made from, under another error, and without.
  @Test func anErrorOfFoundationIsTheProblemItWasMadeFrom() {
    let posix = POSIXError(.ENOSPC)
    let below = CocoaError(.fileWriteUnknown, userInfo: [NSUnderlyingErrorKey: posix])
    let twice = CocoaError(.fileWriteUnknown, userInfo: [NSUnderlyingErrorKey: below])
    for error in [posix, below, twice, CocoaError(.fileWriteOutOfSpace)] as [any Error] {
      #expect(FileProblem(error) == FileProblem(code: ENOSPC))
    }
    #expect(FileProblem(CocoaError(.fileWriteVolumeReadOnly)) == FileProblem(code: EROFS))
    #expect(!FileProblem(CocoaError(.fileWriteUnknown)).description.contains("Error Domain"))
  }
}
