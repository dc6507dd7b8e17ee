import Assimilation
import Inference
import PPL
import Parallel
import SpectrumExamples
import Testing

@testable import LSEF

struct SharedWorldsTests {
  private let experiment = CycleExperiment(
    cycles: 2, network: exampleNetwork(.circle()), meanCovariance: Array(repeating: 1, count: 120))

  /// Two worlds are one if their truths lie in the same memory.
  private func areOne(_ a: CycleExperiment.World, _ b: CycleExperiment.World) -> Bool {
    a.twin.truth.scalars.withUnsafeBufferPointer { first in
      b.twin.truth.scalars.withUnsafeBufferPointer { first.baseAddress == $0.baseAddress }
    }
  }

  @Test func aWorldIsMadeOnceAndIsThatOfItsKey() throws {
    let shared = SharedWorlds(capacity: 2)
    let first = try shared(RandomKey(1), of: experiment)
    #expect(areOne(first, try shared(RandomKey(1), of: experiment)))
    let own = try experiment.world(key: RandomKey(1))
    #expect(!areOne(first, own) && first.twin.truth == own.twin.truth)
    #expect(first.twin.observations == own.twin.observations)
  }

  @Test func otherKeysRegimesAndLengthsAreOtherWorlds() throws {
    let shared = SharedWorlds(capacity: 4)
    let first = try shared(RandomKey(1), of: experiment)
    var (stationary, longer) = (experiment, experiment)
    stationary.regime = .stationary
    longer.cycles = 3
    let others = [
      try shared(RandomKey(2), of: experiment),
      try shared(RandomKey(1), of: stationary),
      try shared(RandomKey(1), of: longer),
    ]
    #expect(others.allSatisfy { $0.twin.truth != first.twin.truth })
    #expect(areOne(first, try shared(RandomKey(1), of: experiment)))
  }

  @Test func onlyTheLatestAreKept() throws {
    let shared = SharedWorlds(capacity: 1)
    let first = try shared(RandomKey(1), of: experiment)
    _ = try shared(RandomKey(2), of: experiment)
    let again = try shared(RandomKey(1), of: experiment)
    #expect(!areOne(first, again) && first.twin.truth == again.twin.truth)
  }

  @Test func threadsThatComeAtOnceShareIt() throws {
    let shared = SharedWorlds(capacity: 2)
    let worlds = try WorkPool(threads: 4).mapParts(of: 4) { _ in
      try shared(RandomKey(1), of: experiment)
    }
    #expect(worlds.dropFirst().allSatisfy { areOne(worlds[0], $0) })
  }
}
