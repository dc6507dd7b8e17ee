import Foundation
import TestSupport
import Testing

/// Damaged NetCDF and daily files: each must end in an error that is told, or in data.
///
/// `PPL_FUZZ_SEED` and `PPL_FUZZ_COUNT` choose mutants as in `DataFuzzTests`; 200 if not given. Classic files are those of the
/// shared data, where they are.
@Suite struct RecordFuzzTests {
  private static func setting(_ name: String, _ other: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? other
  }

  /// The mutants in parts of at most 100, each run by a process of its own: a crash ends one of them.
  static let parts: [Range<Int>] = {
    let (first, count) = (setting("PPL_FUZZ_SEED", 0), max(setting("PPL_FUZZ_COUNT", 200), 0))
    return stride(from: first, to: first + count, by: 100).map {
      $0..<min($0 + 100, first + count)
    }
  }()

  @Test(arguments: parts)
  func everyDamagedFileEndsInAnErrorThatIsToldOrInData(seeds: Range<Int>) async throws {
    let (first, end) = (seeds.lowerBound, seeds.upperBound)
    let log = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).log")
    defer { try? FileManager.default.removeItem(at: log) }
    let path = log.path
    try Data().write(to: log)
    await #expect(processExitsWith: .success) {
      [first = first as Int, end = end as Int, path = path as String] in
      try runRecordMutants(first..<end, log: path)
    }
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    if lines.last != "done" { Issue.record("\(lines.suffix(2).joined(separator: "\n"))") }
  }
}

/// Runs mutants until one fails, which ends the process.
private func runRecordMutants(_ seeds: Range<Int>, log: String) throws {
  let handle = try FileHandle(forWritingTo: URL(filePath: log))
  @Sendable func tell(_ text: String) { handle.write(Data((text + "\n").utf8)) }
  let watch = Watch { tell("it takes too long") }
  var netCDF: [(name: String, bytes: [UInt8])] = [("a.nc", try RecordMutant.netCDF4())]
  for kind in SharedData.isThere ? ["classic", "64bit_offset", "cdf5", "netcdf4"] : [] {
    let url = SharedData.folder.appending(path: "netcdf/spain_txx_\(kind).nc")
    netCDF.append((url.lastPathComponent, try [UInt8](Data(contentsOf: url))))
  }
  for seed in seeds {
    let mutant = RecordMutant(seed: UInt64(bitPattern: Int64(seed)), netCDF: netCDF)
    tell(
      "PPL_FUZZ_SEED=\(seed) PPL_FUZZ_COUNT=1 (\(mutant.name): \(mutant.story.joined(separator: "; ")))"
    )
    watch.begin()
    try withTemporaryFolder { folder in
      guard let problem = try mutant.problem(in: folder) else { return }
      tell(problem)
      exit(EXIT_FAILURE)
    }
  }
  tell("done")
}
