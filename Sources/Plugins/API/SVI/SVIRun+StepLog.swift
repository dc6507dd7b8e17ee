import Inference

extension SVIRun {
  /// The records of a running fit, with their file and checkpoints.
  struct StepLog {
    /// The content of the checkpoint of a fit.
    struct Stored: Codable, Sendable {
      let fit: Checkpoint
      let losses: LossesFile.Mark
      /// The mean of the parameters, with `--average`.
      var average: IterateAverage?
    }

    var history = StepHistory()
    /// The file of losses; nil without an output folder.
    var losses: LossesFile?
    var store: CheckpointStore?
    /// The mean of the parameters over the last steps; nil without `--average`.
    var average: IterateAverage?
    /// Whether the fit ends when it has converged, `--stop-when-converged`.
    var stopsWhenConverged = false

    /// Whether the fit ends after the last step: at every hundredth step from the thousandth on, if its loss no longer falls and
    /// its averaged parameters have settled.
    ///
    /// It depends on the steps alone, so that a resumed run ends where an uninterrupted one does.
    func hasConverged(_ fit: () -> SVIFit) -> Bool {
      let count = history.count
      guard stopsWhenConverged, let average, count >= 1_000, count.isMultiple(of: 100) else {
        return false
      }
      let losses = history.records.suffix(1_000).map(\.loss)
      return Convergence(losses: losses, steps: count).isConverged && average.isSettled(of: fit())
    }

    /// Appends a step, and stores a checkpoint if one is due.
    ///
    /// - Parameter isLast: Whether no step is left; no checkpoint is stored then, since the results are not written yet.
    mutating func append(_ record: StepRecord, isLast: Bool, _ fit: () -> SVIFit) throws {
      history.append(record)
      average?.append(fit().state.parameters)
      losses?.append(history.count, record)
      if isLast { return }
      guard let store, let losses else { return }
      // The losses of an earlier run stay until a checkpoint replaces it.
      let isFull = store.hasEarlierRun ? losses.isHuge : losses.isFull
      guard store.isDue || isFull else { return }
      try save(isCheckpoint: store.isDue || store.hasEarlierRun, fit)
    }

    private mutating func save(isCheckpoint: Bool, _ fit: () -> SVIFit) throws {
      store?.begin()
      try losses?.flush(isSynced: isCheckpoint)
      guard isCheckpoint, losses != nil else { return }
      let stored = stored(fit())
      try store?.write(stored)
      store?.step = history.count
    }

    /// The checkpoint of a fit after the last step.
    func stored(_ fit: SVIFit) -> Stored {
      Stored(
        fit: SVI.checkpoint(fit, history: history), losses: losses?.mark ?? .init(),
        average: average)
    }
  }
}
