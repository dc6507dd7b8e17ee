import ArgumentParser
import Foundation
import Inference
import PPL
import Runs

/// A family of models and experiments, offered to programs and to the command line.
public protocol Plugin: Sendable {
  /// Lower case with hyphens, as typed.
  var name: String { get }
  /// One line for `ppl list`.
  var summary: String { get }
  /// The models that can be fitted.
  var models: [any FittableModel] { get }
  /// The experiments that can be run; none by default.
  var experiments: [any Experiment] { get }
}

extension Plugin {
  public var experiments: [any Experiment] { [] }
}

/// A model with its data reader, its options and its report.
///
/// A name, a summary, what data it needs and `prepared(_:data:)` are enough: `fit(_:_:control:)` then is the common fit.
public protocol FittableModel: Sendable {
  /// The model's own flags; those of every fit come with them (`FitOptions`).
  associatedtype Options: ParsableArguments & Sendable

  /// Lower case with hyphens, as typed.
  var name: String { get }
  /// One line for `ppl list`.
  var summary: String { get }
  /// What a data folder must hold, a paragraph for `ppl describe`.
  var dataNeeded: String { get }

  /// The model given data, to be described.
  ///
  /// - Parameters:
  ///   - options: The model's own flags.
  ///   - folder: The data; the model's embedded example if nil.
  func prepared(_ options: Options, data folder: URL?) throws -> Model<Void>

  /// The sites that the report of the common fit shows, in this order; all if nil, as it is by default.
  var reportedSites: [String]? { get }

  /// Fits the model and says what came out. Writes nothing: files are part of the report.
  func fit(_ fit: FitOptions, _ options: Options, control: RunControl) throws -> RunReport
}
