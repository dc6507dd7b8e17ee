import ArgumentParser

/// A family of models and experiments, offered to programs and to the command line.
public protocol Plugin: Sendable {
  /// The name as typed, in lower case with hyphens.
  var name: String { get }
  /// The line for `ppl list`.
  var summary: String { get }
  /// The models that can be fitted.
  var models: [any FittableModel] { get }
  /// The experiments that can be run; none by default.
  var experiments: [any Experiment] { get }
}

extension Plugin {
  public var experiments: [any Experiment] { [] }
}

/// A model with its data reader, its flags and its report.
///
/// A name, a summary, the data it needs and `problem(_:_:)` are enough; with data of a folder, `dataset(_:from:)` as well.
/// Every backend then fits it, and the report, the files and `--resume` follow.
public protocol FittableModel: Sendable {
  /// The model's own flags; those of every fit come with them (`FitOptions`).
  associatedtype Options: ParsableArguments & Sendable
  /// The data of the model, with what its report needs of them; `Void` for a model without data.
  associatedtype Dataset: Sendable

  /// The name as typed, in lower case with hyphens.
  var name: String { get }
  /// The line for `ppl list`.
  var summary: String { get }
  /// The content of a data folder, a paragraph for `ppl describe`.
  var dataNeeded: String { get }

  /// The data, read once for a fit and its report.
  ///
  /// - Parameters:
  ///   - options: The model's own flags.
  ///   - source: The folder of the data; the model's embedded example if it has none.
  func dataset(_ options: Options, from source: DataSource) throws -> Dataset

  /// The posterior given the data: what a backend fits, and what the report names.
  func problem(_ options: Options, _ dataset: Dataset) throws -> InferenceProblem

  /// The report of a fit; by default the table of sites. Writes nothing: files are part of the report.
  func report(_ fitted: FittedModel<Self>) throws -> RunReport

  /// The error that tells a user of this model what is wrong, for an error of a fit; by default the error itself.
  func explained(_ error: any Error, _ options: Options, _ dataset: Dataset) -> any Error

  /// The flags of a reference run with a backend, which those of the command line override; none by default.
  func usualFlags(for backend: String) -> [String]

  /// The fit with its report; by default by the backend. A model that is not fitted by its posterior writes its own.
  func fit<B: InferenceBackend>(
    _ options: Options, by backend: B, _ method: B.Options, in context: FitContext
  ) throws -> RunReport
}
