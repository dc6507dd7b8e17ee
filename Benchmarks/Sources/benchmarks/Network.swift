import ArgumentParser
import Foundation

/// What an epoch of `NetworkTraining` costs.
struct Network: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time of an epoch of training a network 6-H-H-50 on minibatches.")

  @Option(help: "How wide the two hidden layers are.")
  var width = 120

  @Option(help: "How many rows the data have.")
  var rows = 160_000

  @Option(help: "How many rows a minibatch has.")
  var batch = 2_500

  @Option(help: "Into how many blocks of rows a minibatch is divided, one replay each.")
  var blocks = 10

  @Option(help: "How many epochs to run; the best one counts.")
  var epochs = 4

  /// The best epoch in seconds, and the mean loss of the last one.
  struct Result: Codable {
    let thread, wall, loss: Double
  }

  func validate() throws {
    guard width > 0, epochs > 0, batch > 0, rows >= batch else {
      throw ValidationError(
        "--width, --epochs and --batch must be positive, and --rows at least --batch.")
    }
    guard blocks > 0, batch % blocks == 0 else {
      throw ValidationError("--blocks must divide --batch.")
    }
  }

  func run() throws {
    var training = NetworkTraining(
      NetworkTraining.data(rows: rows), width: width, batch: batch, blocks: blocks)
    var best = (thread: Double.infinity, wall: Double.infinity)
    var loss = 0.0
    for _ in 0..<epochs {
      let start = Clock.now
      loss = 0
      for _ in 0..<training.stepsPerEpoch { loss += training.step() }
      loss /= Double(training.stepsPerEpoch)
      let end = Clock.now
      best.thread = min(best.thread, end.thread - start.thread)
      best.wall = min(best.wall, end.wall - start.wall)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let result = try encoder.encode(Result(thread: best.thread, wall: best.wall, loss: loss))
    print(String(decoding: result, as: UTF8.self))
  }
}
