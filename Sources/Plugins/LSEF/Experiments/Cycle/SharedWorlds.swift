import Assimilation
import PPL
import Synchronization

/// A cache of simulated worlds; each key is simulated once, and concurrent requests wait for it.
///
/// Pieces of one world follow each other, so that it is enough to keep the latest world of each thread; trials of a tuning
/// cycle through a few worlds.
final class SharedWorlds: Sendable {
  /// The key of a world in the cache of one study.
  private struct Identity: Equatable {
    let regime: DSADM.Regime
    let cycles: Int
    let key: [Double]
  }

  /// The place of a world, with its lock.
  private final class Place: Sendable {
    let world = Mutex<CycleExperiment.World?>(nil)
  }

  private let capacity: Int
  /// The places, the latest last.
  private let places = Mutex<[(identity: Identity, place: Place)]>([])

  /// An empty cache.
  ///
  /// - Parameter capacity: The largest number of worlds to keep; each holds the coefficients of all its steps.
  init(capacity: Int) { self.capacity = capacity }

  /// The world of this key in an experiment.
  ///
  /// - Throws: As `CycleExperiment.world(key:)`.
  func callAsFunction(
    _ key: RandomKey, of experiment: CycleExperiment
  ) throws -> CycleExperiment.World {
    let own = place(
      of: Identity(
        regime: experiment.regime, cycles: experiment.cycles, key: key.words.scalars))
    return try own.world.withLock { world in
      if let world { return world }
      let made = try experiment.world(key: key)
      world = made
      return made
    }
  }

  private func place(of identity: Identity) -> Place {
    places.withLock { places in
      if let found = places.first(where: { $0.identity == identity }) { return found.place }
      if places.count == capacity { places.removeFirst() }
      let place = Place()
      places.append((identity, place))
      return place
    }
  }
}
