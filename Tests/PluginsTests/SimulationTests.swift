import ArgumentParser
import CommandTestSupport
import Distributions
import Foundation
import PPL
import Runs
import TestSupport
import Testing

@testable import Plugins

/// A model of another package that simulates its data.
private struct Dice: SimulatableModel {
  let name = "dice"
  let summary = "Throws of a die."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {}
  struct Simulation: ParsableArguments, Sendable {
    @Option(help: "The number of throws.") var throws_ = 3
    @Flag(help: "Throws of one number.") var loaded = false
  }

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    InferenceProblem(Model { p in p.sample("p", Uniform(0, 1)) })
  }

  func simulate(
    _ options: Options, _ simulation: Simulation, from source: DataSource
  ) throws -> RunReport {
    let u = source.key.uniform([simulation.throws_]).scalars
    let numbers = u.map { simulation.loaded ? 6 : Int($0 * 6) + 1 }
    let text = "n\n" + numbers.map { "\($0)\n" }.joined()
    return RunReport(
      table: "\(numbers.count) throws", numbers: ["sum": numbers.reduce(0, +)],
      files: [OutputFile("throws.csv", text: text)])
  }

  func unreadFlags(_ simulation: Simulation, hasData: Bool) -> [UnreadFlag] {
    simulation.loaded ? [UnreadFlag("--seed", by: "--loaded, which has no chance")] : []
  }
}

private struct Games: Plugin {
  let name = "games"
  let summary = "Models of games."
  let models: [any FittableModel] = [Dice(), MeanOfTwo()]
}

@Suite struct SimulationTests {
  private func run(_ arguments: String...) -> CommandResult {
    var registry = PluginRegistry()
    registry.register(Games())
    return command(arguments, registry)
  }

  @Test func aModelOfAnotherPackageSimulates() throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "D")
      let result = run("simulate", "dice", "--throws_", "5", "--output", place.path)
      #expect(result.status == 0 && result.output == "5 throws", "\(result.errors)")
      let text = try String(contentsOf: place.appending(path: "throws.csv"), encoding: .utf8)
      #expect(text.split(separator: "\n").count == 6)
      let sum = text.split(separator: "\n").dropFirst().compactMap { Int($0) }.reduce(0, +)
      let report = try Dice().simulated(["--throws_", "5", "--output", place.path])
      #expect(report.numbers as? [String: Int] == ["sum": sum])
      let record = try JSONDecoder().decode(
        JSONValue.self, from: Data(contentsOf: place.appending(path: "simulation.json")))
      #expect(record["simulation"]?.string == "dice" && record["seed"]?.double == 0)
      #expect(record["numbers"]?["sum"]?.double == Double(sum))
    }
  }

  @Test func mistakesAreNamed() {
    #expect(
      run("simulate", "mean", "--output", "D").errors
        == "Error: mean simulates no data; ppl calibrate fits data that are drawn from its prior."
    )
    #expect(
      run("simulate", "dice", "--output", "/tmp/none-of-ppl", "--loaded", "--seed", "1").errors
        == "Error: --seed does not apply to --loaded, which has no chance; leave it out.")
    #expect(run("simulate", "dice").errors.contains("Missing expected argument '--output <dir>'"))
    #expect(run("simulate", "dice", "--output", "").errors.contains("--output is empty"))
  }
}
