import ArgumentParser
import Foundation
import Inference
import PPL

/// Draws of a posterior by NUTS, for `peers/samplers/compare.py`.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draws from a posterior by NUTS and writes the draws with their time.")

  @Option(name: .customLong("case"), help: "The posterior.")
  var chosen: SampledPosterior

  @Option(help: "The data: a file of posteriordb, or the folder of the panel.")
  var data: String

  @Option(help: "The seed.") var seed: UInt64 = 0
  @Option(help: "How many chains.") var chains = 4
  @Option(help: "How many transitions of each chain are warm-up.") var warmup = 1_000
  @Option(help: "How many draws of each chain are kept.") var draws = 1_000
  @Option(help: "The mean acceptance probability that step sizes are adapted to.")
  var targetAcceptance = NUTS().targetAcceptance
  @Flag(help: "Print the allocations of a leapfrog step of each sampler too.")
  var allocations = false

  @Argument(help: "Where to write: FILE has the numbers as doubles, FILE.json their names.")
  var file: String

  private struct Record: Encodable {
    /// Wall time of the chains, warm-up and recording included, and leapfrog steps after the warm-up.
    let seconds, gradients: Double
    let divergent: Double
    /// The means of step size and acceptance.
    let stepSize, acceptance: Double
    /// Names and shapes of the arrays in the file, in its order.
    let names: [String]
    let shapes: [[Int]]
  }

  func run() throws {
    let (model, start) = try chosen.problem(URL(filePath: data))
    let sampler = NUTS(targetAcceptance: targetAcceptance)
    let run = try MCMC(sampler, chains: chains, warmup: warmup, draws: draws).run(
      model, start: start, key: RandomKey(seed), progress: .silent)
    let posterior = try run.posterior()
    let values = chosen.parameters.map { posterior[$0.site] }
    let record = Record(
      seconds: run.seconds, gradients: run.statistics["gradients"].sum().scalar,
      divergent: run.statistics["divergent"].sum().scalar,
      stepSize: run.statistics["step_size"].mean().scalar,
      acceptance: run.statistics["acceptance"].mean().scalar, names: chosen.parameters.map(\.name),
      shapes: values.map(\.shape))
    try JSONEncoder().encode(record).write(to: URL(filePath: file + ".json"))
    let numbers = values.flatMap(\.scalars)
    try numbers.withUnsafeBytes { Data($0) }.write(to: URL(filePath: file))
    guard allocations else { return }
    print(LeapfrogAllocations.header)
    for one in try LeapfrogAllocations.all(of: model, start: start, transitions: 300) {
      print(one.line)
    }
  }
}
