import Foundation
import PPL
import Plugins
import Runs
import TestSupport
import Testing

@testable import TwinBenchmarks

/// The errors that are published with twin experiments, reached by our filters.
///
/// `rmse.a` is the mean over time of roots. Tolerances are the sampling error of runs as long as these beside the rounding
/// of what is published: `Tests/Reference/assimilation_errors.json` has its source and conventions.
struct PublishedErrorsTests {
  private struct Reference: Decodable {
    let rows: [Row]
    struct Row: Decodable {
      let config, method: String
      let members: Int?
      let inflation: Double?
      let published: Double
      let dapper: Double?
    }
  }

  @Test func theRowsAreThoseOfTheReference() throws {
    let url = try #require(TestSupport.Reference.url("assimilation_errors.json"))
    let rows = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url)).rows
    let published = PublishedError.all.filter { $0.published != nil }
    #expect(rows.count >= 30 && published.count == rows.count)
    for (own, row) in zip(published, rows) {
      #expect(own.twin.rawValue == row.config && own.method.rawValue == row.method)
      #expect(own.members == row.members && own.inflation == row.inflation)
      #expect(own.published == row.published && own.dapper == row.dapper)
    }
  }

  /// With the key of the runs of DAPPER; `ppl run twin-benchmarks` has others.
  @Test(arguments: PublishedError.all.filter(\.isQuick).map(\.name))
  func theErrorIsAsPublished(_ name: String) throws {
    let row = try #require(PublishedError.all.first { $0.name == name })
    var errors: [Double] = []
    for seed in 0..<row.twins {
      let run = try row.run(key: RandomKey(UInt64(3_000 + seed)))
      #expect(run.failure == nil)
      errors.append(try #require(run.analysisRMSE).value)
    }
    let mean = errors.reduce(0, +) / Double(errors.count)
    #expect(abs(mean - (try #require(row.published))) <= (try #require(row.tolerance)))
  }

  /// A tenth of the published length has three times the sampling error. The RHF is better than DAPPER's, whose tails are
  /// coarser; filters without a published error must only not diverge. Particles of ten variables are left to the command.
  @Test(
    arguments: PublishedError.all.filter { !$0.isQuick && $0.twin != .lorenz96Small }.map(\.name))
  func theErrorOfAShortRunIsNearThePublishedOne(_ name: String) throws {
    let row = try #require(PublishedError.all.first { $0.name == name })
    let outcome = try row.outcome(key: RandomKey(3_000), share: 0.1)
    #expect(outcome.failure == nil)
    let error = try #require(outcome.error)
    if let published = row.published, let tolerance = row.tolerance {
      #expect(error < published + 3 * tolerance)
      #expect(row.method == .rankHistogram || error > published - 3 * tolerance)
    } else {
      #expect(error < 0.1 * row.twin.climateDeviation)
    }
  }

  @Test func namesOfRowsDiffer() {
    #expect(Set(PublishedError.all.map(\.name)).count == PublishedError.all.count)
  }

  @Test func aSmootherHasAnErrorOfSmoothedStatesAndARowWithoutAPublishedOneSaysSo() throws {
    let row = try #require(PublishedError.all.first { $0.method == .esMDA })
    let run = try row.run(key: RandomKey(1), share: 0.02)
    let result = try #require(TwinResult(row, [TwinCommand.Outcome(run)]))
    #expect(result.smoothedRMSE == run.smoothedRMSE?.value && result.smoothedRMSE != nil)
    #expect(result.isWithin == nil && result.published == nil && result.tolerance == nil)
    let lines = TwinReport(seed: 0, results: [result]).report.table.split(separator: "\n")
    #expect(lines[2].split(separator: " ").suffix(3) == ["-", "-", "-"])
  }

  private func report(_ flags: String...) throws -> RunReport {
    try TwinCommand().run(
      RunOptions.parse([]), TwinCommand.Options.parse(flags),
      control: RunControl(progress: .silent))
  }

  @Test func theCommandPutsOursBesideThePublishedError() throws {
    let report = try report("--only", "LA-R15")
    let lines = report.table.split(separator: "\n")
    #expect(lines.count == 3 && lines[2].hasPrefix("LA-R15     EnKF"))
    #expect(lines[2].contains("0.3000") && lines[2].hasSuffix("yes"))
    #expect(report.files.map(\.name) == ["errors.csv", "run.json"])
    #expect(report.table == (try self.report("--only", "LA-R15").table))
  }

  private struct Numbers: Decodable {
    struct Row: Decodable {
      let twins: Int
      let rmse, rmse_error: Double
    }
    let rows: [Row]
  }

  private func advection(twins: Int) throws -> Numbers.Row {
    let report = try report("--only", "LA-R15", "--twins", "\(twins)")
    let data = try JSONEncoder().encode(report.numbers)
    return try #require(JSONDecoder().decode(Numbers.self, from: data).rows.first)
  }

  @Test func severalTwinsHaveASmallerError() throws {
    let (one, three) = (try advection(twins: 1), try advection(twins: 3))
    #expect(one.twins == 1 && three.twins == 3 && three.rmse_error < one.rmse_error)
  }

  @Test(arguments: [
    (["--twins", "0"], "--twins is 0, but must be from 1 to 100000."),
    (["--only", "L97"], "--only is L97, which no row has; there are: L96-S08 EnKF, "),
  ])
  func flagsSayWhatTheyNeed(flags: [String], message: String) {
    #expect {
      _ = try TwinCommand.Options.parse(flags)
    } throws: { TwinCommand.Options.message(for: $0).hasPrefix(message) }
  }

  /// Ten members without inflation lose the truth of Lorenz-96 for good, with finite numbers.
  @Test func aFilterThatLosesTheTruthIsARowThatSaysWhen() throws {
    let row = PublishedError(.lorenz96, .enKF, 10, 1, 0.22, 0.2231)
    let run = try row.run(key: RandomKey(1))
    let failure = try #require(run.failure)
    #expect(failure.cycle == run.rows.count + 1 && failure.cycle > 1 && failure.cycle < 3_400)
    #expect(failure.reason.contains(", above the bound of \(1.65 * 3.64);"))
    let result = try #require(TwinResult(row, [TwinCommand.Outcome(run)]))
    try expectNoNumbers(result)
    let lines = TwinReport(seed: 0, results: [result]).report.table.split(separator: "\n")
    #expect(lines.count == 4 && lines[2].hasSuffix("no"))
    #expect(
      lines[3].hasPrefix("L96-S08 EnKF failed in cycle \(failure.cycle), step \(failure.cycle): "))
  }

  @Test func aFailedTwinIsARowThatSaysSo() throws {
    let row = try #require(PublishedError.all.first)
    let result = try #require(
      TwinResult(
        row,
        [
          .init(error: 0.2, standardError: 0.01, spread: 0.2, smoothed: nil, failure: nil),
          .init(
            error: 0.3, standardError: 0.01, spread: 0.2, smoothed: nil,
            failure: "failed in cycle 4"),
        ]))
    try expectNoNumbers(result)
    #expect(result.twins == 2)
    let report = TwinReport(seed: 0, results: [result]).report
    #expect(report.table.contains("L96-S08 EnKF failed in cycle 4"))
    #expect(TwinResult(row, []) == nil)
  }

  /// Neither in the result nor in its line of the table, which has four places for them, one of smoothed states.
  private func expectNoNumbers(_ result: TwinResult) throws {
    #expect(result.rmse == nil && result.rmseError == nil && result.spread == nil)
    #expect(result.isWithin == false)
    let report = TwinReport(seed: 0, results: [result]).report
    let line = try #require(report.table.split(separator: "\n").dropFirst(2).first)
    #expect(line.split(separator: " ").filter { $0 == "-" }.count == 4)
  }

  @Test func deviationsAreThoseOfTheClimates() {
    for row in PublishedError.all where row.method == .climatology {
      #expect(abs(row.twin.climateDeviation / (row.dapper ?? 0) - 1) < 0.01)
    }
    // Noise of variance 0.01 a step, of which 0.98² is left in each.
    let variance = 0.01 / (1 - 0.98 * 0.98)
    #expect(abs(PublishedError.Twin.advection.climateDeviation / variance.squareRoot() - 1) < 0.01)
  }
}
