import PPL
import Plugins
import Runs
import SpectralFields
import SpectrumEstimator
import SpectrumExamples
import TestSupport
import Testing

@testable import LSEF

struct StaticSettingsTests {
  /// 114 points and a short training.
  private static let design: StaticDesign = {
    var training = SpectrumTraining.sphere
    (training.batchSize, training.epochs) = (114, 4)
    return StaticDesign(
      sphere: Sphere(latitudes: 9, maximumWavenumber: 7), trainingReplicates: 3,
      training: training, lengths: [3_000, 6_000])
  }()

  private func report(_ flags: [String]) throws -> RunReport {
    try StaticCommand(design: Self.design).run(
      RunOptions.parse([]), StaticCommand.Options.parse(["--replicates", "3"] + flags),
      control: RunControl(progress: .silent))
  }

  private struct Numbers: Decodable {
    let scores: [String: ReportedScore]
    let localization: Double
    let density: Double?
    let observations: Int
  }

  private func numbers(_ flags: String...) throws -> Numbers { try report(flags).reported() }

  @Test func theHybridWeightMixesTheEnsembleAndTheMean() throws {
    let (all, none) = (try numbers("--hybrid-weight", "1"), try numbers("--hybrid-weight", "0"))
    expectClose(
      [all.scores["Hybrid-B"]?.rmse ?? .nan], [all.scores["EnKF-B"]?.rmse ?? 0], relative: 1e-10)
    expectClose(
      [none.scores["Hybrid-B"]?.rmse ?? .nan], [none.scores["Mean-B"]?.rmse ?? 0], relative: 1e-10)
  }

  @Test func aThresholdOfZeroKeepsTheAnalysisAndALargeOneDoesNot() throws {
    let dense = try numbers()
    let (zero, large) = (try numbers("--threshold", "0"), try numbers("--threshold", "0.3"))
    #expect(dense.density == nil && zero.density ?? 0 > 0.9 && large.density ?? 1 < 0.5)
    for scheme in ["LSEF-B", "Shape-B"] {
      // Conjugate gradients stop at a relative residual of 1e-6.
      expectClose(
        [zero.scores[scheme]?.rmse ?? .nan], [dense.scores[scheme]?.rmse ?? 0], relative: 1e-5)
      #expect(large.scores[scheme]?.rmse != dense.scores[scheme]?.rmse)
    }
    #expect(zero.scores["EnKF-B"]?.rmse == dense.scores["EnKF-B"]?.rmse)
    let table = try report(["--threshold", "0.3"]).table
    #expect(
      table.contains("; W with ") && table.contains("other than published: threshold of W 0.3"))
  }

  /// Each setting changes the schemes that it is of, and no other.
  @Test(arguments: [
    (["--inflation", "1.2"], ["LSEF-B", "Shape-B", "Hybrid-B", "EnKF-B"]),
    (["--localization", "9000"], ["Hybrid-B", "EnKF-B"]),
    (["--exact-filters"], ["LSEF-B", "Shape-B", "Hybrid-B", "Mean-B"]),
    (["--bands", "5"], ["LSEF-B", "Shape-B"]), (["--band-exponent", "2"], ["LSEF-B", "Shape-B"]),
    (["--loss", "absolute"], ["LSEF-B"]), (["--loss", "mixed"], ["LSEF-B"]),
    (["--hidden", "8"], ["LSEF-B"]), (["--activation", "tanh"], ["LSEF-B"]),
  ])
  func aSettingChangesItsSchemesAlone(flags: [String], changed: [String]) throws {
    let (own, published): (Numbers, Numbers) = (
      try report(flags).reported(), try report([]).reported()
    )
    for (scheme, score) in published.scores {
      #expect(
        (own.scores[scheme]?.rmse != score.rmse) == changed.contains(scheme),
        "\(scheme) by \(flags)")
    }
  }

  @Test func observationsAndTruthsFollowTheirFlags() throws {
    let published = try numbers()
    let own = try numbers("--observations", "20", "--localization", "4000")
    #expect(own.observations == 20 && published.observations == 57 && own.localization == 4_000)
    // Fewer observations, larger errors.
    #expect(own.scores["EnKF-B"]?.rmse ?? 0 > published.scores["EnKF-B"]?.rmse ?? 1)
    let exact = try numbers("--observation-variance", "0.01")
    #expect(exact.scores["EnKF-B"]?.rmse ?? 1 < published.scores["EnKF-B"]?.rmse ?? 0)
    #expect(
      try numbers("--unit-variance").scores["Mean-B"]?.rmse != published.scores["Mean-B"]?.rmse)
  }

  @Test func unitVarianceMakesTheStrengthIndependentOfTheLength() throws {
    for length in ["1", "10"] {
      let options = try StaticCommand.Options.parse(["--unit-variance", "--length", length])
      let design = try Self.design.with(options.settings)
      let truth = design.truth(options.point(design))
      expectClose(
        [truth.domain.variance(ofSpectrum: truth.preTransformSpectrum)], [1], relative: 1e-12)
    }
  }

  @Test func aNetworkIsReadFromAFolderAndOneOfOtherBandsIsRefused() throws {
    try withTemporaryFolder { folder in
      func write(_ bank: FilterBank, _ sample: String) throws {
        let provenance = SpectrumNetworkFiles.Provenance(
          program: "test 1", seed: 0, sample: sample, pairs: 0, epochs: [])
        try SpectrumNetworkFiles.write(exampleNetwork(bank), provenance: provenance, to: folder)
      }
      try write(.sphere(7), "none")
      let own = try numbers("--network", folder.path)
      let published = try numbers()
      #expect(own.scores["LSEF-B"]?.rmse != published.scores["LSEF-B"]?.rmse)
      #expect(own.scores["EnKF-B"]?.rmse == published.scores["EnKF-B"]?.rmse)
      #expect(throws: OtherBank(folder: folder.path, trained: "", given: "exponent 2")) {
        try report(["--network", folder.path, "--band-exponent", "2"])
      }
      try write(.sphere(7), "truths; filter bank with exponent 2; means of the posterior")
      _ = try numbers("--network", folder.path, "--band-exponent", "2")
      #expect(throws: OtherBank(folder: folder.path, trained: "exponent 2", given: "")) {
        try report(["--network", folder.path])
      }
      try write(.sphere(9), "none")
      #expect(
        throws: OtherNetwork(
          folder: folder.path,
          reason: .size(what: "the network's spectrum", given: 10, expected: 8),
          preset: "sphere", domain: "sphere")
      ) { try report(["--network", folder.path]) }
    }
    #expect(
      "\(OtherBank(folder: "f", trained: "", given: "bands 5"))"
        == "--network f was trained with the published filter bank, but the flags give bands 5; give --bands, --band-exponent and --band-set as in its training, or train another by `ppl fit lsef-spectrum`."
    )
  }

  @Test(arguments: [
    (
      ["--network", "f", "--hidden", "8"],
      "--hidden is of the training, but --network names a trained network; leave out one of the two."
    ),
    (["--network", ""], "--network is empty, but must be a path."),
    (["--threshold", "0.9"], "--threshold is 0.9, but must be from 0 to 0.5."),
    (["--hybrid-weight", "2"], "--hybrid-weight is 2.0, but must be from 0 to 1."),
    (["--inflation", "0"], "--inflation is 0.0, but must be from 0.1 to 10."),
    (["--localization", "0"], "--localization is 0.0, but must be from 0.001 to 1000000."),
    (["--observations", "0"], "--observations is 0, but must be from 1 to 1000000."),
    (
      ["--observation-variance", "nan"],
      "--observation-variance is nan, but must be from 1e-09 to 1000000000."
    ),
    (
      ["--domain", "circle", "--exact-filters"],
      "--exact-filters is of the sphere: on the circle filters are always exact; leave it out."
    ),
    (
      ["--domain", "circle", "--unit-variance"],
      "--unit-variance is of the sphere: on the circle these fields always have variance 1; leave it out."
    ),
    (
      ["--band-set", "b"],
      "--band-set is b, but both sets are of the circle; leave it out for the sphere."
    ),
  ])
  func flagsSayWhatTheyNeed(flags: [String], message: String) {
    #expect {
      _ = try StaticCommand.Options.parse(flags)
    } throws: { StaticCommand.Options.message(for: $0) == message }
  }

  @Test func aLossThatIsNoneIsRefusedWithTheNamesOfAll() {
    #expect {
      _ = try StaticCommand.Options.parse(["--loss", "l1"])
    } throws: {
      StaticCommand.Options.message(for: $0).contains(
        "--loss is l1, but must be variance, mean-square, low-wavenumbers, absolute, mixed or analysis-error."
      )
    }
  }
}
