import ArgumentParser
import Inference

/// The words that complete a command line in a shell: names of models and experiments, and the flags of the chosen one.
///
/// The scripts of the argument parser ask for the name where the first flag is typed, so that one completion has both: names
/// until one is complete, then flags.
enum Completion {
  /// The completion of `describe`.
  static var describe: CompletionKind { ofModels { model, _ in describeFlags(model) } }

  /// The completion of `fit`, with the flags of the backend on the command line.
  static var fit: CompletionKind {
    ofModels { model, words in
      guard let backend = try? Program.current.fitting(model, words).backend() else { return [] }
      return fitFlags(model, backend)
    }
  }

  /// The completion of `calibrate`, with the flags of the backend on the command line.
  static var calibrate: CompletionKind {
    ofModels { model, words in
      var program = Program.current
      program.arguments = words
      guard let backend = try? program.calibrating(model).backend() else { return [] }
      return calibrateFlags(model, backend)
    }
  }

  /// The completion of `simulate`.
  static var simulate: CompletionKind {
    ofModels { model, _ in
      guard let model = model as? any SimulatableModel else { return [] }
      return simulateFlags(model)
    }
  }

  /// The completion of `run`.
  static var run: CompletionKind {
    .custom { words, index, _ in
      let experiments = Program.current.plugins.flatMap(\.experiments)
      let complete = complete(words, index)
      guard let experiment = experiments.first(where: { complete.contains($0.name) }) else {
        return experiments.map(\.name)
      }
      return runFlags(experiment)
    }
  }

  private static func ofModels(
    _ flags: @escaping @Sendable (any FittableModel, [String]) -> [String]
  ) -> CompletionKind {
    .custom { words, index, _ in
      let models = Program.current.plugins.flatMap(\.models)
      let complete = complete(words, index)
      return models.first { complete.contains($0.name) }.map { flags($0, words) }
        ?? models.map(\.name)
    }
  }

  /// The words but for the one at the cursor.
  private static func complete(_ words: [String], _ index: Int) -> [String] {
    words.enumerated().filter { $0.offset != index }.map(\.element)
  }

  private static func describeFlags<M: FittableModel>(_ model: M) -> [String] {
    DescribeCommand<M.Options>.flagNames + ["--prior"]
  }

  private static func fitFlags<M: FittableModel, B: InferenceBackend>(
    _ model: M, _ backend: B
  ) -> [String] { FitCommand<M.Options, B.Options>.flagNames }

  private static func calibrateFlags<M: FittableModel, B: InferenceBackend>(
    _ model: M, _ backend: B
  ) -> [String] { CalibrateCommand<M.Design, M.Options, B.Options>.flagNames }

  private static func simulateFlags<M: SimulatableModel>(_ model: M) -> [String] {
    SimulateCommand<M.Simulation, M.Options>.flagNames
  }

  private static func runFlags<E: Experiment>(_ experiment: E) -> [String] {
    RunCommand<E.Options>.flagNames
  }
}
