import Foundation
import Inference
import PPL
import Parallel
import Runs

/// The surroundings of one fit: its flags, its random numbers, the conditions of its checkpoints, and its control.
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

  /// The surroundings of a fit.
  ///
  /// - Parameters:
  ///   - settings: The flags of every fit.
  ///   - backend: The flags of the backend.
  ///   - model: The flags of the model.
  ///   - content: The checksums of the data.
  ///   - control: The progress display, warnings and interruption.
  public init(
    _ settings: FitOptions, backend: [FlagValue] = [], model: [FlagValue] = [],
    content: [CheckpointFile.Condition] = [], control: RunControl
  ) {
    let own = settings.flagValues
    (self.settings, self.control, self.content) = (settings, control, content)
    inferenceFlags = own.filter { $0.name == "--backend" } + backend
    flags = own + backend + model
  }

  /// The same surroundings with the checksums of other data.
  public func with(content: [CheckpointFile.Condition]) -> FitContext {
    var context = self
    context.content = content
    return context
  }

  /// The flags that say what is fitted and how, in words by name without dashes, for `run.json`.
  ///
  /// Those of every fit are among them that change a digit: the others have keys of their own there, or say where files are.
  public var record: [String: String] {
    let names = Set(settings.flagValues.filter { !$0.changesDigits }.map(\.name))
    return flags.filter { !names.contains($0.name) }.record
  }

  /// The place that the model reads its data from.
  public var dataSource: DataSource { DataSource(self) }

  /// The conditions that decide every digit of the fit but its length: a checkpoint made under others is refused.
  public var conditions: [CheckpointFile.Condition] { flags.conditions + content }

  /// The key of the fit, from `--seed`.
  public var key: RandomKey { RandomKey(settings.seed) }
  /// The key of the draws that the report summarizes.
  public var drawsKey: RandomKey { key.foldIn(Purpose.draws.rawValue) }

  /// The threads that share the work.
  public var pool: WorkPool { settings.sharedThreads }

  /// The purposes of keys that are folded out of the key of the fit.
  private enum Purpose: UInt32 {
    case draws = 1
  }
}
