import ArgumentParser
import Foundation
import Parallel
import Runs

/// The flags of every experiment.
public struct RunOptions: ParsableArguments, HasCommonOptions, Sendable {
  /// The flags that all commands share.
  @OptionGroup public var common: CommonOptions

  public init() {}

  /// The journal of this run, in its output folder; without one, a journal that keeps nothing.
  ///
  /// - Parameter conditions: The conditions that determine the results in addition to the seed.
  /// - Throws: As `Journal`.
  public func journal(_ conditions: [CheckpointFile.Condition]) throws -> Journal {
    try Journal(
      in: outputFolder, conditions: [.init("--seed", seed)] + conditions, resuming: resume,
      interval: .seconds(checkpointInterval))
  }
}
