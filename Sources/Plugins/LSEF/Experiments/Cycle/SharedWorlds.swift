import PPL
import Synchronization

/// The worlds that pieces of a study have in common, each made once by whoever comes first; the rest wait for it.
///
/// Pieces of one world follow each other, so that the latest worlds are enough, one for each thread.
final class SharedWorlds: Sendable {
  /// What a world is made from, in one study.
  private struct Identity: Equatable {
    let regime, cycles: Int
    let key: [Double]
  }

  private let capacity: Int
  /// The latest last.
  private let kept = Mutex<[(identity: Identity, world: CycleExperiment.World)]>([])

  /// - Parameter capacity: How many worlds are kept at most; each holds the coefficients of all its steps.
  init(capacity: Int) { self.capacity = capacity }

  /// The world of this key in an experiment of this regime.
  ///
  /// - Throws: As `CycleExperiment.world(key:)`.
  func callAsFunction(
    _ key: RandomKey, of experiment: CycleExperiment, regime: Int
  ) throws -> CycleExperiment.World {
    let identity = Identity(regime: regime, cycles: experiment.cycles, key: key.words.scalars)
    return try kept.withLock { kept in
      if let found = kept.first(where: { $0.identity == identity }) { return found.world }
      let world = try experiment.world(key: key)
      if kept.count == capacity { kept.removeFirst() }
      kept.append((identity, world))
      return world
    }
  }
}
