import Foundation
import TestSupport
import Testing

@testable import Runs

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

  @Test func aFileUnderAFileIsRefusedBeforeTheWork() throws {
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
}
