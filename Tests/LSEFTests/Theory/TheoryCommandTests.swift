import Foundation
import Plugins
import Runs
import TestSupport
import Testing

@testable import LSEF

struct TheoryCommandTests {
  private func report(_ flags: String..., run: [String] = []) throws -> RunReport {
    try TheoryCommand().run(
      RunOptions.parse(run), TheoryCommand.Options.parse(flags),
      control: RunControl(progress: .silent))
  }

  @Test func theAppendicesAreInNumbersOnBothDomains() throws {
    let circle = try report("--replicates", "1", "--trials", "20")
    for heading in [
      "C: spectral functions", "L = 10, Q = 3, 20 series", "D: width of kernels",
      "20 random, smallest", "E: local stationarity", "on the circle", "  band 6",
    ] {
      #expect(circle.table.contains(heading), "\(heading)")
    }
    #expect(!circle.table.contains("nan"))
    // One key, one report, whatever the threads.
    let again = try report("--replicates", "1", "--trials", "20", run: ["--threads", "3"])
    #expect(again.table == circle.table)
  }

  @Test func figure7CountsTheTermsOfTheCovariance() throws {
    let figure = try termsFigure(maximumWavenumber: 2, bandwidth: 1)
    #expect(figure.csv.contains("\n3,3,1,2\n") && figure.csv.contains("\n0,0,3,-1 0 1\n"))
  }

  @Test(arguments: [
    (["--domain", "plane"], "--domain is plane, but must be sphere or circle."),
    (["--replicates", "0"], "--replicates is 0, but must be from 1 to 10000."),
    (["--trials", "0"], "--trials is 0, but must be from 1 to 1000000."),
    (
      ["--domain", "sphere", "--band-set", "b"],
      "--band-set is b, but both sets are of the circle; leave it out for the sphere."
    ),
    (["--bands", "2"], "--bands is 2, but must be from 3 to 12."),
    (["--band-set", "c"], "--band-set is c, but must be a or b."),
    (["--band-exponent", "0"], "--band-exponent is 0.0, but must be from 0.5 to 20."),
  ])
  func flagsSayWhatTheyNeed(flags: [String], message: String) {
    #expect {
      _ = try TheoryCommand.Options.parse(flags)
    } throws: { TheoryCommand.Options.message(for: $0) == message }
  }
}
