import ArgumentParser

/// A plugin: a family of models and experiments for programs and the command line.
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

/// A model that can be fitted, with its data reader, its flags and its report.
///
/// A name, a summary, a description of the data and `problem(_:_:)` are required; for data from a folder `dataset(_:from:)` as
/// well. Every backend can then fit it, and report, files and `--resume` follow.
public protocol FittableModel: Sendable {
  /// The model's own flags; those of every fit come with them (`FitOptions`).
  associatedtype Options: ParsableArguments & Sendable
  /// The data of the model and its report; `Void` for a model without data.
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

  /// The inference problem given the data: the posterior to fit, and the labels of the report.
  func problem(_ options: Options, _ dataset: Dataset) throws -> InferenceProblem

  /// The report of a fit, which includes the files to write; by default the table of sites.
  func report(_ fitted: FittedModel<Self>) throws -> RunReport

  /// The explanation of an error of a fit in terms of this model; by default the error itself.
  func explained(_ error: any Error, _ options: Options, _ dataset: Dataset) -> any Error

  /// The default flags of this model for a backend, which the command line overrides; none by default.
  func defaultFlags(for backend: String) -> [String]

  /// The fit with its report; by default by the backend. A model with its own method of fitting implements this.
  func fit<B: InferenceBackend>(
    _ options: Options, by backend: B, _ method: B.Options, in context: FitContext
  ) throws -> RunReport
}
