import Foundation
import PPL
import Plugins
import Runs
import SpectralFields
import SpectrumEstimator
import TestSupport
import Testing

@testable import LSEF

/// The settings of `lsef-static` that differ from the published ones.
struct StaticSettingsTests {
  private static let design: StaticDesign = {
    var training = SpectrumTraining.sphere
    (training.batchSize, training.epochs) = (114, 2)
    return StaticDesign(
      sphere: Sphere(latitudes: 9, maximumWavenumber: 7), trainingReplicates: 2,
      training: training, lengths: [6_000])
  }()

  private struct Numbers: Decodable { let scores: [String: ReportedScore] }

  private func scores(_ flags: String...) throws -> [String: Double] {
    let report = try StaticCommand(design: Self.design).run(
      RunOptions.parse([]), StaticCommand.Options.parse(["--replicates", "2"] + flags),
      control: RunControl(progress: .silent))
    let numbers: Numbers = try report.reported()
    return numbers.scores.mapValues(\.rmse)
  }

  @Test func settingsChangeTheSchemesThatTheyAreOf() throws {
    let own = try scores()
    // All weight on the ensemble is EnKF-B, none is Mean-B.
    let ensemble = try scores("--hybrid-weight", "1")
    #expect(ensemble["Hybrid-B"] == ensemble["EnKF-B"])
    let mean = try scores("--hybrid-weight", "0")
    #expect(abs((mean["Hybrid-B"] ?? 0) - (mean["Mean-B"] ?? 1)) < 1e-9)
    #expect(ensemble["LSEF-B"] == own["LSEF-B"] && ensemble["Shape-B"] == own["Shape-B"])
    // A threshold of 0 keeps all of W, and the solution by conjugate gradients is the direct one.
    let sparse = try scores("--threshold", "0")
    #expect(abs((sparse["LSEF-B"] ?? 0) - (own["LSEF-B"] ?? 1)) < 1e-6)
    #expect(sparse["EnKF-B"] == own["EnKF-B"])
    let thresholded = try scores("--threshold", "0.2")
    #expect(thresholded["LSEF-B"] != sparse["LSEF-B"])
    for flags in [
      ["--inflation", "1.3"], ["--localization", "3000"], ["--observations", "20"],
      ["--observation-variance", "4"],
    ] {
      #expect(try scores(flags[0], flags[1])["EnKF-B"] != own["EnKF-B"], "\(flags)")
    }
    for flags in [["--hidden", "5"], ["--activation", "tanh"], ["--loss", "mixed"]] {
      #expect(try scores(flags[0], flags[1])["LSEF-B"] != own["LSEF-B"], "\(flags)")
    }
    #expect(try scores("--bands", "4")["Shape-B"] != own["Shape-B"])
    #expect(try scores("--unit-variance")["EnKF-B"] != own["EnKF-B"])
    #expect(try scores("--exact-filters")["Shape-B"] != own["Shape-B"])
  }

  @Test func whatDiffersFromThePublishedSettingsIsSaid() throws {
    #expect(try StaticSettings.parse([]).changes.isEmpty)
    let flags = [
      "--hybrid-weight", "0.3", "--bands", "8", "--exact-filters", "--threshold", "0.01",
    ]
    #expect(
      try StaticSettings.parse(flags).changes == [
        "filter bank with bands 8", "threshold of W 0.01", "hybrid weight 0.3", "exact filters",
      ])
  }

  @Test(arguments: [
    (["--threshold", "0.6"], "--threshold is 0.6, but must be from 0 to 0.5."),
    (["--hybrid-weight", "2"], "--hybrid-weight is 2.0, but must be from 0 to 1."),
    (["--inflation", "0"], "--inflation is 0.0, but must be from 0.1 to 10."),
    (["--observations", "0"], "--observations is 0, but must be from 1 to 1000000."),
    (
      ["--network", "x", "--hidden", "5"],
      "--hidden is of the training, but --network names a trained network; leave out one of the two."
    ),
    (["--network", ""], "--network is empty, but must be a path."),
    (
      ["--domain", "circle", "--exact-filters"],
      "--exact-filters is of the sphere: on the circle filters are always exact; leave it out."
    ),
    (
      ["--domain", "circle", "--unit-variance"],
      "--unit-variance is of the sphere: on the circle these fields always have variance 1; leave it out."
    ),
  ])
  func flagsSayWhatTheyNeed(flags: [String], message: String) {
    let error = #expect(throws: (any Error).self) { try StaticCommand.Options.parse(flags) }
    #expect(error.map(StaticCommand.Options.message(for:)) == message)
  }

  @Test func aFolderWithoutANetworkAndANetworkOfOtherBandsAreRefused() throws {
    try withTemporaryFolder { folder in
      #expect(throws: (any Error).self) {
        try Self.design.network(in: folder.path, bank: BandOptions.parse([]))
      }
    }
    let provenance = SpectrumNetworkFiles.Provenance(
      program: "ppl", seed: 0, sample: "a; filter bank with bands 8", pairs: 1, epochs: [])
    let error = #expect(throws: OtherBank.self) {
      try BandOptions.parse([]).check(provenance, in: "net")
    }
    #expect(
      error?.description
        == "--network net was trained with bands 8, but the flags give the published filter bank; give --bands, "
        + "--band-exponent and --band-set as in its training, or train another by `ppl fit lsef-spectrum`."
    )
  }
}
