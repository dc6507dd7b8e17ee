import ArgumentParser
import Runs

/// A model that answers questions after its fit: the command `ppl predict RUN`.
///
///     extension RiverLevels: PredictableModel {
///       struct Questions: ParsableArguments, Sendable { @Option var year = 2050 }
///       func predict(_ fitted: FittedModel<Self>, _ options: Questions) throws -> RunReport { … }
///     }
///
/// The fit is restored from the folder of its run, by any backend and without a further step: its draws are those of the fit.
public protocol PredictableModel: FittableModel {
  /// The flags of `ppl predict` for this model; those of every prediction come with them (`PredictionOptions`).
  associatedtype Prediction: ParsableArguments & Sendable

  /// The predictions of a fit: a table, numbers and files.
  ///
  /// - Parameters:
  ///   - fitted: The restored fit, with the data and the flags of its run.
  ///   - options: The model's own flags of the prediction.
  func predict(_ fitted: FittedModel<Self>, _ options: Prediction) throws -> RunReport
}
