import Foundation
import Tables
import TestSupport
import Testing

@testable import Inference
@testable import Plugins
@testable import Runs

/// The stored files of a fit: its losses, and what they all say of themselves.
struct StoredFitTests {
  /// The rows before a checkpoint are part of what it stands for, and their file has no checksum of its own.
  @Test func everyByteOfTheLossesBeforeACheckpointIsChecked() throws {
    try withTemporaryFolder { folder in
      var losses = LossesFile(in: folder)
      for step in 1...4 { losses.append(step, StepRecord(loss: 1 / Double(step))) }
      try losses.flush(isSynced: true)
      let mark = losses.mark
      losses.append(5, StepRecord(loss: 7))
      try losses.flush()
      let url = folder.appending(path: LossesFile.name)
      let whole = try Data(contentsOf: url)
      #expect(whole.count > mark.count)
      for byte in 0..<mark.count {
        var changed = whole
        changed[byte] ^= 1 << UInt8(byte % 8)
        try changed.write(to: url)
        let error = #expect(throws: DataError.self) {
          try LossesFile(in: folder, goingOnFrom: mark)
        }
        #expect(
          error?.description
            == "\(url.path): it does not begin with the rows that the checkpoint belongs to; "
            + "put it back as it was, or start again with --overwrite.")
      }
      try whole.write(to: url)
      _ = try LossesFile(in: folder, goingOnFrom: mark)
      #expect(try Data(contentsOf: url) == whole.prefix(mark.count))
    }
  }

  @Test func everyFileSaysWhatMadeItAndRunJSONListsAll() throws {
    try withData { folder in
      #expect(fit(folder, to: "run", "--steps", "5").status == 0)
      let run = folder.appending(path: "run")
      for name in ["run.json", "results.json"] {
        let json = try JSONDecoder().decode(
          JSONValue.self, from: Data(contentsOf: run.appending(path: name)))
        #expect(json["program"]?.string == "ppl \(PPLVersion.current)")
        #expect(json["schema"]?.double == 2)
        let files = json["files"]?.elements.compactMap(\.string).sorted()
        let all = try names(in: run)
        #expect(files == (name == "run.json" ? all : nil))
      }
      let checkpoint = try JSONDecoder().decode(
        JSONValue.self, from: Data(contentsOf: run.appending(path: CheckpointFile.name)))
      #expect(checkpoint["content"]?["schema"]?.double == 2)
      #expect(checkpoint["content"]?["program"]?.string == "ppl \(PPLVersion.current)")
    }
  }
}
