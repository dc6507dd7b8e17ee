import Foundation
import Inference
import PPL
import Synchronization
import TestModels
import TestSupport
import Testing

@testable import Plugins
@testable import Runs

/// What is in an output folder already: another run, a run under way, leftovers.
struct OutputFolderTests {
  private func refusal(_ path: String, _ files: String) -> String {
    "Error: \(path): the folder holds a run (\(files)); "
      + "give --resume to continue it, --overwrite to replace it, or another folder."
  }

  @Test func aFolderWithARunIsRefusedAndLeftAsItIs() throws {
    try withData { folder in
      #expect(fit(folder, to: "run", "--steps", "5").status == 0)
      let run = folder.appending(path: "run")
      let before = try results(run)
      for flags in [[], ["--steps", "6"], ["--seed", "1"]] {
        let result = ppl(
          ["fit", "gev-multiplicative", "--steps", "5", "--output", run.path] + flags)
        #expect(result.status == 2)
        #expect(result.errors == refusal(run.path, "run.json, checkpoint.json"))
      }
      #expect(try results(run) == before)
    }
  }

  @Test func overwriteReplacesTheRunWithAllItsFiles() throws {
    try withData { folder in
      let run = folder.appending(path: "run")
      for (place, seed) in [("run", "1"), ("new", "2")] {
        #expect(fit(folder, to: place, "--steps", "5", "--seed", seed).status == 0)
      }
      // Of an earlier experiment in that folder, of a model that leaves other files, and of somebody else.
      try Data().write(to: run.appending(path: Journal.name))
      try Data().write(to: run.appending(path: "figure.svg"))
      try Data().write(to: run.appending(path: "notes.txt"))
      let record = run.appending(path: "run.json")
      let text = try String(contentsOf: record, encoding: .utf8)
        .replacing("\"files\" : [", with: "\"files\" : [ \"figure.svg\", \"../data/gmst.csv\",")
      try Data(text.utf8).write(to: record)
      #expect(fit(folder, to: "run", "--steps", "5", "--seed", "2", "--overwrite").status == 0)
      let new = folder.appending(path: "new")
      let (expected, files) = try (results(new), names(in: new) + ["notes.txt"])
      #expect(try results(run) == expected)
      #expect(try names(in: run) == files.sorted())
      #expect(exists(folder.appending(path: "data/gmst.csv")))
    }
  }

  @Test func twoRunsInOneFolderAtOnceAreRefused() throws {
    try withData { folder in
      let run = try RunFolder(creating: folder.appending(path: "run"))
      let lock = try run.locked()
      let second = fit(folder, to: "run", "--steps", "5")
      #expect(second.status == 2)
      #expect(
        second.errors
          == "Error: \(run.url.path): another run is writing in this folder; "
          + "wait for it, or choose another folder.")
      release(lock)
      #expect(fit(folder, to: "run", "--steps", "5").status == 0)
    }
  }

  private func release(_ lock: consuming FolderLock) {}

  @Test func whatAKilledWriterLeftIsRemovedAndWhatALiveOneHasIsNot() throws {
    try withTemporaryFolder { folder in
      let stale = folder.appending(path: ".writing-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: stale, withIntermediateDirectories: false)
      try Data("half".utf8).write(to: stale.appending(path: "run.json"))
      try Data().write(to: folder.appending(path: ".writing-\(UUID().uuidString)"))
      let own = [".writing-notes", ".writing-"]
      for name in own { try Data().write(to: folder.appending(path: name)) }
      let live = try StagingFolder(in: folder)
      try Data().write(to: live.url.appending(path: "run.json"))
      _ = try RunFolder(creating: folder)
      #expect(try names(in: folder) == (own + [live.url.lastPathComponent]).sorted())
      #expect(exists(live.url.appending(path: "run.json")))
    }
  }

  @Test(arguments: [
    (["--overwrite"], "--overwrite needs --output, the folder of the run to replace."),
    (
      ["--resume", "--overwrite", "--output", "run"],
      "--resume continues a run and --overwrite replaces it; give one of them."
    ),
    (
      ["--checkpoint-interval", "-1"], "--checkpoint-interval is -1.0, but must be from 0 to 86400."
    ),
    (
      ["--checkpoint-interval", "nan"],
      "--checkpoint-interval is nan, but must be from 0 to 86400."
    ),
  ])
  func flagsSayWhatTheyNeed(flags: [String], message: String) {
    let result = ppl(["fit", "gev-multiplicative"] + flags)
    #expect(result.status == 64 && result.errors.contains(message), "\(result.errors)")
  }
}

/// Checkpoints while a fit goes on.
struct CheckpointIntervalTests {
  @Test func checkpointsOnTheWayChangeNoByte() throws {
    try withData { folder in
      #expect(fit(folder, to: "plain", "--steps", "40").status == 0)
      #expect(
        fit(folder, to: "often", "--steps", "40", "--checkpoint-interval", "0").status == 0)
      let plain = folder.appending(path: "plain")
      let often = folder.appending(path: "often")
      let (expected, files) = try (results(plain), names(in: plain))
      #expect(try results(often) == expected)
      #expect(try names(in: often) == files)
    }
  }

  /// A process that is killed leaves the checkpoint of a step on the way, and losses beyond it.
  @Test func aKilledFitGoesOnFromItsLastCheckpointWithTheSameBits() throws {
    try withData { folder in
      #expect(fit(folder, to: "whole", "--steps", "40").status == 0)
      #expect(fit(folder, to: "killed", "--steps", "25").status == 0)
      let killed = folder.appending(path: "killed")
      for name in try names(in: killed) where !["checkpoint.json", "losses.csv"].contains(name) {
        try FileManager.default.removeItem(at: killed.appending(path: name))
      }
      let losses = try FileHandle(forWritingTo: killed.appending(path: "losses.csv"))
      try losses.seekToEnd()
      try losses.write(contentsOf: Data("26,1.5,0.25,0,0\n27,1.".utf8))
      try losses.close()
      #expect(fit(folder, to: "killed", "--steps", "40", "--resume").status == 0)
      let whole = try results(folder.appending(path: "whole"))
      #expect(try results(killed) == whole)
    }
  }

  @Test func aFitThatDivergesLeavesNothingOfItsCheckpoints() throws {
    try withData { folder in
      let result = fit(
        folder, to: "run", "--steps", "4000", "--learning-rate", "1e300", "--checkpoint-interval",
        "0")
      #expect(
        result.status == 2 && result.errors.hasSuffix("The checkpoints of the fit were removed."))
      #expect(!exists(folder.appending(path: "run")))
    }
  }

  /// A disk that is full now may have room later: what was kept until then stays.
  @Test func aCheckpointThatCannotBeWrittenEndsTheFitAndKeepsWhatThereIs() throws {
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "run")
      let checkpoint = run.appending(path: "checkpoint.json")
      let flags = ["--output", run.path, "--checkpoint-interval", "0"]
      let options = try SVIOptions.parse(["--steps", "20"])
      let steps = Mutex(0)
      let control = RunControl(progress: .silent) {
        let step = steps.withLock {
          $0 += 1
          return $0
        }
        if step == 5 {
          let kept = run.appending(path: "kept.json")
          try? FileManager.default.moveItem(at: checkpoint, to: kept)
          try? FileManager.default.createDirectory(
            at: checkpoint, withIntermediateDirectories: false)
        }
        return false
      }
      let model = TestModel.groups().model
      let svi = SVI(model, guide: AutoNormal(model), optimizer: options.optimizer)
      #expect(throws: OutputError.folderInTheWay(path: checkpoint.path)) {
        try PluginsTests.run(svi, options, flags, control: control)
      }
      #expect(try names(in: run) == ["checkpoint.json", "kept.json", "losses.csv"])
      #expect(steps.withLock { $0 } == 5)
    }
  }

  @Test func lossesOfALongFitAreInItsFileAndNotInMemory() throws {
    try withTemporaryFolder { folder in
      var losses = LossesFile(in: folder)
      var text = "step,loss,gradient_norm,clipped,zeroed\n"
      for step in 1...5_000 {
        losses.append(step, StepRecord(loss: 1 / Double(step)))
        if losses.isFull { try losses.flush() }
        text += "\(step),\(1 / Double(step)),0.0,0,0\n"
      }
      let file = folder.appending(path: LossesFile.name)
      // 64 kB are kept back at most.
      #expect(try Data(contentsOf: file).count > text.utf8.count - (1 << 16) - 200)
      let whole = try losses.whole()
      #expect(try String(contentsOf: file, encoding: .utf8) == text)
      try RunFolder(creating: folder).write([whole])
      #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }
  }
}
