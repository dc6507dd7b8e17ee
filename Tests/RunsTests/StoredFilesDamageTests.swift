import Foundation
import Synchronization
import Tables
import TestSupport
import Testing

@testable import Runs

/// One flipped bit anywhere in a stored file is a refusal by name, or changes nothing.
struct StoredFilesDamageTests {
  private struct Content: Codable, Equatable {
    let step: Int
    let parameters: [Double]
  }

  private let conditions = [CheckpointFile.Condition("--seed", 3)]

  private func flipped(_ data: Data, byte: Int, bit: Int) -> Data {
    var data = data
    data[byte] ^= 1 << UInt8(bit)
    return data
  }

  @Test func everyBitOfACheckpointIsChecked() throws {
    try withTemporaryFolder { folder in
      let content = Content(step: 12, parameters: [0.1, -2.5e-7, 3])
      let url = folder.appending(path: CheckpointFile.name)
      try RunFolder(creating: folder).write([CheckpointFile.file(content, conditions: conditions)])
      let whole = try Data(contentsOf: url)
      #expect(try CheckpointFile.read(Content.self, in: folder, conditions: conditions) == content)
      for byte in whole.indices {
        for bit in 0..<8 {
          try flipped(whole, byte: byte, bit: bit).write(to: url)
          let error = #expect(throws: DataError.self, "byte \(byte), bit \(bit)") {
            try CheckpointFile.read(Content.self, in: folder, conditions: conditions)
          }
          #expect(error?.found == "the checkpoint cannot be read" && error?.file == url.path)
        }
      }
      for length in [0, 1, 80, whole.count / 2, whole.count - 1] {
        try whole.prefix(length).write(to: url)
        #expect(throws: DataError.self) {
          try CheckpointFile.read(Content.self, in: folder, conditions: conditions)
        }
      }
      try (whole + Data("\n".utf8)).write(to: url)
      #expect(throws: DataError.self) {
        try CheckpointFile.read(Content.self, in: folder, conditions: conditions)
      }
    }
  }

  /// Works out what the journal does not have: `20 k` for the piece k.
  private func results(in folder: URL, resuming: Bool) throws -> (all: [Int?], anew: [Int]) {
    let anew = Mutex<[Int]>([])
    let journal = try Journal(in: folder, conditions: conditions, resuming: resuming)
    let all = try journal.results(
      of: (0..<4).map { "piece \($0)" }, "pieces", pool: .serial,
      control: RunControl(progress: .silent)
    ) { piece in
      anew.withLock { $0.append(piece) }
      return 20 * piece
    }
    return (all, anew.withLock { $0 })
  }

  @Test func everyBitOfAJournalIsChecked() throws {
    try withTemporaryFolder { folder in
      _ = try results(in: folder, resuming: false)
      let url = folder.appending(path: Journal.name)
      let whole = try Data(contentsOf: url)
      let newlines = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }
      for byte in whole.indices {
        for bit in 0..<8 {
          try flipped(whole, byte: byte, bit: bit).write(to: url)
          // The last newline says that the line is whole: without it the line was cut off, and is worked out again.
          if byte == newlines.last {
            let resumed = try results(in: folder, resuming: true)
            #expect(resumed.all == [0, 20, 40, 60] && resumed.anew == [3])
            continue
          }
          let error = #expect(throws: DataError.self, "byte \(byte), bit \(bit)") {
            try results(in: folder, resuming: true)
          }
          let line = newlines.count { $0 < byte } + 1
          let part = line == 1 ? "its first line" : "line \(line)"
          #expect(error?.found == "\(part) cannot be read" && error?.file == url.path)
        }
      }
    }
  }

  @Test func aLastLineThatWasCutOffIsWorkedOutAgain() throws {
    try withTemporaryFolder { folder in
      _ = try results(in: folder, resuming: false)
      let url = folder.appending(path: Journal.name)
      let whole = try Data(contentsOf: url)
      let last = try #require(whole.dropLast().lastIndex(of: UInt8(ascii: "\n")))
      for length in (last + 1)..<whole.count {
        try whole.prefix(length).write(to: url)
        let resumed = try results(in: folder, resuming: true)
        #expect(resumed.all == [0, 20, 40, 60] && resumed.anew == [3])
        #expect(try Data(contentsOf: url) == whole)
      }
    }
  }
}

struct FileSchemaTests {
  private func message(_ content: String, of name: String) throws -> String {
    var text = ""
    try withTemporaryFolder { folder in
      let url = folder.appending(path: name)
      try Data(content.utf8).write(to: url)
      let error = #expect(throws: DataError.self) {
        if name == Journal.name {
          _ = try Journal(in: folder, conditions: [], resuming: true)
        } else {
          _ = try CheckpointFile.read([Int].self, in: folder, conditions: [])
        }
      }
      text = (error?.description ?? "").replacing(folder.path, with: "DIR")
    }
    return text
  }

  private func sealed(_ json: String, isIndented: Bool) throws -> String {
    String(decoding: try Sealed.text(Data(json.utf8), isIndented: isIndented), as: UTF8.self)
  }

  private let remedy = "; use the program that made it, or start again with --overwrite."

  @Test func aFileOfANewerProgramIsRefused() throws {
    let json = #"{"conditions":[],"fit":"of another form","program":"ppl 0.3.0","schema":4}"#
    let found =
      "it was made by ppl 0.3.0 with schema 4; this is ppl \(PPLVersion.current), which reads up to 2"
    #expect(
      try message(sealed(json, isIndented: true), of: CheckpointFile.name)
        == "DIR/checkpoint.json: \(found)\(remedy)")
    #expect(
      try message(sealed(json, isIndented: false) + "\n", of: Journal.name)
        == "DIR/journal.jsonl: \(found)\(remedy)")
  }

  @Test func aFileWithoutASchemaIsRefused() throws {
    let json = #"{"conditions":[{"isDigest":false,"name":"--seed","value":"0"}]}"#
    let found =
      "it has no schema number, as files of ppl 0.1.0; this is ppl \(PPLVersion.current), which reads schema 2"
    #expect(
      try message(json, of: CheckpointFile.name) == "DIR/checkpoint.json: \(found)\(remedy)")
    #expect(
      try message(json + "\n", of: Journal.name) == "DIR/journal.jsonl: \(found)\(remedy)")
  }
}
