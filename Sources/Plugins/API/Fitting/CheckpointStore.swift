import Foundation

/// Where a fit leaves checkpoints on its way, and when: at the end of each interval.
///
/// A process that is killed loses what it did since the last one.
public struct CheckpointStore: Sendable {
  private let folder: URL
  private let conditions: [CheckpointFile.Condition]
  private let interval: Duration
  private let isResuming: Bool
  private var last = ContinuousClock.now
  private var hasBegun = false

  /// The store of a fit in its output folder.
  ///
  /// - Parameters:
  ///   - settings: The flags of the fit.
  ///   - conditions: What decides the digits of the fit.
  /// - Returns: Nil for a fit without `--output`.
  public init?(_ settings: FitOptions, conditions: [CheckpointFile.Condition]) {
    guard let folder = settings.outputFolder else { return nil }
    (self.folder, self.conditions) = (folder, conditions)
    interval = .seconds(settings.checkpointInterval)
    isResuming = settings.resume
  }

  /// Whether a checkpoint is due.
  public var isDue: Bool { ContinuousClock.now - last >= interval }

  /// Writes a checkpoint to the folder; the next one is due an interval later.
  ///
  /// - Throws: `OutputError` if it cannot be written.
  public mutating func write<C: Codable & Sendable>(_ checkpoint: C) throws(OutputError) {
    removeEarlierRun()
    try RunFolder(creating: folder).write([file(checkpoint)])
    last = .now
  }

  /// The last checkpoint, to be written with the other files of the run.
  public func file<C: Codable & Sendable>(_ checkpoint: C) -> OutputFile {
    CheckpointFile.file(checkpoint, conditions: conditions)
  }

  /// Before the first file of a new run: the files of an earlier one that it replaces go.
  mutating func removeEarlierRun() {
    guard !hasBegun else { return }
    hasBegun = true
    if !isResuming { EarlierRun(in: folder)?.remove(except: [LossesFile.name]) }
  }

  /// Removes what a fit that failed has written on its way; one that was resumed keeps its checkpoint.
  func discard() {
    guard hasBegun, !isResuming else { return }
    for name in [CheckpointFile.name, LossesFile.name] {
      unlink(folder.appending(path: name).path)
    }
  }
}
