import PPL
import Plotting
import Plugins
import Runs
import TestSupport
import Testing

@testable import LSEF

struct TheoryCommandTests {
  private func report(_ flags: String..., run: [String] = []) throws -> RunReport {
    try TheoryCommand().run(
      RunOptions.parse(run),
      TheoryCommand.Options.parse(["--replicates", "2", "--trials", "20"] + flags),
      control: RunControl(progress: .silent))
  }

  private struct Numbers: Decodable {
    struct Reconstruction: Decodable { let largest: Double }
    struct Kernels: Decodable { let smallest, positive, smallestRandom: Double }
    struct Stationarity: Decodable {
      let nu: Double
      let nonStationarityLength: Double?
    }
    let reconstructions: [Reconstruction]
    let kernels: Kernels
    let stationarity: [Stationarity]
  }

  @Test func theAppendicesHoldInNumbers() throws {
    let numbers: Numbers = try report().reported()
    #expect(numbers.reconstructions.count == 3 && numbers.reconstructions[0].largest < 1e-10)
    expectClose([numbers.kernels.positive], [numbers.kernels.smallest], relative: 1e-12)
    #expect(numbers.kernels.smallestRandom > numbers.kernels.smallest)
    let points = numbers.stationarity
    // Appendix E: nu grows with the strength and is 0 for a stationary truth; Lambda grows with the length.
    let strengths = points.prefix(5).map(\.nu)
    #expect(strengths[0] == 0 && strengths == strengths.sorted())
    #expect(points[0].nonStationarityLength == nil)
    let lengths = [points[5], points[2], points[6], points[7]].compactMap(\.nonStationarityLength)
    #expect(lengths.count == 4 && lengths == lengths.sorted())
  }

  @Test func threadsChangeNoDigitAndTheSeedDoes() throws {
    let one = try report(run: ["--threads", "1"]).table
    #expect(one == (try report(run: ["--threads", "2"]).table))
    #expect(one != (try report(run: ["--seed", "1"]).table))
  }

  @Test func figureSevenCountsTheTermsOfEachEntry() throws {
    let drawn = try termsFigure(maximumWavenumber: 2, bandwidth: 1)
    let map = try #require(drawn.figure as? HeatMap)
    #expect(map.x == [-3, -2, -1, 0, 1, 2, 3] && map.panels[0].values[6] == [0, 0, 0, 0, 1, 1, 1])
    #expect(map.panels[0].values[3] == [0, 1, 2, 3, 2, 1, 0])
    let lines = drawn.csv.split(separator: "\n")
    #expect(lines.count == 50 && lines[49] == "3,3,1,2")
  }

  @Test func filesAreWrittenWithACaption() throws {
    try withTemporaryFolder { folder in
      let names = try report(run: ["--output", folder.path]).files.map(\.name)
      #expect(
        Set(names).isSuperset(of: [
          "figure7.csv", "reconstruction.csv", "stationarity.csv", "band-errors.csv",
          "captions.json", "run.json",
        ]))
    }
  }

  @Test(arguments: [
    (["--domain", "plane"], "--domain is plane, but must be sphere or circle."),
    (["--replicates", "0"], "--replicates is 0, but must be from 1 to 10000."),
    (["--trials", "0"], "--trials is 0, but must be from 1 to 1000000."),
    (["--bands", "2"], "--bands is 2, but must be from 3 to 12."),
    (["--band-exponent", "0"], "--band-exponent is 0.0, but must be from 0.5 to 20."),
    (["--band-set", "c"], "--band-set is c, but must be a or b."),
  ])
  func flagsSayWhatTheyNeed(flags: [String], message: String) {
    #expect {
      _ = try TheoryCommand.Options.parse(flags)
    } throws: { TheoryCommand.Options.message(for: $0) == message }
  }
}
