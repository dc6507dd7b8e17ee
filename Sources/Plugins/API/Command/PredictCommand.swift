import ArgumentParser
import Foundation
import Inference
import Runs

/// The command `ppl predict` for a model, with its flags in groups.
struct PredictCommand<Options: ParsableArguments & Sendable>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(Program.current.name) predict RUN",
      discussion: """
        The fit in the folder RUN is restored with its data, and without a further step: the draws are those of the fit.
        """)
  }
  @OptionGroup var prediction: PredictionOptions
  @OptionGroup(title: "Options of the model") var options: Options
}

extension PPLCommand {
  /// Runs `ppl predict` for the fit in a folder.
  ///
  /// - Returns: The exit status.
  static func predict(
    _ run: String, _ arguments: [String], _ registry: PluginRegistry, _ console: Console
  ) throws -> Int32 {
    let stored = try StoredRun(path: run)
    let model = try registry.model(named: stored.model)
    guard let model = model as? any PredictableModel else {
      throw PredictionError(
        "\(stored.model), the model of the run in \(run), makes no predictions; its numbers are in \(RunFileName.results)."
      )
    }
    return try predict(model, stored, arguments, console)
  }

  private static func predict<M: PredictableModel>(
    _ model: M, _ stored: StoredRun, _ arguments: [String], _ console: Console
  ) throws -> Int32 {
    let command: PredictCommand<M.Prediction>
    do throws(Usage) {
      command = try parse(PredictCommand<M.Prediction>.self, arguments)
    } catch {
      return finish(error.command, error.underlying, console)
    }
    let (settings, backends) = (command.prediction, Program.current.backends)
    return try report(settings.destination(reading: stored.path), isQuiet: settings.quiet, console)
    { _ in
      try model.prediction(command, of: stored, backends)
    }
  }
}

extension PredictableModel {
  /// The report of `ppl predict RUN` with these flags; no file is written.
  ///
  ///     let report = try model.predicted(from: "RUN", ["--year", "2050"], registry)
  ///
  /// - Parameters:
  ///   - run: The output folder of the fit.
  ///   - arguments: The flags of the prediction and of the model.
  ///   - registry: The registry with the backend of the fit.
  /// - Throws: `PredictionError` for a folder without a fit that can be restored; `DataError` for data that are not those of
  ///   the fit; as `predict(_:_:)`.
  public func predicted(
    from run: String, _ arguments: [String] = [], _ registry: PluginRegistry = PluginRegistry()
  ) throws -> RunReport {
    try prediction(
      parse(PredictCommand<Prediction>.self, arguments), of: StoredRun(path: run),
      registry.backends)
  }

  fileprivate func prediction(
    _ command: PredictCommand<Prediction>, of stored: StoredRun, _ backends: InferenceBackends
  ) throws -> RunReport {
    let settings = command.prediction
    let fitted = try restored(
      stored, data: settings.data, threads: settings.threads, backends)
    var report = try predict(fitted, command.options)
    if let verdict = stored.verdict { report.table += "\n\nthe fit in \(stored.path): \(verdict)" }
    return report
  }
}

extension FittableModel {
  /// The fit in the folder of a run, restored without a further step: its draws are those of the fit.
  ///
  /// - Parameters:
  ///   - run: The output folder of the fit.
  ///   - data: The folder with the data of the fit; the one that the run names if nil.
  ///   - threads: The number of threads that share the work; the number of cores if nil.
  ///   - registry: The registry with the backend of the fit.
  /// - Throws: `PredictionError` for a folder without a finished fit; `DataError` for data that are not those of the fit.
  /// - Complexity: That of reading data and checkpoint; a nested Laplace approximation is made again.
  public func restored(
    from run: String, data: String? = nil, threads: Int? = nil,
    _ registry: PluginRegistry = PluginRegistry()
  ) throws -> FittedModel<Self> {
    try restored(
      StoredRun(path: run), data: data.map { [$0] } ?? [], threads: threads, registry.backends)
  }

  func restored(
    _ stored: StoredRun, data: [String], threads: Int?, _ backends: InferenceBackends,
    isAdjusting: Bool = true
  ) throws -> FittedModel<Self> {
    guard stored.model == name else {
      throw PredictionError(
        "the run in \(stored.path) is a fit of \(stored.model), not of \(name).")
    }
    let arguments = try stored.arguments(data: data, threads: threads)
    let program = Program(backends: backends, arguments: arguments).fitting(self)
    do {
      return try program.run {
        try restored(by: program.backend(), arguments, isAdjusting: isAdjusting)
      }
    } catch {
      throw stored.explained(error)
    }
  }

  private func restored<B: InferenceBackend>(
    by backend: B, _ arguments: [String], isAdjusting: Bool
  ) throws -> FittedModel<Self> {
    let command = try parsed(
      FitCommand<Options, B.Options>.self, arguments, of: self, by: backend)
    let context = command.context(RunControl(progress: .silent), by: backend)
      .restoring(isAdjusting: isAdjusting)
    return try fitted(
      command.options, dataset(command.options, from: context.dataSource), by: backend,
      command.method, in: context)
  }
}
