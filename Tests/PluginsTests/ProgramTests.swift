import Foundation
import TestSupport
import Testing

/// The program as it was built beside these tests.
private let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  .deletingLastPathComponent().appending(path: "ppl")

@Suite(.enabled(if: exists(program), "\(program.path) was not built; skipped"))
struct ProgramTests {
  private func run(_ arguments: [String], output: FileHandle? = nil) throws -> (
    Int32, String, String
  ) {
    let process = Process()
    let (out, err) = (Pipe(), Pipe())
    process.executableURL = program
    process.arguments = arguments
    if let output { process.standardOutput = output } else { process.standardOutput = out }
    process.standardError = err
    try process.run()
    let printed = output == nil ? out.fileHandleForReading.readDataToEndOfFile() : Data()
    let errors = err.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (
      process.terminationStatus, String(decoding: printed, as: UTF8.self),
      String(decoding: errors, as: UTF8.self)
    )
  }

  @Test func resultsGoToStandardOutputAndErrorsToStandardError() throws {
    let (status, output, errors) = try run(["list"])
    #expect(status == 0 && output.contains("gev-multiplicative") && errors.isEmpty)
    let refused = try run(["fit", "gev-multiplicative", "--data", "/nowhere"])
    #expect(refused.0 == 2 && refused.1.isEmpty)
    #expect(refused.2.hasPrefix("Error: /nowhere: there is no such folder; "))
    #expect(try run(["fit", "nothing"]).0 == 64)
  }

  /// Whatever step it ends after, the run is whole as far as it went and can be resumed.
  @Test func controlCEndsTheFitAndKeepsWhatIsDone() throws {
    try withTemporaryFolder { folder in
      let out = folder.appending(path: "run")
      let process = Process()
      let pipe = Pipe()
      process.executableURL = program
      process.arguments = [
        "fit", "gev-multiplicative", "--steps", "10000000", "--draws", "3", "--output", out.path,
        "--checkpoint-interval", "0.1",
      ]
      process.standardOutput = pipe
      process.standardError = FileHandle.nullDevice
      try process.run()
      // A checkpoint tells that steps were taken, however slow the machine is.
      let checkpoint = out.appending(path: "checkpoint.json")
      for _ in 0..<1200 where !exists(checkpoint) { Thread.sleep(forTimeInterval: 0.05) }
      #expect(exists(checkpoint) && !exists(out.appending(path: "run.json")))
      process.interrupt()
      let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 130)
      #expect(
        text.contains(" of 10000000 steps; this is the fit so far, and --resume continues it"))
      let left = try names(in: out)
      #expect(left.count == 10 && left.contains("checkpoint.json"))
    }
  }

  /// The first signal ends the fit after its present step; the status is that of a program which the signal ended.
  @Test(arguments: [(SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func otherSignalsEndTheFitAsControlCDoes(signal: Int32, status: Int32) throws {
    try withTemporaryFolder { folder in
      let out = folder.appending(path: "run")
      let process = Process()
      // A test run under `nohup` ignores SIGHUP, and so would the program.
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [
        "--default-signal=HUP", program.path, "fit", "gev-multiplicative", "--quiet", "--steps",
        "10000000", "--draws", "3", "--output", out.path, "--checkpoint-interval", "0.1",
      ]
      process.standardError = FileHandle.nullDevice
      try process.run()
      let checkpoint = out.appending(path: "checkpoint.json")
      // The first checkpoint on the way is there before the end.
      for _ in 0..<1200 where !exists(checkpoint) { Thread.sleep(forTimeInterval: 0.05) }
      #expect(exists(checkpoint) && !exists(out.appending(path: "run.json")))
      kill(process.processIdentifier, signal)
      // A program that does not heed the signal must not hold the tests up.
      for _ in 0..<1200 where process.isRunning { Thread.sleep(forTimeInterval: 0.05) }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == status)
      #expect(try names(in: out).count == 10)
    }
  }

  /// As `nohup` starts a program, which is to outlive its terminal.
  @Test func aHangupThatWasIgnoredStaysIgnored() throws {
    try withTemporaryFolder { folder in
      let out = folder.appending(path: "run")
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      let flags = "--quiet --steps 10000000 --draws 3 --checkpoint-interval 0.1"
      process.arguments = [
        "-c",
        "trap '' HUP; exec '\(program.path)' fit gev-multiplicative \(flags) --output '\(out.path)'",
      ]
      process.standardError = FileHandle.nullDevice
      try process.run()
      let checkpoint = out.appending(path: "checkpoint.json")
      for _ in 0..<1200 where !exists(checkpoint) { Thread.sleep(forTimeInterval: 0.05) }
      kill(process.processIdentifier, SIGHUP)
      Thread.sleep(forTimeInterval: 1)
      #expect(process.isRunning)
      kill(process.processIdentifier, SIGTERM)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 143)
    }
  }

  /// The first Ctrl-C ends the wait; the table and the files are there all the same.
  @Test func controlCEndsTheWaitForTheReaderOfAPipe() throws {
    try withTemporaryFolder { folder in
      let (out, numbers) = (folder.appending(path: "run"), folder.appending(path: "numbers").path)
      #expect(mkfifo(numbers, 0o600) == 0)
      let process = Process()
      let (printed, errors) = (Pipe(), Pipe())
      process.executableURL = program
      process.arguments = [
        "fit", "gev-multiplicative", "--steps", "5", "--draws", "3", "--output", out.path, "--json",
        numbers,
      ]
      (process.standardOutput, process.standardError) = (printed, errors)
      try process.run()
      let record = out.appending(path: "run.json")
      for _ in 0..<1200 where !exists(record) { Thread.sleep(forTimeInterval: 0.05) }
      Thread.sleep(forTimeInterval: 0.5)
      #expect(process.isRunning)
      process.interrupt()
      for _ in 0..<1200 where process.isRunning { Thread.sleep(forTimeInterval: 0.05) }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 130)
      let table = String(decoding: printed.fileHandleForReading.availableData, as: UTF8.self)
      let said = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
      #expect(table.hasPrefix("gev-multiplicative: "))
      #expect(
        said.contains(
          "\(numbers): waiting for a program that reads from this pipe; Ctrl-C ends the wait.\n"))
      #expect(
        said.hasSuffix("; start the program that reads from it first, or name a file.\n"))
      #expect(try names(in: out).count == 10)
    }
  }

  /// A substituted process of a shell reads from a pipe that is open before the fit begins.
  @Test func numbersGoToAProcessThatAShellSubstitutes() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "numbers.json")
      let process = Process()
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments = [
        "-c",
        "'\(program.path)' fit gev-multiplicative --quiet --steps 5 --draws 3 "
          + "--json >(cat > '\(file.path)')",
      ]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      func numbers() -> JSONValue? {
        (try? Data(contentsOf: file)).flatMap {
          try? JSONDecoder().decode(JSONValue.self, from: $0)
        }
      }
      // The shell does not wait for `cat`.
      for _ in 0..<200 where numbers() == nil { Thread.sleep(forTimeInterval: 0.05) }
      #expect(numbers()?["mu0"] != nil)
    }
  }

  /// Every write to `/dev/full` fails for want of room.
  @Test(.enabled(if: exists(URL(filePath: "/dev/full")), "there is no /dev/full; skipped"))
  func aFullDiskUnderStandardOutputIsSaid() throws {
    let full = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
    let (status, _, errors) = try run(["list"], output: full)
    #expect(status == 2)
    #expect(errors == "Error: standard output cannot be written; make room, or print elsewhere.\n")
  }
}
