import Foundation
import Inference
import PPL
import Parallel
import Runs

/// The context of one fit: its flags, its random keys, the conditions of its checkpoints, and its control.
public struct FitContext: Sendable {
  /// The flags of every fit.
  public let settings: FitOptions
  /// The progress display, warnings and interruption.
  public let control: RunControl
  /// The flags of inference: `--backend` and those of the backend.
  public let inferenceFlags: [FlagValue]
  /// All flags of the command: those of every fit, of the backend and of the model.
  public let flags: [FlagValue]
  /// The checksums of the data, which are conditions of `--resume` too.
  public private(set) var content: [CheckpointFile.Condition]
  private var model: CheckpointFile.Condition?
  /// The arguments of the command line that decide the digits of the fit, from which it can be restored; none if unknown.
  var arguments: [String] = []
  /// Whether a finished fit is restored from its checkpoint, for which no step is taken and no file written.
  public private(set) var isRestoring = false
  /// Whether the draws are those of `FittableModel.adjusted(_:_:_:_:in:)`, or of the posterior of the model as it is.
  private(set) var isAdjusting = true
  /// The file of coastlines or land for maps, GeoJSON; that of the system if nil.
  public internal(set) var map: String?
  /// The date and time at which the context was made.
  let started = Date()
  /// The memory that the backend needs besides that of the model.
  let memory: MethodMemory

  /// The context of a fit.
  ///
  /// - Parameters:
  ///   - settings: The flags of every fit.
  ///   - backend: The flags of the backend.
  ///   - model: The flags of the model.
  ///   - content: The checksums of the data.
  ///   - memory: The memory that the backend needs besides that of the model.
  ///   - control: The progress display, warnings and interruption.
  public init(
    _ settings: FitOptions, backend: [FlagValue] = [], model: [FlagValue] = [],
    content: [CheckpointFile.Condition] = [], memory: MethodMemory = MethodMemory(),
    control: RunControl
  ) {
    let own = settings.flagValues
    (self.settings, self.control, self.content) = (settings, control, content)
    self.memory = memory
    inferenceFlags = own.filter { $0.name == "--backend" } + backend
    flags = own + backend + model
  }

  /// The same context with the checksums of other data.
  public func with(content: [CheckpointFile.Condition]) -> FitContext {
    var context = self
    context.content = content
    return context
  }

  /// The same context for a model of this name, the first condition of its checkpoints.
  func with(model name: String) -> FitContext {
    var context = self
    // Checkpoints of earlier versions have no such condition.
    context.model = .init("the model", name, fallback: name)
    return context
  }

  /// The same context for a finished fit that is restored.
  ///
  /// - Parameter isAdjusting: Whether its draws are adjusted as the model does it.
  func restoring(isAdjusting: Bool = true) -> FitContext {
    var context = self
    (context.isRestoring, context.isAdjusting) = (true, isAdjusting)
    return context
  }

  /// The error of a fit that was to be restored and has not ended.
  ///
  /// - Parameters:
  ///   - done: The number of steps that were taken.
  ///   - total: The number that were asked for.
  ///   - steps: The name of the steps, in the plural.
  public func unfinished(_ done: Int, of total: Int, _ steps: String) -> PredictionError {
    PredictionError(
      "the fit in \(settings.output ?? "") was interrupted after \(done) of \(total) \(steps); continue it with "
        + "ppl fit --resume first.")
  }

  /// The flags that determine the fit, as text by name without dashes, for `run.json`.
  ///
  /// Flags of every fit are included if they affect the result; the others have separate keys there, or are places of files.
  public var record: [String: String] {
    let names = Set(settings.flagValues.filter { !$0.changesDigits }.map(\.name))
    return flags.filter { !names.contains($0.name) }.record
  }

  /// The value of a flag, as text; nil for one that no options have, or that is not given and has no default.
  func flag(_ name: String) -> String? { flags.first { $0.name == name }?.value }

  /// What `run.json` says of how a run went.
  struct RunRecord: Decodable {
    let seconds: Double
    let threads: Int?
    let date: String?
  }

  /// The record of the run that is resumed; nil where there is none, as after a run that was killed.
  var earlier: RunRecord? {
    guard settings.resume, let folder = settings.outputFolder else { return nil }
    let url = folder.appending(path: RunFileName.run)
    return (try? Data(contentsOf: url)).flatMap {
      try? JSONDecoder().decode(RunRecord.self, from: $0)
    }
  }

  /// The wall time of the run that is resumed in seconds; 0 where it is not known.
  var earlierSeconds: Double { earlier?.seconds ?? 0 }

  /// The source of the model's data.
  public var dataSource: DataSource { DataSource(self) }

  /// The conditions that determine the fit, except for its length; a checkpoint under other conditions is refused.
  public var conditions: [CheckpointFile.Condition] {
    [model].compactMap(\.self) + flags.conditions + content
  }

  /// The key of the fit, from `--seed`; folding in 1 gives `drawsKey`.
  public var key: RandomKey { RandomKey(settings.seed) }
  /// The key of the draws that the report summarizes.
  public var drawsKey: RandomKey { key.foldIn(1) }

  /// The threads that share the work.
  public var pool: WorkPool { settings.pool }
}
