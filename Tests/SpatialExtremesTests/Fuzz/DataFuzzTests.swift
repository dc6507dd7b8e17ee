import Foundation
import Synchronization
import TestSupport
import Testing

/// Mutated data folders: each must end in an error that is told, or in a fit.
///
/// `PPL_FUZZ_SEED` is the seed of the first mutant, 0 if not given, and `PPL_FUZZ_COUNT` how many there are, 300 if not
/// given: `PPL_FUZZ_SEED=1234 PPL_FUZZ_COUNT=1 swift test --filter DataFuzzTests` is mutant 1234 alone.
@Suite struct DataFuzzTests {
  static let parts = FuzzRun.parts(count: 300)

  @Test(arguments: parts)
  func everyMutantEndsInAnErrorThatIsToldOrInAFit(seeds: Range<Int>) async throws {
    let (first, end) = (seeds.lowerBound, seeds.upperBound)
    try await FuzzRun.expectDone { path in
      await #expect(processExitsWith: .success) {
        [first = first as Int, end = end as Int, path = path as String] in
        try runMutants(first..<end, log: path)
      }
    }
  }

  @Test func aSeedAlwaysGivesTheSameMutant() {
    let twice = (0..<2).map { _ in (0..<50).map { Mutant(seed: $0) } }
    #expect(zip(twice[0], twice[1]).allSatisfy { $0.files == $1.files && $0.story == $1.story })
    #expect(Set(twice[0].map(\.files)).count > 40)
  }
}

/// Runs mutants until one fails, which ends the process.
private func runMutants(_ seeds: Range<Int>, log: String) throws {
  try FuzzRun.run(seeds, log: log) { seed in
    let mutant = Mutant(seed: seed)
    return (mutant.story.joined(separator: "; "), mutant.problem)
  }
}

/// Ends the process if one mutant takes more than 10 s of processor time, or two minutes by the clock.
final class Watch: Sendable {
  private let start = Mutex((processor: clock(), wall: ContinuousClock.now))

  init(_ tell: @escaping @Sendable () -> Void) {
    Thread.detachNewThread { [self] in
      while true {
        Thread.sleep(forTimeInterval: 0.5)
        let begun = start.withLock { $0 }
        let seconds = Double(clock() - begun.processor) / Double(CLOCKS_PER_SEC)
        if seconds > 10 || ContinuousClock.now - begun.wall > .seconds(120) {
          tell()
          exit(EXIT_FAILURE)
        }
      }
    }
  }

  func begin() { start.withLock { $0 = (clock(), .now) } }
}
