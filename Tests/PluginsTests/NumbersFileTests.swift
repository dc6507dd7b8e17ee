import Foundation
import TestSupport
import Testing

@testable import Plugins

@Suite struct NumbersFileTests {
  @Test func aLinkStaysALinkAndItsFileIsReplaced() throws {
    try withTemporaryFolder { folder in
      let (file, link) = (folder.appending(path: "file.json"), folder.appending(path: "link.json"))
      try Data("old".utf8).write(to: file)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
      try NumbersFile(path: link.path).write([1])
      #expect(try String(contentsOf: file, encoding: .utf8).contains("1"))
      let attributes = try FileManager.default.attributesOfItem(atPath: link.path)
      #expect(attributes[.type] as? FileAttributeType == .typeSymbolicLink)
    }
  }

  /// Renaming a file over it would replace the device.
  @Test func aDeviceIsWrittenToAndStaysADevice() throws {
    try NumbersFile(path: "/dev/null").write([1])
    let attributes = try FileManager.default.attributesOfItem(atPath: "/dev/null")
    #expect(attributes[.type] as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test func aFileUnderAFileIsMetAtTheDoor() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      let error = #expect(throws: OutputError.self) {
        try NumbersFile(path: file.appending(path: "numbers.json").path)
      }
      #expect(error == .fileInTheWay(path: file.path))
    }
  }

  /// What a reader at the other end of a named pipe gets, and the kind of the file afterwards.
  @Test func aNamedPipeIsWrittenToAndStaysOne() throws {
    try withTemporaryFolder { folder in
      let pipe = folder.appending(path: "numbers").path
      let link = folder.appending(path: "link").path
      #expect(mkfifo(pipe, 0o600) == 0)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "numbers")
      for path in [pipe, link] {
        let reader = Process()
        let output = Pipe()
        reader.executableURL = URL(filePath: "/bin/cat")
        reader.arguments = [pipe]
        reader.standardOutput = output
        try reader.run()
        try NumbersFile(path: path).write(["mean": 1.5])
        let text = String(
          decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        reader.waitUntilExit()
        #expect(text.contains("\"mean\" : 1.5"))
        let attributes = try FileManager.default.attributesOfItem(atPath: pipe)
        #expect(attributes[.type] as? FileAttributeType != .typeRegular)
        #expect(try names(in: folder) == ["link", "numbers"])
      }
    }
  }

  /// As `/dev/stdout` is when a shell has sent the output to a file: a rename would take that file away from the table.
  @Test func anOpenDescriptorIsWrittenToWhereItStands() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "table.txt")
      try Data().write(to: file)
      let handle = try FileHandle(forWritingTo: file)
      try handle.write(contentsOf: Data("before ".utf8))
      let link = folder.appending(path: "link").path
      let descriptor = "/proc/self/fd/\(handle.fileDescriptor)"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: descriptor)
      try NumbersFile(path: link).write(["mean": 1])
      try handle.write(contentsOf: Data("after".utf8))
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(
        text.hasPrefix("before {") && text.hasSuffix("}after") && text.contains("\"mean\" : 1"))
    }
  }

  @Test func aLinkToAFileThatIsNotThereYetMakesThatFile() throws {
    try withTemporaryFolder { folder in
      let link = folder.appending(path: "link").path
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "later.json")
      try NumbersFile(path: link).write([1])
      #expect(exists(folder.appending(path: "later.json")))
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: link) == "later.json")
    }
  }

  @Test(arguments: [".numbers.json", "..json", "a.b"])
  func aNameMayHaveAnyDots(name: String) throws {
    try withTemporaryFolder { folder in
      try NumbersFile(path: folder.appending(path: name).path).write([1])
      #expect(try names(in: folder) == [name])
    }
  }

  /// By its name, by a link to it, by a hard link to it and by a way around.
  @Test func theRunsOwnFilesAndItsInputsAreRefused() throws {
    try withData { folder in
      #expect(fit(folder, to: "run", "--steps", "5").status == 0)
      let run = folder.appending(path: "run")
      let (soft, hard) = (folder.appending(path: "soft"), folder.appending(path: "hard"))
      let checkpoint = run.appending(path: "checkpoint.json")
      try FileManager.default.createSymbolicLink(at: soft, withDestinationURL: checkpoint)
      try FileManager.default.linkItem(at: checkpoint, to: hard)
      let before = try results(run)
      let own = ["run.json", "results.json", "checkpoint.json", "journal.jsonl", "losses.csv"]
        .map { run.appending(path: $0).path }
      for path in own + [soft.path, hard.path, "\(folder.path)/data/../run/run.json"] {
        let result = fit(folder, to: "run", "--steps", "9", "--overwrite", "--json", path)
        #expect(result.status == 2)
        #expect(
          result.errors
            == "Error: --json is \(path), a file that the run itself writes; name another file.")
      }
      let input = folder.appending(path: "data/maxima.csv").path
      let result = fit(folder, to: "run", "--steps", "9", "--overwrite", "--json", input)
      #expect(result.status == 2)
      #expect(
        result.errors == "Error: --json is \(input), a file that the run reads; name another file.")
      #expect(try results(run) == before)
      #expect(try String(contentsOfFile: input, encoding: .utf8) == smallData["maxima.csv"])
    }
  }

  /// Which files a model leaves of its own is known once it is fitted: then its file stays, and the numbers are not written.
  @Test func aFileOfTheModelsOwnIsNotReplacedByNumbers() throws {
    try withData { folder in
      let path = folder.appending(path: "run/stations_posterior.csv").path
      let result = fit(folder, to: "run", "--steps", "5", "--json", path)
      #expect(result.status == 2)
      #expect(
        result.errors
          == "Error: --json is \(path), a file that the run itself writes; name another file.")
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.hasPrefix("station,"))
    }
  }
}
