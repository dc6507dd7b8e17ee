import ArgumentParser
import Runs

/// A study on simulated data that compares methods: run by `ppl run NAME`.
public protocol Experiment: Sendable {
  /// The experiment's own flags; those of every run come with them (`RunOptions`).
  associatedtype Options: ParsableArguments & Sendable

  /// Lower case with hyphens, as typed.
  var name: String { get }
  /// One line for `ppl list`.
  var summary: String { get }

  /// Runs the experiment and says what came out. Of files it writes the journal alone: the others are part of the report.
  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport
}

/// An experiment that no plugin offers.
public struct UnknownExperiment: Error, Equatable, CustomStringConvertible {
  /// The name that was asked for.
  public let name: String
  /// The names that there are, in order.
  public let known: [String]
  public var description: String {
    let list = known.isEmpty ? "none" : known.map { "\"\($0)\"" }.joined(separator: ", ")
    return "no experiment is named \"\(name)\"; there are: \(list)."
  }
}
