import ArgumentParser
import Runs

/// A model that simulates data in the format that it reads: the command `ppl simulate MODEL --output DIR`.
///
///     extension RiverLevels: SimulatableModel {
///       struct Sizes: ParsableArguments, Sendable { @Option var rivers = 10 }
///       func simulate(_ options: Options, _ sizes: Sizes, from source: DataSource) throws -> RunReport { … }
///     }
///
/// `ppl fit MODEL --data DIR` then fits the files of the report. `simulation.json` beside them is the record of the model, the seed,
/// the flags and the numbers of the report.
public protocol SimulatableModel: FittableModel {
  /// The flags of `ppl simulate` for this model; those of every simulation come with them (`SimulationOptions`).
  associatedtype Simulation: ParsableArguments & Sendable

  /// Simulated data: the files of a data folder with those of the truth, a table and numbers.
  ///
  /// - Parameters:
  ///   - options: The model's own flags.
  ///   - simulation: The model's own flags of the simulation.
  ///   - source: The folder whose design is simulated, if `--data` is given, and the key of all random numbers.
  func simulate(
    _ options: Options, _ simulation: Simulation, from source: DataSource
  ) throws -> RunReport

  /// The flags that have no effect, which are refused where they are given; none by default.
  ///
  /// - Parameters:
  ///   - simulation: The model's own flags of the simulation.
  ///   - hasData: Whether `--data` is given.
  func unreadFlags(_ simulation: Simulation, hasData: Bool) -> [UnreadFlag]
}

extension SimulatableModel {
  public func unreadFlags(_ simulation: Simulation, hasData: Bool) -> [UnreadFlag] { [] }
}
