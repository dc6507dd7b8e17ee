import Runs

/// A stored fit of any model, which is scored by leaving out observations.
protocol ComparedRun: Sendable {
  /// The name of the model.
  var model: String { get }
  /// The observations of the data, in their order.
  var observations: [ComparedObservation] { get }
  /// The conditions on which the scores of folds depend.
  var conditions: [CheckpointFile.Condition] { get }

  /// The sentences on how the scores are to be read, without full stops.
  ///
  /// - Parameter isRefitted: Whether observations are left out by fits to folds, or by importance weights.
  func remarks(isRefitted: Bool) -> [String]

  /// The scores of all observations, each left out by importance weights, and the number of draws, by which they are judged.
  func leaveOneOut() throws -> (scores: [PredictionScore], draws: Int)

  /// The scores of some observations, which a fit to the others has not seen.
  func fold(leavingOut observations: [Int], control: RunControl) throws -> FoldScores
}

/// The scores of the observations of a fold.
struct FoldScores: Codable, Sendable {
  let scores: [PredictionScore]
  let summaries: [PredictedSummary]
  let isConverged: Bool
}
