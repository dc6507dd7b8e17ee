import Foundation
import TestSupport
import Testing

@Suite struct ResumeTests {
  private func message(_ change: (URL) throws -> [String]) throws -> String {
    var text = ""
    try withData { folder in
      #expect(fit(folder, to: "run", "--steps", "5").status == 0)
      let before = try results(folder.appending(path: "run"))
      let flags = try change(folder)
      let result = ppl(
        [
          "fit", "gev-multiplicative", "--data", folder.appending(path: "data").path,
          "--backend", "svi", "--draws", "20", "--resume", "--output",
          folder.appending(path: "run").path, "--steps", "10",
        ] + flags)
      #expect(result.status == 2)
      let after = try results(folder.appending(path: "run"))
      #expect(after["results.json"] == before["results.json"])
      text = result.errors.replacing(folder.path, with: "DIR")
    }
    return text
  }

  private let remedy = "; give what it was made with, or start again with --overwrite."

  @Test(arguments: [
    (["--seed", "5"], "--seed was 0 and is 5"),
    (["--learning-rate", "0.01"], "--learning-rate was 0.003 and is 0.01"),
    (["--prior-xi", "-0.1"], "--prior-xi was 0.1 and is -0.1"),
    (["--prior-mu0", "36"], "--prior-mu0 was the mean of the maxima and is 36.0"),
    (
      ["--seed", "5", "--first-year", "2015"],
      "--seed was 0 and is 5, the years or their GMST values have changed, the maxima have changed"
    ),
  ])
  func anotherRunsCheckpointIsRefused(flags: [String], difference: String) throws {
    #expect(
      try message { _ in flags }
        == "Error: DIR/run/checkpoint.json: it is of another run: \(difference)\(remedy)")
  }

  @Test(arguments: [
    ("maxima.csv", "38.1", "38.2", "the maxima have changed"),
    ("gmst.csv", "0.85", "0.86", "the years or their GMST values have changed"),
    ("stations.csv", "2.07", "2.08", "the stations have changed"),
  ])
  func aCheckpointOfOtherDataIsRefused(file: String, old: String, new: String, what: String) throws
  {
    let text = try message { folder in
      let url = folder.appending(path: "data/\(file)")
      let changed = try String(contentsOf: url, encoding: .utf8).replacing(old, with: new)
      try Data(changed.utf8).write(to: url)
      return []
    }
    #expect(text == "Error: DIR/run/checkpoint.json: it is of another run: \(what)\(remedy)")
  }

  /// Cut off, not a checkpoint, one key too many, one digit changed.
  @Test(
    arguments: [
      { @Sendable (text: String) in String(text.prefix(text.count / 2)) }, { _ in "{}" },
      { _ in "" },
      { $0.replacing("\"key\" : [", with: "\"key\" : [ 7,") },
      { $0.replacing("\"step\" : 5", with: "\"step\" : 4") },
    ] as [@Sendable (String) -> String])
  func aDamagedCheckpointIsRefused(damage: @Sendable (String) -> String) throws {
    let text = try message { folder in
      let url = folder.appending(path: "run/checkpoint.json")
      let whole = try String(contentsOf: url, encoding: .utf8)
      #expect(damage(whole) != whole)
      try Data(damage(whole).utf8).write(to: url)
      return []
    }
    #expect(
      text == "Error: DIR/run/checkpoint.json: the checkpoint cannot be read; "
        + "start again with --overwrite; it was made by another version or is damaged.")
  }

  @Test func aRunOfMoreStepsIsNotGoneOnWith() throws {
    #expect(
      try message { _ in ["--steps", "4"] }
        == "Error: the checkpoint is at step 5 and --steps is 4; give a larger --steps to continue."
    )
  }

  /// Of all files of a folder, by name.
  private func bytes(of folder: URL) throws -> [String: Data] {
    let files = try names(in: folder).map { name in
      (name, try Data(contentsOf: folder.appending(path: name)))
    }
    return Dictionary(uniqueKeysWithValues: files)
  }

  /// As an experiment does whose pieces are all in its journal.
  @Test func aFinishedRunSaysSoPrintsItsTableAndStaysAsItIs() throws {
    try withData { folder in
      let first = fit(folder, to: "run", "--steps", "40")
      let run = folder.appending(path: "run")
      let before = try bytes(of: run)
      let again = fit(folder, to: "run", "--steps", "40", "--resume")
      #expect(first.status == 0 && again.status == 0 && again.errors.isEmpty)
      let sentence =
        "the run was finished: all 40 steps were taken before, mean loss of the last 40: "
      #expect(again.output.contains("\n\(sentence)"))
      func lines(_ output: String) -> [Substring] {
        output.split(separator: "\n").filter { !$0.contains(", mean loss of the last 40: ") }
      }
      #expect(lines(again.output) == lines(first.output))
      #expect(try bytes(of: run) == before)
      // It can still be resumed, to the bits of one run.
      #expect(fit(folder, to: "run", "--steps", "60", "--resume").status == 0)
      #expect(fit(folder, to: "whole", "--steps", "60").status == 0)
      let whole = try results(folder.appending(path: "whole"))
      #expect(try results(run) == whole)
    }
  }

  @Test func theSameDataInAnotherLayoutAreTheSame() throws {
    try withData { folder in
      #expect(fit(folder, to: "run", "--steps", "5").status == 0)
      let url = folder.appending(path: "data/gmst.csv")
      let text = try String(contentsOf: url, encoding: .utf8)
      try Data(text.replacing("\n", with: "\r\n").utf8).write(to: url)
      #expect(fit(folder, to: "run", "--steps", "6", "--resume").status == 0)
    }
  }
}
