import ArgumentParser
import Foundation

/// The flags of every fit.
public struct FitOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp("The folder with the data; the model's embedded example if not given.", valueName: "dir"))
  public var data: String?

  @Option(help: "How many steps to take.")
  public var steps = 6000

  @Option(help: "The learning rate of Adam.")
  public var learningRate = 3e-3

  @Option(help: "Decides every random number; the same seed gives the same digits.")
  public var seed: UInt64 = 0

  @Option(help: "How many draws of the posterior to summarize.")
  public var draws = 600

  @Option(
    help: ArgumentHelp(
      "The folder to leave run.json, losses.csv, draws.csv, the model's own files and a checkpoint in.",
      valueName: "dir"))
  public var output: String?

  @Flag(help: "Go on from the checkpoint in the output folder, up to --steps in all.")
  public var resume = false

  @Option(help: ArgumentHelp("Where to write every printed number as JSON.", valueName: "file"))
  public var json: String?

  @Flag(help: "Print errors only.")
  public var quiet = false

  public init() {}

  public func validate() throws {
    guard steps > 0 else {
      throw ValidationError("--steps is \(steps), but must be at least 1.")
    }
    guard draws > 0 else {
      throw ValidationError("--draws is \(draws), but must be at least 1.")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--learning-rate is \(learningRate), but must be positive.")
    }
    if resume && output == nil {
      throw ValidationError("--resume needs --output, the folder of the run to go on with.")
    }
  }

  /// The data folder as a URL.
  public var dataFolder: URL? { data.map { URL(filePath: $0, directoryHint: .isDirectory) } }
  /// The output folder as a URL.
  public var outputFolder: URL? { output.map { URL(filePath: $0, directoryHint: .isDirectory) } }
}
