import Assimilation
import Foundation
import PPL
import Plugins
import Runs
import SpectralFields
import SpectrumEstimator
import TestSupport
import Testing

@testable import LSEF

struct StaticCommandTests {
  /// 114 points.
  private static let design: StaticDesign = {
    var training = SpectrumTraining.sphere
    (training.batchSize, training.epochs) = (114, 10)
    return StaticDesign(
      sphere: Sphere(latitudes: 9, maximumWavenumber: 7), trainingReplicates: 6,
      training: training, lengths: [3_000, 6_000, 9_000])
  }()

  private func report(_ flags: String...) throws -> RunReport {
    let run = try RunOptions.parse(flags.contains("--seed") ? ["--seed", "1"] : [])
    let own = flags.filter { $0 != "--seed" }
    return try StaticCommand(design: Self.design).run(
      run, StaticCommand.Options.parse(own), control: RunControl(progress: .silent))
  }

  private struct Numbers: Decodable {
    let scores: [String: ReportedScore]
    let replicates: Int
    let sweep: ReportedSweep<Double>?
  }

  private func numbers(_ report: RunReport) throws -> Numbers {
    try report.reported()
  }

  @Test func allSchemesAreScoredAgainstTheOptimum() throws {
    let numbers = try numbers(try report("--replicates", "12"))
    #expect(Set(numbers.scores.keys) == ["LSEF-B", "Shape-B", "Hybrid-B", "EnKF-B", "Mean-B"])
    #expect(numbers.replicates == 12 && numbers.sweep == nil)
    for (scheme, own) in numbers.scores {
      // Only the optimum has the least expected error; twelve replicates leave a few per cent of doubt.
      let (low, high) = (try #require(own.low), try #require(own.high))
      #expect(own.score > -0.05 && low <= own.score && own.score <= high, "\(scheme)")
      #expect(own.rmse > 0)
    }
  }

  @Test func aSweepVariesOneThingAndHasTheDefaultAmongItsPoints() throws {
    let report = try report("--sweep", "strength", "--replicates", "4")
    let numbers = try numbers(report)
    let sweep = try #require(numbers.sweep)
    #expect(sweep.parameter == "strength" && sweep.points.map(\.value) == [1, 1.5, 2, 3, 4])
    let ownPoint = try #require(sweep.points.first { $0.value == 2 })
    #expect(ownPoint.scores["LSEF-B"]?.rmse == numbers.scores["LSEF-B"]?.rmse)
    // A stationary truth has the mean spectrum, but for what six replicates leave unknown.
    #expect(abs(sweep.points[0].scores["Mean-B"]?.score ?? .nan) < 0.05)
  }

  @Test func pointsOfASweepAreThoseOfRunsByThemselves() throws {
    let sweep = try numbers(try report("--sweep", "ensemble-size", "--replicates", "2"))
    let single = try numbers(try report("--ensemble-size", "10", "--replicates", "2"))
    let point = try #require(sweep.sweep?.points.first { $0.value == 10 })
    #expect(point.scores["EnKF-B"]?.score == single.scores["EnKF-B"]?.score)
    #expect(point.scores["Hybrid-B"]?.high == single.scores["Hybrid-B"]?.high)
  }

  @Test func theCircleHasItsOwnDefaultsAndTheSameOrderOfSchemes() throws {
    var training = SpectrumTraining.circle
    (training.batchSize, training.epochs) = (100, 30)
    let design = StaticDesign(
      circle: Circle(points: 40), trainingReplicates: 200, training: training)
    let report = try StaticCommand(design: design).run(
      RunOptions.parse([]), StaticCommand.Options.parse(["--replicates", "60"]),
      control: RunControl(progress: .silent))
    #expect(report.table.hasPrefix("Static analyses on a circle of 40 points, 20 observations"))
    #expect(report.table.contains("ensemble size 10, strength 2, length 3; 60 replicates"))
    let scores = try numbers(report).scores
    let (lsef, enkf) = (try #require(scores["LSEF-B"]), try #require(scores["EnKF-B"]))
    let low = try #require(lsef.low)
    #expect(lsef.score < enkf.score && low > -0.05)
  }

  @Test func theSeedDecidesAllDigits() throws {
    let first = try report("--replicates", "2").table
    #expect(first == (try report("--replicates", "2").table))
    #expect(first != (try report("--replicates", "2", "--seed").table))
  }

  @Test(arguments: [
    (["--sweep", "size"], "--sweep is size, but must be ensemble-size, strength or length."),
    (["--domain", "plane"], "--domain is plane, but must be sphere or circle."),
    (["--replicates", "0"], "--replicates is 0, but must be from 1 to 100000."),
    (["--ensemble-size", "1"], "--ensemble-size is 1, but must be from 2 to 10000."),
    (["--strength", "0.5"], "--strength is 0.5, but must be from 1 to 1000."),
    (["--strength", "1e30"], "--strength is 1e+30, but must be from 1 to 1000."),
    (["--length", "-1"], "--length is -1.0, but must be from 0.001 to 1000."),
    (["--length", "nan"], "--length is nan, but must be from 0.001 to 1000."),
  ])
  func flagsSayWhatTheyNeed(flags: [String], message: String) {
    #expect {
      _ = try StaticCommand.Options.parse(flags)
    } throws: { StaticCommand.Options.message(for: $0) == message }
  }

  @Test func interruptedBeforeTheNetworkThereIsNothingToReport() throws {
    #expect(throws: Interrupted.self) {
      try StaticCommand(design: Self.design).run(
        RunOptions.parse([]), StaticCommand.Options.parse([]),
        control: RunControl(progress: .silent) { true })
    }
  }

  /// The network is one piece and the longest of all: what is kept of it on the way makes the same network.
  @Test func anInterruptedTrainingGoesOnWithTheSameBits() throws {
    try withTemporaryFolder { folder in
      let flags = ["--output", folder.path, "--checkpoint-interval", "0"]
      let command = StaticCommand(design: Self.design)
      let options = try StaticCommand.Options.parse(["--replicates", "2"])
      #expect(throws: Interrupted.self) {
        try command.run(
          RunOptions.parse(flags), options, control: RunControl(progress: .silent) { true })
      }
      let journal = try String(contentsOf: folder.appending(path: Journal.name), encoding: .utf8)
      #expect(journal.contains("network, under way"))
      let control = RunControl(progress: .silent)
      let resumed = try command.run(
        RunOptions.parse(flags + ["--resume"]), options, control: control)
      let whole = try command.run(RunOptions.parse([]), options, control: control)
      #expect(resumed.table == whole.table)
    }
  }
}
