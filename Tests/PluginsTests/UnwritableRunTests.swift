import Foundation
import Synchronization
import Tables
import TestSupport
import Testing

@testable import Plugins
@testable import Runs

/// Runs whose files cannot be written or read.
struct UnwritableRunTests {
  /// The numbers that nobody read are told besides what is wrong with them, and that the run can be resumed.
  @Test func aFailureAndTheNoteOfAnInterruptionAreToldWithoutAReaderToo() throws {
    let told = Mutex<[String]>([])
    let console = Console(
      print: { _ in }, printError: { text in told.withLock { $0.append(text) } })
    let report = RunReport(
      table: "", numbers: [1], files: [], failure: "the last 5 losses are not finite.")
    let request = Interruption.Request()
    func status(_ error: OutputError?) throws -> Int32 {
      try PPLCommand.status(of: report, error, request, console, interruptedNote: "interrupted")
    }
    #expect(try status(nil) == 3)
    let failure = "Error: the last 5 losses are not finite."
    #expect(told.withLock { $0 } == [failure])
    request.make(by: SIGTERM)
    let error = OutputError.noReader(path: "pipe")
    #expect(try status(error) == 128 + SIGTERM)
    #expect(told.withLock { $0 } == [failure, failure, "Error: \(error)", "interrupted"])
    #expect(throws: OutputError.noFolder(path: "none")) { try status(.noFolder(path: "none")) }
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
          + "and left losses.csv alone; leave out --resume to start it again, which replaces that file."
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
  func aFitOnAFullDiskSaysSoAndWhatItLeftCanBeResumedOrReplaced() throws {
    _ = try Self.withSmallDisk { folder in
      let flags = ["--steps", "3000", "--checkpoint-interval", "0"]
      let arguments =
        [
          "fit", "gev-multiplicative", "--data", folder.appending(path: "data").path,
          "--backend", "svi", "--draws", "3",
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
