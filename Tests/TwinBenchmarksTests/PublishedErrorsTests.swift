import Foundation
import PPL
import Plugins
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
      let published, dapper: Double
    }
  }

  @Test func theRowsAreThoseOfTheReference() throws {
    let url = try #require(TestSupport.Reference.url("assimilation_errors.json"))
    let rows = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url)).rows
    #expect(rows.count == 12 && PublishedError.all.count == 12)
    for (own, row) in zip(PublishedError.all, rows) {
      #expect(own.twin.rawValue == row.config && own.method.rawValue == row.method)
      #expect(own.members == row.members && own.inflation == row.inflation)
      #expect(own.published == row.published && own.dapper == row.dapper)
    }
  }

  /// With the key of the runs of DAPPER; `ppl run twin-benchmarks` has others.
  @Test(arguments: PublishedError.all.map(\.name))
  func theErrorIsAsPublished(_ name: String) throws {
    let row = try #require(PublishedError.all.first { $0.name == name })
    var errors: [Double] = []
    for seed in 0..<row.twins {
      let run = try row.run(key: RandomKey(UInt64(3_000 + seed)))
      #expect(run.failure == nil)
      errors.append(try #require(run.analysisRMSE).value)
    }
    let mean = errors.reduce(0, +) / Double(errors.count)
    #expect(abs(mean - row.published) <= row.tolerance)
  }

  private func report(_ flags: String...) throws -> RunReport {
    try TwinCommand().run(
      RunOptions.parse([]), TwinCommand.Options.parse(flags),
      control: RunControl(progress: .silent))
  }

  @Test func theCommandPutsOursBesideThePublishedError() throws {
    let report = try report("--only", "LA-R15")
    let lines = report.table.split(separator: "\n")
    #expect(lines.count == 3 && lines[2].hasPrefix("LA-R15   EnKF"))
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

  @Test func aFailedTwinIsARowThatSaysSo() throws {
    let row = try #require(PublishedError.all.first)
    let result = try #require(
      TwinResult(
        row,
        [
          .init(error: 0.2, standardError: 0.01, spread: 0.2, failure: nil),
          .init(error: 0.3, standardError: 0.01, spread: 0.2, failure: "failed in cycle 4"),
        ]))
    #expect(result.rmse == nil && !result.isWithin)
    let report = TwinReport(seed: 0, results: [result]).report
    #expect(report.table.contains("L96-S08 EnKF failed in cycle 4"))
    #expect(TwinResult(row, []) == nil)
  }
}
