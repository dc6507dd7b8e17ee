import Foundation
import TestSupport
import Testing

@testable import Plugins

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

  /// Every write to `/dev/full` fails for want of room.
  @Test(.enabled(if: exists(URL(filePath: "/dev/full")), "there is no /dev/full; skipped"))
  func numbersOnAFullDiskAreAProblemAndTheTableIsPrinted() throws {
    let result = ppl(
      "fit", "gev-multiplicative", "--steps", "4", "--draws", "3", "--json", "/dev/full")
    #expect(result.status == 2)
    #expect(
      result.errors
        == "Error: /dev/full: the file could not be written (the disk is full); make room on it, and run again."
    )
    #expect(result.output.hasPrefix("gev-multiplicative: ") && result.output.contains("\nmu0 "))
  }

  /// No file of this process has the number 987654.
  @Test func numbersToADescriptorThatIsNotOpenSayHowToOpenOne() throws {
    let path = "/dev/fd/987654"
    #expect(throws: OutputError.writeFailed(path: path, problem: FileProblem(code: EBADF))) {
      try NumbersFile(path: path).write([1])
    }
  }

  /// A socket, which is there and cannot be opened.
  @Test func numbersToASocketNameAFileAsTheRemedy() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "socket").path
      #expect(mknod(path, S_IFSOCK | 0o600, 0) == 0)
      #expect(throws: OutputError.writeFailed(path: path, problem: FileProblem(code: ENXIO))) {
        try NumbersFile(path: path).write([1])
      }
    }
  }

  @Test func aCheckpointOrAJournalThatCannotBeReadIsNotCalledAbsent() throws {
    try withData { folder in
      let run = folder.appending(path: "run")
      for name in [CheckpointFile.name, Journal.name] {
        try FileManager.default.createDirectory(
          at: run.appending(path: name), withIntermediateDirectories: true)
      }
      func sentence(_ name: String) -> String {
        "\(run.path)/\(name): this is a folder; put a file in its place."
      }
      #expect(
        fit(folder, to: "run", "--steps", "5", "--resume").errors
          == "Error: \(sentence(CheckpointFile.name))")
      let error = #expect(throws: DataError.self) {
        try Journal(in: run, conditions: [], resuming: true)
      }
      #expect(error?.description == sentence(Journal.name))
    }
  }

  /// A full disk, or a kill, before the first checkpoint.
  @Test func lossesWithoutACheckpointAreARunThatEndedEarly() throws {
    try withData { folder in
      let run = folder.appending(path: "run")
      try FileManager.default.createDirectory(at: run, withIntermediateDirectories: false)
      try Data("step,loss\n1,2\n".utf8).write(to: run.appending(path: LossesFile.name))
      let resumed = fit(folder, to: "run", "--steps", "5", "--resume")
      #expect(resumed.status == 2)
      #expect(
        resumed.errors
          == "Error: \(run.path)/checkpoint.json: the run in this folder ended before its first checkpoint, "
          + "and left losses.csv alone; leave out --resume to start it anew, which replaces that file."
      )
      #expect(fit(folder, to: "run", "--steps", "5").status == 0)
      let losses = try String(contentsOf: run.appending(path: LossesFile.name), encoding: .utf8)
      #expect(losses.split(separator: "\n").count == 6)
    }
  }
}

/// A disk of 48 kB, which only the superuser can make.
struct FullDiskTests {
  private static func run(_ arguments: String...) -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return -1 }
    process.waitUntilExit()
    return process.terminationStatus
  }

  private static func withSmallDisk(_ body: (URL) throws -> Void) throws -> Bool {
    var isMounted = false
    try withData { folder in
      let disk = folder.appending(path: "disk")
      try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: false)
      isMounted = run("mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", disk.path) == 0
      guard isMounted else { return }
      defer { _ = run("umount", disk.path) }
      try body(folder)
    }
    return isMounted
  }

  private static let canMount = (try? withSmallDisk { _ in }) ?? false

  /// The losses of a long fit fill it.
  @Test(.enabled(if: canMount, "a disk cannot be mounted here; skipped"))
  func aFitOnAFullDiskSaysSoAndWhatItLeftCanBeGoneOnWithOrReplaced() throws {
    _ = try Self.withSmallDisk { folder in
      let flags = ["--steps", "3000", "--checkpoint-interval", "0"]
      let arguments =
        [
          "fit", "gev-multiplicative", "--data", folder.appending(path: "data").path, "--draws",
          "3",
        ]
        + ["--output", folder.appending(path: "disk/run").path]
      let result = ppl(arguments + flags)
      #expect(result.status == 2)
      #expect(
        result.errors.hasSuffix(
          ": the file could not be written (the disk is full); make room on it, and run again."),
        "\(result.errors)")
      let again = ppl(arguments + flags + ["--resume"])
      #expect(again.status == 2 && again.errors.contains("(the disk is full); make room on it"))
    }
  }
}
