import Foundation
import TestSupport
import Testing

@testable import Runs

/// The command line of a run with the checksums of what it read.
@Suite struct RecordedCommandTests {
  @Test func filesAndFoldersAmongTheWordsHaveChecksums() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: false)
      try Data("abc".utf8).write(to: data.appending(path: "a.csv"))
      let words = ["fit", "m", "--data", "data", "--mask=data/a.csv", "--backend", "svi"]
      let command = RecordedCommand(words, workingFolder: folder.path)
      #expect(command.inputs.map(\.path) == ["data", "data/a.csv"])
      #expect(command.inputs.map(\.files) == [1, nil])
      // FIPS 180-2, appendix B.1.
      let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
      #expect(command.inputs[1].sha256 == sum)
      let listing = Array("\(sum)  a.csv\n".utf8)
      #expect(try command.inputs[0].sha256 == sha256(of: listing, of: "listing"))
      #expect(command.changedInputs.isEmpty)
      try Data("abd".utf8).write(to: data.appending(path: "a.csv"))
      #expect(command.changedInputs == command.inputs)
    }
  }

  @Test func recordsHaveTheCommandAndOtherFilesHaveNot() throws {
    try withTemporaryFolder { folder in
      let command = RecordedCommand(["run", "study"], workingFolder: "/")
      try RunFolder(creating: folder).write(
        [OutputFile("run.json", json: ["a": 1]), OutputFile("results.json", json: ["a": 1])],
        command: command)
      let record = try #require(RecordValue(contentsOf: folder.appending(path: "run.json")))
      #expect(record["command"]?.elements.compactMap(\.string) == ["run", "study"])
      #expect(record["working_folder"]?.string == "/")
      #expect(record["files"]?.elements.count == 2 && record["a"]?.double == 1)
      let results = try #require(RecordValue(contentsOf: folder.appending(path: "results.json")))
      #expect(results["command"] == nil && results["files"] == nil)
    }
  }

  @Test func pathsAreFromTheWorkingFolderAndNamesAndNumbersAreNone() throws {
    try withTemporaryFolder { folder in
      // Folders and files of the names of a model, a backend and a number are not those that the words mean.
      for name in ["data", "fit", "m", "nuts"] {
        try FileManager.default.createDirectory(
          at: folder.appending(path: name), withIntermediateDirectories: false)
      }
      for name in ["mask.json", "3"] {
        try Data("a".utf8).write(to: folder.appending(path: name))
      }
      let words = [
        "fit", "m", "--data", "data", folder.path + "/mask.json", "--mask=mask.json", "--backend",
        "nuts", "--seed", "3",
      ]
      let command = RecordedCommand(words, workingFolder: folder.path)
      var located = words
      (located[3], located[5]) = (folder.path + "/data", "--mask=\(folder.path)/mask.json")
      #expect(command.locatedArguments == located)
      #expect(command.absentPath == nil)
      try FileManager.default.removeItem(at: folder.appending(path: "data"))
      #expect(command.absentPath == folder.path + "/data")
      var moved = command
      moved.workingFolder = folder.path + "/moved"
      #expect(moved.absentPath == folder.path + "/moved")
    }
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.appending(path: "a"), withIntermediateDirectories: false)
      let compare = RecordedCommand(["compare", "a", "/tmp"], workingFolder: folder.path)
      #expect(compare.locatedArguments == ["compare", folder.path + "/a", "/tmp"])
    }
  }
}
