import Foundation
import TestSupport
import Testing

/// Damaged NetCDF and daily files: each must end in an error that is told, or in data.
///
/// `PPL_FUZZ_SEED` and `PPL_FUZZ_COUNT` choose mutants as in `DataFuzzTests`; 200 if not given. Classic files are those of the
/// shared data, where they are.
@Suite struct RecordFuzzTests {
  static let parts = FuzzRun.parts(count: 200)

  @Test(arguments: parts)
  func everyDamagedFileEndsInAnErrorThatIsToldOrInData(seeds: Range<Int>) async throws {
    let (first, end) = (seeds.lowerBound, seeds.upperBound)
    try await FuzzRun.expectDone { path in
      await #expect(processExitsWith: .success) {
        [first = first as Int, end = end as Int, path = path as String] in
        try runRecordMutants(first..<end, log: path)
      }
    }
  }
}

/// Runs mutants until one fails, which ends the process.
private func runRecordMutants(_ seeds: Range<Int>, log: String) throws {
  var netCDF: [(name: String, bytes: [UInt8])] = [("a.nc", try RecordMutant.netCDF4())]
  for kind in SharedData.isThere ? ["classic", "64bit_offset", "cdf5", "netcdf4"] : [] {
    let url = SharedData.folder.appending(path: "netcdf/spain_txx_\(kind).nc")
    netCDF.append((url.lastPathComponent, try [UInt8](Data(contentsOf: url))))
  }
  try FuzzRun.run(seeds, log: log) { seed in
    let mutant = RecordMutant(seed: seed, netCDF: netCDF)
    return ("\(mutant.name): \(mutant.story.joined(separator: "; "))", mutant.problem)
  }
}
