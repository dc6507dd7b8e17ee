import Foundation
import Runs
import TestSupport
import Testing

private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

@Suite struct RunFolderTests {
  @Test func theFolderIsMadeBeforeTheWorkAndLeftEmpty() throws {
    try withTemporaryFolder { folder in
      let run = try RunFolder(creating: folder.appending(path: "runs/spain"))
      #expect(try names(in: run.url).isEmpty)
    }
  }

  @Test func filesAppearInPlaceAndNothingElse() throws {
    try withTemporaryFolder { folder in
      try RunFolder(creating: folder).write([
        OutputFile("losses.csv", text: "step,loss\n"),
        OutputFile("figures/losses.svg") { try Data("<svg/>".utf8).write(to: $0) },
        OutputFile("run.json", json: ["seed": 1]),
      ])
      #expect(try names(in: folder) == ["figures", "losses.csv", "run.json"])
      #expect(try text(folder.appending(path: "losses.csv")) == "step,loss\n")
      #expect(try text(folder.appending(path: "figures/losses.svg")) == "<svg/>")
    }
  }

  @Test func filesOfAnEarlierRunAreReplaced() throws {
    try withTemporaryFolder { folder in
      for content in ["first, and longer", "second"] {
        try RunFolder(creating: folder).write([OutputFile("a.txt", text: content)])
      }
      #expect(try text(folder.appending(path: "a.txt")) == "second")
    }
  }

  @Test func aRunThatCannotMakeOneFileReplacesNone() throws {
    struct NoDisk: Error, CustomStringConvertible { var description: String { "no disk" } }
    try withTemporaryFolder { folder in
      let run = try RunFolder(creating: folder)
      try run.write([OutputFile("a.txt", text: "old")])
      let error = #expect(throws: OutputError.self) {
        try run.write([
          OutputFile("a.txt", text: "new"), OutputFile("b.txt") { _ in throw NoDisk() },
        ])
      }
      #expect(
        error?.description
          == "\(folder.path)/b.txt: the file could not be written (no disk); "
          + "choose another place, and run again.")
      #expect(try names(in: folder) == ["a.txt"])
      #expect(try text(folder.appending(path: "a.txt")) == "old")
    }
  }

  @Test func aFileThatItsMakerForgotReplacesNone() throws {
    try withTemporaryFolder { folder in
      let run = try RunFolder(creating: folder)
      let error = #expect(throws: OutputError.self) {
        try run.write([OutputFile("a.txt", text: "a"), OutputFile("posterior.nc") { _ in }])
      }
      #expect(error?.description.contains("posterior.nc: the file could not be written") == true)
      #expect(try names(in: folder).isEmpty)
    }
  }

  @Test func aFileInTheWayIsRefusedBeforeTheWork() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "spain")
      try Data().write(to: file)
      for place in [file, file.appending(path: "run/1")] {
        let error = #expect(throws: OutputError.self) { try RunFolder(creating: place) }
        #expect(error == .fileInTheWay(path: file.path))
        #expect(
          error?.description
            == "\(file.path): a file of this name is in the way; move it, or choose another folder."
        )
      }
    }
  }

  /// In `/proc` nobody may write, not even the superuser.
  @Test(arguments: ["/proc/run", "/proc/self"])
  func aFolderThatCannotBeWrittenInIsRefusedBeforeTheWork(path: String) throws {
    let error = #expect(throws: OutputError.self) { try RunFolder(creating: URL(filePath: path)) }
    let message = error?.description ?? ""
    #expect(message.hasPrefix("\(path): the folder cannot be written in ("))
    #expect(message.hasSuffix("); choose another folder."))
    #expect(message.count < 150, "the system's reason, not a dump of its error: \(message)")
  }

  @Test func aFolderInTheWayOfAFileReplacesNothing() throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "b.txt")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
      let error = #expect(throws: OutputError.self) {
        try RunFolder(creating: folder).write([
          OutputFile("a.txt", text: "a"), OutputFile("b.txt", text: "b"),
        ])
      }
      #expect(
        error?.description
          == "\(place.path): a folder of this name is in the way; "
          + "move it, or choose another folder.")
      #expect(try names(in: folder) == ["b.txt"])
    }
  }

  @Test func aFileInTheWayOfAnInnerFolderReplacesNothing() throws {
    try withTemporaryFolder { folder in
      let run = try RunFolder(creating: folder)
      try run.write([OutputFile("figures", text: "not a folder")])
      #expect(throws: OutputError.fileInTheWay(path: folder.appending(path: "figures").path)) {
        try run.write([OutputFile("a.txt", text: "a"), OutputFile("figures/b.svg", text: "b")])
      }
      #expect(try names(in: folder) == ["figures"])
    }
  }

  @Test func namesOutsideTheFolderAreAMistakeInTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = OutputFile("../run.json", text: "")
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("\"../run.json\" is not the name of a file inside the run's folder"))
  }

  @Test func twoFilesOfOneNameAreAMistakeInTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let folder = FileManager.default.temporaryDirectory
      try RunFolder(creating: folder).write([
        OutputFile("a.txt", text: ""), OutputFile("a.txt", text: ""),
      ])
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("RunFolder: two files have the same name"))
  }
}

@Suite struct JSONFileTests {
  private struct Summary: Codable, Equatable {
    var zeta = [0.1 + 0.2, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -1.0 / 3, 7]
    var alpha = ["path/to": 1]
    var limit = [Double.infinity, -.infinity]
    var gone = Double.nan
  }

  private func written(_ value: some Encodable & Sendable) throws -> String {
    var result = ""
    try withTemporaryFolder { folder in
      try RunFolder(creating: folder).write([OutputFile("run.json", json: value)])
      result = try text(folder.appending(path: "run.json"))
    }
    return result
  }

  @Test func keysAreSortedAndEqualValuesGiveEqualFiles() throws {
    let json = try written(Summary())
    let keys = ["alpha", "gone", "limit", "zeta"].map { json.range(of: "\"\($0)\"")?.lowerBound }
    #expect(!keys.contains(nil) && keys.compactMap(\.self) == keys.compactMap(\.self).sorted())
    #expect(json.contains("path/to"))
    #expect(try written(Summary()) == json)
  }

  @Test func numbersReadBackToTheSameBitsAndInfinitiesAsNames() throws {
    let json = try written(Summary())
    #expect(json.contains("\"inf\"") && json.contains("\"-inf\"") && json.contains("\"nan\""))
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let back = try decoder.decode(Summary.self, from: Data(json.utf8))
    #expect(back.zeta.map(\.bitPattern) == Summary().zeta.map(\.bitPattern))
    #expect(back.limit == Summary().limit && back.gone.isNaN)
  }
}
