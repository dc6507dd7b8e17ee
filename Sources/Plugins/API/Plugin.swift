import ArgumentParser
import PPL
import Runs

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
  /// The commands on the user's own data; none by default.
  var tools: [any Tool] { get }
}

extension Plugin {
  public var experiments: [any Experiment] { [] }
  public var tools: [any Tool] { [] }
}

/// The flags of a model whose simulated data have the size of its data: none.
public struct DesignOfData: ParsableArguments, Sendable {
  /// The flags before the command line is read.
  public init() {}
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
  /// The flags of `ppl calibrate` that choose the size of simulated data; none by default.
  associatedtype Design: ParsableArguments & Sendable = DesignOfData

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

  /// The priors in words, a paragraph for `ppl describe` after the table of sites; empty by default.
  ///
  /// - Parameters:
  ///   - options: The model's own flags.
  ///   - dataset: The data, on which priors may depend.
  func priors(_ options: Options, _ dataset: Dataset) throws -> String

  /// The data at whose design `ppl calibrate` simulates; by default the data themselves.
  ///
  /// - Throws: `InferenceOptionError` for a design that these data do not have.
  func dataset(_ dataset: Dataset, as design: Design) throws -> Dataset

  /// The inference problem given simulated data; by default with the simulated values of the observed sites of the data.
  ///
  /// The priors must not depend on the simulated values, since the parameters were drawn before them.
  ///
  /// - Parameters:
  ///   - options: The model's own flags.
  ///   - dataset: The data at whose design the values were simulated.
  ///   - simulated: The value of each observed site.
  func problem(
    _ options: Options, _ dataset: Dataset, simulated: [String: Tensor]
  ) throws -> InferenceProblem

  /// The description of what the prior implies beyond the table of sites, such as its covariance, for `ppl describe --prior`; nil
  /// by default.
  func priorDescription(_ options: Options, _ dataset: Dataset) throws -> String?

  /// The fit whose draws the report, the files and predictions show; by default the fit itself.
  ///
  /// It is called once, after the fit has been judged, and again where a finished fit is restored. `ppl calibrate` does not call it,
  /// since simulated data have the exact posterior of the model.
  ///
  /// - Parameters:
  ///   - fit: The fit by a backend.
  ///   - options: The model's own flags.
  ///   - dataset: The data.
  ///   - problem: The posterior that was fitted.
  ///   - context: The flags of every fit, the key and the threads.
  func adjusted(
    _ fit: any Fit, _ options: Options, _ dataset: Dataset, _ problem: InferenceProblem,
    in context: FitContext
  ) throws -> any Fit

  /// The report of a fit, which includes the files to write; by default the table of sites.
  func report(_ fitted: FittedModel<Self>) throws -> RunReport

  /// The figures of a fit, for `ppl figures` and `ppl report`; those of `FittedModel.generalFigures(_:of:)` by default.
  ///
  /// - Throws: `PlottingError` for values that cannot be drawn.
  func figures(_ fitted: FittedModel<Self>) throws -> [CaptionedFigure]

  /// The sections of the report page of a fit between its verdict and its figures, for `--report` and `ppl report`; by default
  /// the table of the posterior.
  func sections(_ fitted: FittedModel<Self>) throws -> [ReportSection]

  /// The explanation of an error of a fit in terms of this model; by default the error itself.
  func explained(_ error: any Error, _ options: Options, _ dataset: Dataset) -> any Error

  /// The name of the backend that fits this model where `--backend` is not given; by default `nuts` for own data, whose draws
  /// are of the exact posterior, and `svi` for the embedded example.
  ///
  /// - Parameter hasOwnData: Whether `--data` is given.
  func defaultBackend(hasOwnData: Bool) -> String

  /// The default flags of this model for a backend, which the command line overrides; none by default.
  func defaultFlags(for backend: String) -> [String]

  /// The fit with its report; by default by the backend. A model with its own method of fitting implements this.
  func fit<B: InferenceBackend>(
    _ options: Options, by backend: B, _ method: B.Options, in context: FitContext
  ) throws -> RunReport
}
