import ArgumentParser
import PPL

/// A whole fit with its draws: what a user waits for, once the process is timed from outside.
struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Fits one case and draws from the fit.")

  @Option(name: .customLong("case"), help: "The case.")
  var chosen: Case

  @Option(help: "How many steps.")
  var steps = 6_000

  @Option(help: "How many draws.")
  var draws = 600

  func run() throws {
    let fit = try chosen.problem().svi.run(steps: steps, key: RandomKey(0), progress: .silent)
    let draws = try fit.draws(draws, key: RandomKey(1))
    let tail = fit.losses.suffix(max(1, steps / 10))
    let loss = tail.reduce(0, +) / Double(tail.count)
    print("\(chosen.name): mean loss \(loss) over the last tenth, \(draws.count) draws")
  }
}
