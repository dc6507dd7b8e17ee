import ArgumentParser
import Runs

/// An experiment: a study on simulated data that compares methods, run by `ppl run NAME`.
public protocol Experiment: Sendable {
  /// The experiment's own flags; those of every run come with them (`RunOptions`).
  associatedtype Options: ParsableArguments & Sendable

  /// The name as typed, in lower case with hyphens.
  var name: String { get }
  /// The line for `ppl list`.
  var summary: String { get }

  /// Runs the experiment and returns its report, which includes the files to write; only the journal is written during the run.
  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport
}

/// The error of an experiment name that no plugin has.
public struct UnknownExperiment: Error, Equatable, CustomStringConvertible {
  /// The unknown name.
  public let name: String
  /// The names of all experiments, in order.
  public let known: [String]
  public var description: String {
    let list = known.isEmpty ? "none" : known.map { "\"\($0)\"" }.joined(separator: ", ")
    return "no experiment is named \"\(name)\"; there are: \(list)."
  }
}
