import Foundation
import TestSupport
import Testing

/// The runs of mutants by processes of their own, which `PPL_FUZZ_SEED` and `PPL_FUZZ_COUNT` choose.
enum FuzzRun {
  /// The seeds of the mutants in parts of at most 100, each run by a process: a crash ends one of them.
  static func parts(count other: Int) -> [Range<Int>] {
    func setting(_ name: String, _ other: Int) -> Int {
      ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? other
    }
    let (first, count) = (setting("PPL_FUZZ_SEED", 0), max(setting("PPL_FUZZ_COUNT", other), 0))
    return stride(from: first, to: first + count, by: 100).map {
      $0..<min($0 + 100, first + count)
    }
  }

  /// Gives `body` the path of a log, which must end with "done"; its last lines are told otherwise.
  static func expectDone(_ body: (String) async throws -> Void) async throws {
    let log = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).log")
    defer { try? FileManager.default.removeItem(at: log) }
    try Data().write(to: log)
    try await body(log.path)
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    if lines.last != "done" { Issue.record("\(lines.suffix(2).joined(separator: "\n"))") }
  }

  /// Runs mutants until one fails, which ends the process; each is told before it runs, so that the last line is that which
  /// failed.
  ///
  /// - Parameter mutant: The story of the mutant of a seed, and what is wrong with how it ends in a folder.
  static func run(
    _ seeds: Range<Int>, log: String,
    _ mutant: (UInt64) -> (story: String, problem: (URL) throws -> String?)
  ) throws {
    let handle = try FileHandle(forWritingTo: URL(filePath: log))
    @Sendable func tell(_ text: String) { handle.write(Data((text + "\n").utf8)) }
    let watch = Watch { tell("it takes too long") }
    for seed in seeds {
      let (story, problem) = mutant(UInt64(bitPattern: Int64(seed)))
      tell("PPL_FUZZ_SEED=\(seed) PPL_FUZZ_COUNT=1 (\(story))")
      watch.begin()
      try withTemporaryFolder { folder in
        guard let found = try problem(folder) else { return }
        tell(found)
        exit(EXIT_FAILURE)
      }
    }
    tell("done")
  }
}
