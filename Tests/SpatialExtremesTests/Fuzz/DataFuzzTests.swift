import Foundation
import Synchronization
import TestSupport
import Testing

/// Mutated data folders: each must end in an error that is told, or in a fit.
///
/// `PPL_FUZZ_SEED` is the seed of the first mutant, 0 if not given, and `PPL_FUZZ_COUNT` how many there are, 300 if not
/// given: `PPL_FUZZ_SEED=1234 PPL_FUZZ_COUNT=1 swift test --filter DataFuzzTests` is mutant 1234 alone.
@Suite struct DataFuzzTests {
  private static func setting(_ name: String, _ other: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? other
  }

  /// The mutants in parts of at most 100, each run by a process of its own: a trap ends one of them.
  static let parts: [Range<Int>] = {
    let (first, count) = (setting("PPL_FUZZ_SEED", 0), max(setting("PPL_FUZZ_COUNT", 300), 0))
    return stride(from: first, to: first + count, by: 100).map {
      $0..<min($0 + 100, first + count)
    }
  }()

  @Test(arguments: parts)
  func everyMutantEndsInAnErrorThatIsToldOrInAFit(seeds: Range<Int>) async throws {
    let (first, end) = (seeds.lowerBound, seeds.upperBound)
    // Each mutant is told before it runs: the last line is that which failed.
    let log = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).log")
    defer { try? FileManager.default.removeItem(at: log) }
    let path = log.path
    try Data().write(to: log)
    await #expect(processExitsWith: .success) {
      [first = first as Int, end = end as Int, path = path as String] in
      try runMutants(first..<end, log: path)
    }
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    if lines.last != "done" { Issue.record("\(lines.suffix(2).joined(separator: "\n"))") }
  }

  @Test func aSeedAlwaysGivesTheSameMutant() {
    let twice = (0..<2).map { _ in (0..<50).map { Mutant(seed: $0) } }
    #expect(zip(twice[0], twice[1]).allSatisfy { $0.files == $1.files && $0.story == $1.story })
    #expect(Set(twice[0].map(\.files)).count > 40)
  }
}

/// Runs mutants until one fails, which ends the process.
private func runMutants(_ seeds: Range<Int>, log: String) throws {
  let handle = try FileHandle(forWritingTo: URL(filePath: log))
  @Sendable func tell(_ text: String) { handle.write(Data((text + "\n").utf8)) }
  let watch = Watch { tell("it takes too long") }
  for seed in seeds {
    let mutant = Mutant(seed: UInt64(bitPattern: Int64(seed)))
    tell("PPL_FUZZ_SEED=\(seed) PPL_FUZZ_COUNT=1 (\(mutant.story.joined(separator: "; ")))")
    watch.begin()
    try withTemporaryFolder { folder in
      guard let problem = try mutant.problem(in: folder) else { return }
      tell(problem)
      exit(EXIT_FAILURE)
    }
  }
  tell("done")
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
