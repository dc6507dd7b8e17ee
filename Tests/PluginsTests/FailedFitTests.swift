import CommandTestSupport
import Distributions
import Foundation
import Inference
import PPL
import TestSupport
import Testing

@testable import Plugins
@testable import Runs

/// What is in an output folder after a fit that failed, and what its message says of that.
struct FailedFitTests {
  private let diverging = ["--steps", "50", "--learning-rate", "1e300", "--overwrite"]

  private func run(_ folder: URL, _ flags: [String]) -> CommandResult {
    ppl(
      [
        "fit", "gev-multiplicative", "--data", folder.appending(path: "data").path, "--backend",
        "svi", "--draws", "3", "--output", folder.appending(path: "run").path,
      ] + flags)
  }

  @Test func anEarlierRunStaysUntilACheckpointReplacesIt() throws {
    try withData { folder in
      #expect(run(folder, ["--steps", "5"]).status == 0)
      let place = folder.appending(path: "run")
      let before = try results(place)
      let early = run(folder, diverging)
      #expect(early.status == 2)
      #expect(
        early.errors.hasSuffix(
          ". Nothing was written; the earlier run in \(place.path) is as it was."))
      #expect(try results(place) == before)
      let late = run(folder, diverging + ["--checkpoint-interval", "0"])
      #expect(
        late.errors.hasSuffix(
          ". The earlier run in \(place.path) had been replaced by a checkpoint of the fit, which was "
            + "removed."), "\(late.errors)")
      #expect(try names(in: place) == [])
    }
  }

  @Test func aFitThatWasGoneOnWithKeepsItsCheckpoint() throws {
    try withTemporaryFolder { folder in
      let settings = try FitOptions.parse(["--output", folder.path, "--resume"])
      let checkpoint = folder.appending(path: CheckpointFile.name)
      var store = try #require(CheckpointStore(settings, conditions: []))
      try store.write([1.5])
      store.step = 7
      let left = store.discard()
      #expect(left == .checkpoint(path: folder.path, step: 7))
      #expect("\(left)" == "The checkpoint of step 7 is kept in \(folder.path).")
      #expect(exists(checkpoint))
    }
  }

  @Test func aFitWhoseSitesChangeIsAFailureWithTheSite() throws {
    let model = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      if x.scalar > 1.2 { p.sample("late", Normal(0, 1)) }
      p.sample("y", Normal(x, 0.5), observed: 2)
    }
    let options = try SVIOptions.parse(["--steps", "500", "--learning-rate", "0.05"])
    let svi = SVI(
      model, guide: AutoNormal(model, initialization: .values(["x": 0])),
      optimizer: options.optimizer)
    let error = try #require(throws: FitFailure.self) {
      try PluginsTests.run(svi, options)
    }
    guard case .changedSites(let step, let change) = error.cause else {
      Issue.record("\(error)")
      return
    }
    #expect(change.site == "late" && step > 1 && error.left == .nothing)
    #expect(
      error.description.hasPrefix("the fit ended in step \(step): site \"late\": is in this run"))
    #expect(error.description.hasSuffix("or a mask. Nothing was written."))
  }

  @Test func theHelpOfFitsAndRunsHasEveryExitStatus() {
    for command in [
      ["fit", "--help"], ["run", "--help"], ["fit", "gev-multiplicative", "--help"],
    ] {
      let words = ppl(command).output.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
      #expect(words.contains(ExitStatus.explanation), "\(command)")
      #expect(words.contains("130, 143 or 129 after Ctrl-C, SIGTERM or SIGHUP"), "\(command)")
    }
  }
}

/// A lock that is refused, and one that cannot be tried.
struct FolderLockTests {
  @Test func aFolderThatCannotBeOpenedIsAnErrorWithItsReason() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      for (place, reason) in [
        (file, "Not a directory"), (folder.appending(path: "none"), "No such file or directory"),
      ] {
        #expect(
          throws: OutputError.notOpened(path: place.path, problem: FileProblem(reason))
        ) {
          try Self.isLocked(place)
        }
      }
      #expect(throws: (any Error).self) { try Self.make(in: folder.appending(path: "none")) }
      #expect(
        OutputError.notOpened(path: "run", problem: FileProblem(code: EACCES)).description
          == "run: the folder cannot be opened (Permission denied); choose another folder, or change its "
          + "permissions.")
    }
  }

  private static func isLocked(_ folder: URL) throws -> Bool {
    if let lock = try FolderLock(folder) {
      hold(lock)
      return false
    }
    return true
  }

  private static func hold(_ lock: borrowing FolderLock) {}

  private static func make(in folder: URL) throws { _ = try StagingFolder(in: folder) }
}
