import ArgumentParser
import Foundation
import Inference
import PPL

/// What loops over time cost as the series grows: linear is a ratio of four.
struct Loops: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loops",
    abstract: "Time of recording and of a step for loops over T and over 4 T time steps.")

  @Option(help: "How many time steps; the second column has four times as many.")
  var steps = 1000

  @Option(help: "How many rounds; the least time counts.")
  var rounds = 3

  func validate() throws {
    guard steps > 1, rounds > 0 else {
      throw ValidationError("--steps must be at least 2, --rounds positive.")
    }
  }

  func run() throws {
    print(line("loop", ["T = \(steps)", "T = \(4 * steps)", "ratio"]))
    let loops: [(name: String, problem: (Int) -> Problem)] = [
      ("slices", { slices(steps: $0) }), ("sites", { sites(steps: $0) }),
    ]
    for (name, problem) in loops {
      let (once, longer) = (try least(problem(steps)), try least(problem(4 * steps)))
      let rows = [
        ("start", once.start, longer.start), ("recording", once.recording, longer.recording),
        ("step", once.step, longer.step),
      ]
      for (what, one, four) in rows {
        let cells = [1e3 * one, 1e3 * four, four / one].map { String(format: "%.3f", $0) }
        print(line("\(name), \(what)", cells))
      }
    }
    print("\nmilliseconds of this thread.")
  }

  /// The start of a fit, the recording of its step, and a step, in seconds.
  private func least(
    _ problem: Problem
  ) throws -> (start: Double, recording: Double, step: Double) {
    var least = (start: Double.infinity, recording: Double.infinity, step: Double.infinity)
    for _ in 0..<rounds {
      var clock = Clock.now.thread
      func lap() -> Double {
        let now = Clock.now.thread
        defer { clock = now }
        return now - clock
      }
      let svi = problem.svi
      let state = try svi.initialState(key: RandomKey(0))
      least.start = min(least.start, lap())
      _ = try svi.run(steps: 50, from: state, progress: .silent) { step, _ in
        let time = lap()
        if step == 1 {
          least.recording = min(least.recording, time)
        } else {
          least.step = min(least.step, time)
        }
        return true
      }
    }
    return least
  }

  private func line(_ name: String, _ columns: [String]) -> String {
    let padded = columns.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }
    return name.padding(toLength: 20, withPad: " ", startingAt: 0) + padded.joined()
  }
}
