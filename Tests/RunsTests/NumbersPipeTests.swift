import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Runs

/// What `--json` does with a named pipe that nobody reads from, yet or any more.
struct NumbersPipeTests {
  /// A run that is interrupted the moment it is asked so often whether it goes on, and what it was told.
  private final class Run: Sendable {
    private let asked = Mutex(0)
    private let told = Mutex<[String]>([])
    private let limit: Int

    init(interruptedAfter limit: Int) { self.limit = limit }

    var count: Int { asked.withLock { $0 } }
    var warnings: [String] { told.withLock { $0 } }
    var control: RunControl {
      RunControl(
        progress: .silent,
        isCancelled: {
          self.asked.withLock {
            $0 += 1
            return $0 > self.limit
          }
        }, warn: { text in self.told.withLock { $0.append(text) } })
    }
  }

  private func withPipe(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let pipe = folder.appending(path: "numbers").path
      #expect(mkfifo(pipe, 0o600) == 0)
      try body(pipe)
    }
  }

  @Test func aPipeWithoutAReaderIsGivenUpAtAnInterruption() throws {
    try withPipe { pipe in
      let run = Run(interruptedAfter: 3)
      let error = #expect(throws: OutputError.noReader(path: pipe)) {
        try NumbersFile(path: pipe).write([1], control: run.control)
      }
      #expect(
        error?.description
          == "\(pipe): no program reads from this pipe, and the run was interrupted before its numbers "
          + "were written there; start the program that reads from it first, or name a file.")
      #expect(
        run.warnings
          == ["\(pipe): waiting for a program that reads from this pipe; Ctrl-C ends the wait."])
    }
  }

  /// A pipe holds 64 kB, so that the last of the numbers wait until some were read.
  @Test func aReaderThatComesLateGetsAllNumbers() throws {
    try withPipe { pipe in
      let reader = Process()
      let output = Pipe()
      reader.executableURL = URL(filePath: "/bin/sh")
      reader.arguments = ["-c", "sleep 0.5; exec cat '\(pipe)'"]
      reader.standardOutput = output
      try reader.run()
      let run = Run(interruptedAfter: .max)
      let numbers = (0..<50_000).map(Double.init)
      let text = Mutex(Data())
      let isRead = DispatchSemaphore(value: 0)
      let handle = output.fileHandleForReading
      Thread {
        let data = handle.readDataToEndOfFile()
        text.withLock { $0 = data }
        isRead.signal()
      }.start()
      try NumbersFile(path: pipe).write(numbers, control: run.control)
      isRead.wait()
      reader.waitUntilExit()
      let data = text.withLock { $0 }
      #expect(try JSONDecoder().decode([Double].self, from: data) == numbers)
      #expect(run.warnings.count == 1)
    }
  }

  @Test func aReaderThatTakesNothingIsGivenUpAtAnInterruption() throws {
    try withPipe { pipe in
      let reader = open(pipe, O_RDONLY | O_NONBLOCK)
      #expect(reader >= 0)
      defer { close(reader) }
      let run = Run(interruptedAfter: 0)
      #expect(throws: OutputError.noReader(path: pipe)) {
        try NumbersFile(path: pipe).write(
          [Double](repeating: 1, count: 50_000), control: run.control)
      }
      // What fits into the pipe waits for nobody, interrupted or not.
      var bytes = [UInt8](repeating: 0, count: 1 << 17)
      #expect(read(reader, &bytes, bytes.count) > 0)
      try NumbersFile(path: pipe).write([1], control: run.control)
    }
  }

  /// Ten waits of a tenth of a second, however long the reader had taken nothing before.
  @Test func aSlowReaderHasASecondFromTheInterruption() throws {
    try withPipe { pipe in
      let reader = open(pipe, O_RDONLY | O_NONBLOCK)
      defer { close(reader) }
      let run = Run(interruptedAfter: 12)
      #expect(throws: OutputError.noReader(path: pipe)) {
        try NumbersFile(path: pipe).write(
          [Double](repeating: 1, count: 50_000), control: run.control)
      }
      #expect(run.count == 12 + 10)
    }
  }

  @Test func aReaderThatHasEndedIsAnErrorAndNoSignal() throws {
    try withPipe { pipe in
      let reader = open(pipe, O_RDONLY | O_NONBLOCK)
      let error = #expect(throws: (any Error).self) { try Self.write(to: pipe, closing: reader) }
      let problem = error.map { FileProblem($0) }
      #expect(problem == FileProblem(code: EPIPE))
    }
  }

  private static func write(to pipe: String, closing reader: Int32) throws {
    let stream = try NumbersStream(opening: pipe, RunControl(progress: .silent))
    close(reader)
    try stream.write(Data("1".utf8))
  }
}
