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
}
