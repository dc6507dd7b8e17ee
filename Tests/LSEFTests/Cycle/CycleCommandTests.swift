import Assimilation
import Foundation
import PPL
import Plugins
import Runs
import SpectrumEstimator
import SpectrumExamples
import Synchronization
import TestSupport
import Testing

@testable import LSEF

struct CycleCommandTests {
  private func report(_ flags: String..., run: [String] = []) throws -> RunReport {
    try CycleCommand().run(
      RunOptions.parse(run),
      CycleCommand.Options.parse(["--cycles", "12", "--climate-cycles", "40"] + flags),
      control: RunControl(progress: .silent))
  }

  private struct Numbers: Decodable {
    let scores: [String: ReportedScore]
    let optimum: ReportedScore
    let worlds, cycles: Int
    let sweep: ReportedSweep<Int>?
  }

  private func numbers(_ report: RunReport) throws -> Numbers {
    try report.reported()
  }

  @Test func allFiltersAreScoredAgainstTheExactOne() throws {
    let report = try report("--worlds", "2", "--cycles", "30")
    let numbers = try numbers(report)
    #expect(Set(numbers.scores.keys) == ["EnKF", "Hybrid-B", "LSEF", "Shape", "Mean-B"])
    #expect(numbers.worlds == 2 && numbers.cycles == 30 && numbers.sweep == nil)
    #expect(numbers.optimum.score == 0 && numbers.optimum.rmse > 0)
    for (filter, own) in numbers.scores {
      // Only the exact filter has the least expected error; sixty analyses leave some per cent of doubt.
      let (low, high) = (try #require(own.low), try #require(own.high))
      #expect(own.score > -0.1 && low <= own.score && own.score <= high, "\(filter)")
      #expect(own.rmse > 0.9 * numbers.optimum.rmse)
    }
    let lines = report.table.split(separator: "\n")
    #expect(
      lines[0]
        == "Filters of the DSADM model on 120 points, 12 of them observed; 30 analyses a world; seed 0"
    )
    #expect(lines[1] == "chi2/n, CRPS and ranks by one analysis in 5")
    #expect(lines[2] == "regime 2, ensemble size 10; 2 worlds")
    #expect(
      lines[3].split(whereSeparator: \.isWhitespace)
        == [
          "filter", "RMSE", "error", "score", "5", "%", "95", "%", "spread", "chi2/n", "error",
          "CRPS", "error",
        ])
    #expect(
      lines.dropFirst(4).map { $0.prefix { $0 != " " } }
        == ["KF", "EnKF", "Hybrid-B", "LSEF", "Shape", "Mean-B"])
  }

  @Test func oneWorldHasScoresAndNoIntervals() throws {
    let report = try report("--worlds", "1")
    let lsef = try #require(try numbers(report).scores["LSEF"])
    #expect(lsef.low == nil && lsef.high == nil)
    let row = try #require(report.table.split(separator: "\n").first { $0.hasPrefix("LSEF") })
    let cells = row.split(separator: " ")
    #expect(cells[4...5] == ["-", "-"] && cells[3] == String(format: "%.4f", lsef.score))
  }

  /// There the exact covariance soon is the mean one.
  @Test func inRegimeZeroTheMeanCovarianceIsNearTheOptimum() throws {
    let numbers = try numbers(
      try report("--regime", "0", "--worlds", "1", "--cycles", "60", "--climate-cycles", "120"))
    // The first cycles start from a known truth.
    #expect(abs(numbers.scores["Mean-B"]?.score ?? .nan) < 0.05)
  }

  @Test(arguments: [
    ("ensemble-size", [5, 10, 20, 40, 80], 10), ("regime", [0, 1, 2, 3], 2),
  ])
  func aSweepVariesOneThingAndHasTheDefaultAmongItsPoints(
    parameter: String, values: [Int], departure: Int
  ) throws {
    let numbers = try numbers(
      try report("--sweep", parameter, "--worlds", "1", "--cycles", "6"))
    let sweep = try #require(numbers.sweep)
    #expect(sweep.parameter == parameter && sweep.points.map(\.value) == values)
    let own = try #require(sweep.points.first { $0.value == departure })
    let single = try self.numbers(try report("--worlds", "1", "--cycles", "6"))
    for filter in ["EnKF", "Hybrid-B", "LSEF", "Mean-B"] {
      #expect(own.scores[filter]?.rmse == numbers.scores[filter]?.rmse)
      // A point of a sweep is that of a run by itself.
      #expect(own.scores[filter]?.rmse == single.scores[filter]?.rmse, "\(filter)")
      #expect(own.scores[filter]?.high == single.scores[filter]?.high, "\(filter)")
    }
    if parameter == "ensemble-size" {
      #expect(Set(sweep.points.map { $0.scores["Mean-B"]?.rmse }).count == 1)
    }
  }

  @Test func theSeedDecidesAllDigitsAndThreadsNone() throws {
    let first = try report("--worlds", "2", run: ["--threads", "1"]).table
    #expect(first == (try report("--worlds", "2", run: ["--threads", "3"]).table))
    let other = try report("--worlds", "2", run: ["--seed", "1"]).table
    #expect(
      first.split(separator: "\n").dropFirst() != other.split(separator: "\n").dropFirst())
  }

  @Test func worldsThatAreThereStayAsTheyAreWhenThereAreMore() throws {
    try withTemporaryFolder { folder in
      let path = folder.path
      _ = try report("--worlds", "1", run: ["--output", path])
      let journal = folder.appending(path: Journal.name)
      let before = try String(contentsOf: journal, encoding: .utf8).split(separator: "\n")
      // A mean covariance, and in a world the filters with members and those without; the last line was cut off.
      #expect(before.count == 4)
      try Data(before.joined(separator: "\n").utf8.dropLast(9)).write(to: journal)
      let resumed = try report("--worlds", "2", run: ["--output", path, "--resume"])
      #expect(resumed.table == (try report("--worlds", "2").table))
      let after = try String(contentsOf: journal, encoding: .utf8).split(separator: "\n")
      #expect(after.count == 6 && Set(after).isSuperset(of: before))
    }
  }

  @Test func aJournalOfOtherConditionsIsRefused() throws {
    try withTemporaryFolder { folder in
      _ = try report("--worlds", "1", "--cycles", "2", run: ["--output", folder.path])
      #expect {
        _ = try report("--cycles", "3", run: ["--output", folder.path, "--resume"])
      } throws: { "\($0)".contains("it is of another run: --cycles was 2 and is 3;") }
    }
  }

  @Test(arguments: [
    (["--sweep", "size"], "--sweep is size, but must be ensemble-size or regime."),
    (["--ensemble-size", "1"], "--ensemble-size is 1, but must be from 2 to 10000."),
    (["--regime", "4"], "--regime is 4, but must be 0, 1, 2 or 3."),
    (["--regime", "-1"], "--regime is -1, but must be 0, 1, 2 or 3."),
    (["--worlds", "0"], "--worlds is 0, but must be from 1 to 100000."),
    (
      ["--cycles", "0"],
      "--cycles is 0, but must be from 1 to 100000, of which each takes 15 kB of memory; give more --worlds."
    ),
    (["--climate-cycles", "0"], "--climate-cycles is 0, but must be from 1 to 10000000."),
    (["--network", ""], "--network is empty, but must be a path."),
  ])
  func flagsSayWhatTheyNeed(flags: [String], message: String) {
    #expect {
      _ = try CycleCommand.Options.parse(flags)
    } throws: { CycleCommand.Options.message(for: $0) == message }
  }

  @Test func aNetworkOfOnesOwnIsTaken() throws {
    try withTemporaryFolder { folder in
      let provenance = SpectrumNetworkFiles.Provenance(
        program: "test 1", seed: 0, sample: "none", pairs: 0, epochs: [])
      try SpectrumNetworkFiles.write(
        exampleNetwork(.circle()), provenance: provenance, to: folder)
      let own = try numbers(
        try report("--worlds", "1", "--cycles", "3", "--network", folder.path))
      let shipped = try numbers(try report("--worlds", "1", "--cycles", "3"))
      #expect(own.scores["LSEF"]?.rmse != shipped.scores["LSEF"]?.rmse)
      #expect(own.scores["EnKF"]?.rmse == shipped.scores["EnKF"]?.rmse)
      #expect {
        _ = try report("--network", folder.appending(path: "nowhere").path)
      } throws: { "\($0)".contains("nowhere/weights.json") }
    }
  }

  @Test func aNetworkOfAnotherDomainIsRefusedAtOnce() throws {
    try withTemporaryFolder { folder in
      let provenance = SpectrumNetworkFiles.Provenance(
        program: "test 1", seed: 0, sample: "none", pairs: 0, epochs: [])
      try SpectrumNetworkFiles.write(
        exampleNetwork(.circle(points: 60)), provenance: provenance, to: folder)
      #expect(
        throws: OtherNetwork(
          folder: folder.path,
          reason: .size(what: "the network's spectrum", given: 31, expected: 61))
      ) { try report("--network", folder.path) }
      let error = OtherNetwork(
        folder: "weights", reason: .size(what: "the network", given: 5, expected: 6))
      #expect(
        "\(error)"
          == "--network weights: \(error.reason) Train one for this circle by `ppl fit lsef-spectrum --preset cycle --output weights`."
      )
    }
  }

  @Test func anInterruptedRunReportsTheWorldsThatAreWhole() throws {
    // A mean covariance, the first world's two pieces, and one of the second.
    let asked = Mutex(0)
    let control = RunControl(progress: .silent) {
      asked.withLock {
        $0 += 1
        return $0 > 4
      }
    }
    let part = try CycleCommand().run(
      RunOptions.parse(["--threads", "1"]),
      CycleCommand.Options.parse(
        ["--cycles", "12", "--climate-cycles", "40", "--worlds", "3"]), control: control)
    #expect(part.table == (try report("--worlds", "1").table))
  }

  @Test func interruptedBeforeTheMeanCovarianceThereIsNothingToReport() throws {
    #expect(throws: Interrupted.self) {
      try CycleCommand().run(
        RunOptions.parse([]), CycleCommand.Options.parse([]),
        control: RunControl(progress: .silent) { true })
    }
  }
}
