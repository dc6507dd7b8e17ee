/// A comparison of stored fits of the same observations.
struct RunComparison {
  let observations: [ComparedObservation]
  /// The runs in the order of the command line.
  let runs: [RunScores]
  /// The rule of the folds; nil for leave-one-out.
  let folds: FoldRule?
}
