import ArgumentParser
import CommandTestSupport
import Foundation
import PPL
import Synchronization
import TestSupport
import Testing

@testable import Plugins
@testable import Runs

/// Sums draws, one a piece; counts the pieces that it works out.
private struct Sums: Experiment {
  let name = "sums"
  let summary = "Sums of draws."
  let counts: Counts

  final class Counts: Sendable {
    private let pieces = Mutex<[Int]>([])
    func add(_ piece: Int) { pieces.withLock { $0.append(piece) } }
    var all: [Int] { pieces.withLock { $0.sorted() } }
  }

  struct Options: ParsableArguments, Sendable {
    @Option var pieces = 8
    @Option var failing: Int?
    @Option var scale = 1.0
  }

  struct Broken: PluginError {
    let piece: Int
    var description: String { "piece \(piece) is broken." }
  }

  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let journal = try run.journal([.init("--scale", options.scale)])
    let key = RandomKey(run.seed)
    let sums = try journal.results(
      of: (0..<options.pieces).map { "sum \($0)" }, "sums", pool: run.sharedThreads,
      control: control
    ) { k in
      counts.add(k)
      if k == options.failing { throw Broken(piece: k) }
      return options.scale * key.foldIn(UInt32(k)).normal([3]).scalars.reduce(0, +)
    }
    let text = sums.compactMap(\.self).map { "\($0)" }.joined(separator: "\n")
    return RunReport(
      table: text, numbers: ["sums": sums], files: [OutputFile("sums.txt", text: text)])
  }
}

private struct Arithmetic: Plugin {
  let name = "arithmetic"
  let summary = "Sums."
  let models: [any FittableModel] = []
  let experiments: [any Experiment]
}

private func run(_ arguments: String..., counts: Sums.Counts = .init()) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(Arithmetic(experiments: [Sums(counts: counts)]))
  return command(["run"] + arguments, registry)
}

struct ExperimentTests {
  @Test func anExperimentIsListedAndRun() throws {
    var registry = PluginRegistry()
    registry.register(Arithmetic(experiments: [Sums(counts: .init())]))
    #expect(
      command(["list"], registry).output == "arithmetic: Sums.\n  sums  Sums of draws.")
    let result = run("sums", "--pieces", "2")
    #expect(result.status == 0)
    #expect(result.output.split(separator: "\n").count == 2)
    #expect(run("sums", "--quiet").output.isEmpty)
  }

  @Test(arguments: ["fit", "describe"])
  func anExperimentThatIsTakenForAModelIsOne(_ verb: String) {
    var registry = PluginRegistry()
    registry.register(Arithmetic(experiments: [Sums(counts: .init())]))
    let result = command([verb, "sums"], registry)
    #expect(result.status == 64)
    #expect(
      result.errors == "Error: \"sums\" is an experiment, not a model; start it with: run sums.")
  }

  @Test func anUnknownExperimentIsNamedWithThoseThereAre() {
    let result = run("sum")
    #expect(result.status == 64)
    #expect(result.errors == "Error: no experiment is named \"sum\"; there are: \"sums\".")
  }

  @Test(arguments: [
    (["--threads", "0"], "--threads is 0, but must be from 1 to 1024."),
    (["--resume"], "--resume needs --output, the folder of the run to go on with."),
    (["--overwrite"], "--overwrite needs --output, the folder of the run to replace."),
    (
      ["--resume", "--overwrite", "--output", "run"],
      "--resume goes on with a run and --overwrite replaces it; give one of them."
    ),
    (["--output", ""], "--output is empty, but must be a path."),
    (["--json", ""], "--json is empty, but must be a path."),
  ])
  func flagsOfTheRunSayWhatTheyNeed(flags: [String], message: String) {
    var registry = PluginRegistry()
    registry.register(Arithmetic(experiments: [Sums(counts: .init())]))
    let result = command(["run", "sums"] + flags, registry)
    #expect(result.status == 64 && result.errors.contains(message))
  }

  @Test func threadsChangeNoDigit() {
    let one = run("sums", "--threads", "1")
    #expect(one.output == run("sums", "--threads", "5").output)
    #expect(one.output != run("sums", "--seed", "1").output)
  }

  @Test func aRunGoesOnWhereItWasAndGivesTheSameFiles() throws {
    try withTemporaryFolder { folder in
      let whole = run("sums", "--output", folder.appending(path: "whole").path)
      let path = folder.appending(path: "parts").path
      let first = Sums.Counts()
      _ = run("sums", "--output", path, "--pieces", "5", counts: first)
      #expect(first.all == [0, 1, 2, 3, 4])
      // The last line was cut off while it was written.
      let journal = folder.appending(path: "parts/\(Journal.name)")
      let text = try String(contentsOf: journal, encoding: .utf8)
      try Data(text.utf8.dropLast(4)).write(to: journal)
      let second = Sums.Counts()
      let rest = run("sums", "--output", path, "--resume", counts: second)
      #expect(second.all.count == 4 && rest.output == whole.output)
      // What was there stays where it was, but for the line that was cut off.
      let kept = text.split(separator: "\n").dropLast()
      let resumed = try String(contentsOf: journal, encoding: .utf8).split(separator: "\n")
      #expect(Array(resumed.prefix(kept.count)) == Array(kept))
      #expect(rest.status == 0)
    }
  }

  @Test func aJournalIsBegunAnewOnlyWithOverwrite() throws {
    try withTemporaryFolder { folder in
      _ = run("sums", "--output", folder.path, "--pieces", "9")
      let counts = Sums.Counts()
      let forgotten = run("sums", "--output", folder.path, counts: counts)
      #expect(forgotten.status == 2 && counts.all.isEmpty)
      #expect(
        forgotten.errors
          == "Error: \(folder.path): the folder holds a run (journal.jsonl); "
          + "give --resume to go on with it, --overwrite to replace it, or another folder.")
      _ = run("sums", "--output", folder.path, "--overwrite", counts: counts)
      #expect(counts.all == Array(0..<8))
      let journal = folder.appending(path: Journal.name)
      let lines = try String(contentsOf: journal, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 9)
    }
  }

  @Test func aBrokenPieceIsToldAndTheOthersAreKept() throws {
    try withTemporaryFolder { folder in
      let broken = run("sums", "--output", folder.path, "--failing", "6", "--threads", "1")
      #expect(broken.status == 2 && broken.errors == "Error: piece 6 is broken.")
      let counts = Sums.Counts()
      #expect(run("sums", "--output", folder.path, "--resume", counts: counts).status == 0)
      #expect(counts.all == [6, 7])
    }
  }

  private func message(_ change: (URL) throws -> [String]) throws -> String {
    var text = ""
    try withTemporaryFolder { folder in
      _ = run("sums", "--output", folder.path)
      let flags = try change(folder.appending(path: Journal.name))
      var registry = PluginRegistry()
      registry.register(Arithmetic(experiments: [Sums(counts: .init())]))
      let result = command(
        ["run", "sums", "--output", folder.path, "--resume"] + flags, registry)
      #expect(result.status == 2)
      text = result.errors.replacing(folder.path, with: "DIR")
    }
    return text
  }

  @Test func aJournalOfAnotherRunIsRefused() throws {
    #expect(
      try message { _ in ["--seed", "3", "--scale", "2"] }
        == "Error: DIR/journal.jsonl: it is of another run: --seed was 0 and is 3, --scale was 1.0 and is 2.0; "
        + "give what it was made with, or start again with --overwrite.")
  }

  @Test func aJournalThatIsNotThereOrDamagedIsRefused() throws {
    #expect(
      try message {
        try FileManager.default.removeItem(at: $0)
        return []
      }
        == "Error: DIR/journal.jsonl: there is no journal; "
        + "give the folder of a run that was written with --output, or leave out --resume.")
    let remedy =
      " cannot be read; start again with --overwrite; it was made by another version or is damaged."
    #expect(
      try message {
        try Data("{}\n".utf8).write(to: $0)
        return []
      } == "Error: DIR/journal.jsonl: its first line\(remedy)")
    #expect(
      try message { url in
        var lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
        lines[3] = "{\"piece\":"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: url)
        return []
      } == "Error: DIR/journal.jsonl: line 4\(remedy)")
    #expect(
      try message { url in
        let text = try String(contentsOf: url, encoding: .utf8)
        let line = try Sealed.text(Data("{\"piece\":\"sum 2\",\"result\":\"much\"}".utf8))
        try (Data(text.utf8) + line + Data("\n".utf8)).write(to: url)
        return []
      } == "Error: DIR/journal.jsonl: the piece \"sum 2\"\(remedy)")
  }

  @Test func interruptionLeavesWhatIsFinished() throws {
    let journal = try Journal(in: nil, conditions: [])
    let done = Mutex(0)
    let control = RunControl(progress: .silent) { done.withLock { $0 >= 3 } }
    let results = try journal.results(
      of: (0..<9).map { "\($0)" }, "pieces", pool: .serial, control: control
    ) { k in
      done.withLock { $0 += 1 }
      return k
    }
    #expect(results == [0, 1, 2, nil, nil, nil, nil, nil, nil])
  }

  @Test func anInterruptedRunSaysWhereItsPiecesAreIfAnywhere() throws {
    #expect(
      "\(Interrupted(keptIn: try Journal(in: nil, conditions: [])))"
        == "interrupted before the first result, and nothing is kept; a run with --output can go on with --resume."
    )
    try withTemporaryFolder { folder in
      let interrupted = Interrupted(keptIn: try Journal(in: folder, conditions: []))
      #expect(
        "\(interrupted)"
          == "interrupted before the first result; what was finished is in \(folder.path)/journal.jsonl, "
          + "to go on with --resume.")
      #expect(try names(in: folder) == ["journal.jsonl"])
    }
  }
}
