import Foundation
import Runs

/// The store of the checkpoints of a running fit, one at the end of each interval.
///
/// A killed process loses the work since the last checkpoint.
public struct CheckpointStore: Sendable {
  private let folder: URL
  private let conditions: [CheckpointFile.Condition]
  private let interval: Duration
  private let isResuming: Bool
  private var last = ContinuousClock.now
  private var hasBegun = false
  /// The earlier run in the folder, until it is replaced.
  private var earlier: EarlierRun?
  private var hasReplaced = false
  /// The step of the last checkpoint, which the backend sets; nil before the first.
  public var step: Int?

  /// The store of a fit in its output folder.
  ///
  /// - Parameters:
  ///   - settings: The flags of the fit, or of another command that keeps its state.
  ///   - conditions: The conditions that determine the fit.
  /// - Returns: Nil for a fit without `--output`.
  public init?(_ settings: some HasCommonOptions, conditions: [CheckpointFile.Condition]) {
    guard let folder = settings.outputFolder else { return nil }
    (self.folder, self.conditions) = (folder, conditions)
    interval = .seconds(settings.checkpointInterval)
    isResuming = settings.resume
    earlier = isResuming ? nil : EarlierRun(in: folder)
  }

  /// Whether a checkpoint is due.
  public var isDue: Bool { ContinuousClock.now - last >= interval }

  /// Writes a checkpoint to the folder; the next one is due an interval later.
  ///
  /// The first checkpoint of a new run replaces an earlier run, whose files are removed.
  ///
  /// - Throws: `OutputError` if it cannot be written.
  public mutating func write<C: Codable & Sendable>(_ checkpoint: C) throws(OutputError) {
    begin()
    try RunFolder(creating: folder).write([file(checkpoint)])
    if let earlier {
      earlier.remove(except: [CheckpointFile.name, RunFileName.losses])
      (self.earlier, hasReplaced) = (nil, true)
    }
    last = .now
  }

  /// The last checkpoint, to be written with the other files of the run.
  public func file<C: Codable & Sendable>(_ checkpoint: C) -> OutputFile {
    CheckpointFile.file(checkpoint, conditions: conditions)
  }

  /// Whether the folder has an earlier run, which the first checkpoint of this one replaces.
  public var hasEarlierRun: Bool { earlier != nil }

  /// Notes that the folder gets files of this run, such as `losses.csv`; `write(_:)` does so itself.
  public mutating func begin() { hasBegun = true }

  /// Removes the checkpoint and `losses.csv` of a fit that failed; one that was resumed keeps its last checkpoint.
  ///
  /// - Returns: The remaining content of the folder, for a `FitFailure`.
  public func discard() -> FitFailure.Leftover {
    let path = folder.relativePath
    if let step, isResuming { return .checkpoint(path: path, step: step) }
    guard hasBegun else { return hasEarlierRun ? .earlierRun(path: path) : .nothing }
    for name in [CheckpointFile.name, RunFileName.losses] {
      unlink(folder.appending(path: name).path)
    }
    return hasReplaced ? .replacedRun(path: path) : .removed
  }
}
