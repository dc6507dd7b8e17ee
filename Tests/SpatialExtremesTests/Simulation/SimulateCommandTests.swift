import CommandTestSupport
import Foundation
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// `ppl simulate` for models of extremes.
@Suite struct SimulateCommandTests {
  private func ppl(_ arguments: [String]) -> CommandResult {
    var registry = PluginRegistry()
    registry.register(SpatialExtremes())
    return command(arguments, registry)
  }

  /// Simulates into the folder `D` of a temporary folder.
  private func simulated(
    _ model: String, _ flags: [String] = [], _ body: (URL, CommandResult) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "D")
      try body(place, ppl(["simulate", model, "--output", place.path] + flags))
    }
  }

  private func message(_ model: String, _ flags: String...) throws -> String {
    var errors = ""
    try simulated(model, flags) { place, result in
      #expect(result.status != 0)
      errors = result.errors.replacing(place.path, with: "DIR")
    }
    return errors
  }

  private let small = ["--stations", "6", "--years", "2001-2012"]

  @Test(arguments: [
    "gev-multiplicative", "gev-additive", "gev-nonstationary", "gev-copula",
    "gev --location=1+field+elevation+gmst --log-scale=1+field",
  ])
  func theDataOfEveryModelCanBeFitted(model: String) throws {
    let words = model.split(separator: " ").map(String.init)
    try simulated(words[0], small + words.dropFirst()) { place, result in
      #expect(result.status == 0, "\(result.errors)")
      let data = try StationMaxima(folder: place)
      #expect(data.stations.count == 6 && data.years == Array(2001...2012))
      #expect(data.maxima.allSatisfy { $0?.isFinite == true })
      // Simulated maxima may be wilder than what checks of the data let pass.
      let allowed = DataCheck.allValueStrings.flatMap { ["--allow", $0] }
      let fit = ppl(
        ["fit", words[0], "--data", place.path, "--backend", "svi", "--steps", "3", "--quiet"]
          + allowed + words.dropFirst())
      #expect(fit.status == 0, "\(fit.errors)")
    }
  }

  /// Not even with `--overwrite`, which is for data that were simulated before.
  @Test func filesOfFitsAndOfTheirDataStay() throws {
    try PredictionFolder.with { folder in
      folder.fit()
      for (flags, owner) in [
        (["--output", folder.path("run")], "run, the folder of a run, whose files"),
        (
          ["--data", folder.path("data"), "--output", folder.path("data/../data")],
          "data/../data, the folder of --data, whose maxima"
        ),
      ] {
        let result = ppl(["simulate", "gev-multiplicative", "--overwrite"] + flags)
        #expect(result.status != 0)
        #expect(
          result.errors.replacing(folder.url.path, with: "DIR")
            == "Error: --output is DIR/\(owner) stay as they are; name another folder.")
      }
      let stored = FileManager.default.fileExists(atPath: folder.path("run/checkpoint.json"))
      #expect(stored)
    }
  }

  @Test func givenTruthIsUsedAndWritten() throws {
    let flags =
      small + ["--truth", "xi=-0.2", "--truth=mu0=21.5", "--truth", "k_mu.variance=1e-12"]
    try simulated("gev-multiplicative", flags) { place, result in
      #expect(result.output.contains(/\nxi +-0.2000\n/))
      #expect(result.output.contains(/\nmu0 +21.5000\n/))
      let truth = try String(contentsOf: place.appending(path: "truth.csv"), encoding: .utf8)
      #expect(truth.hasPrefix("station,mu_truth,beta_truth\n0,"))
    }
  }

  /// Standardized maxima of one year at a copula that hardly decays differ little; those of independent years do.
  @Test func maximaOfACopulaDependOnEachOther() throws {
    let flags = [
      "--stations", "4", "--years", "1900-1999", "--seed", "4", "--truth", "c0=0.001", "--truth",
      "c1=1", "--truth", "c2=1000", "--truth", "xi0=0", "--truth", "logsig0=0", "--truth",
      "k_sig.variance=1e-9", "--truth", "k_xi.variance=1e-9",
    ]
    try simulated("gev-copula", flags) { place, _ in
      let data = try StationMaxima(folder: place)
      let field = try String(contentsOf: place.appending(path: "truth_field.csv"), encoding: .utf8)
      let location = field.split(separator: "\n").dropFirst().compactMap {
        $0.split(separator: ",").last.flatMap { Double($0) }
      }
      let z = zip(data.maxima, location).map { ($0 ?? .nan) - $1 }
      let (a, b) = (Array(z[..<100]), Array(z[100..<200]))
      func mean(_ x: [Double]) -> Double { x.reduce(0, +) / 100 }
      let differences = mean(zip(a, b).map { ($0 - $1) * ($0 - $1) })
      // The variance of a Gumbel variable is 1.64, that of the difference of independent ones 3.29.
      #expect(differences < 0.2 && mean(a.map { $0 * $0 }) > 0.8)
    }
  }

  @Test func theSameSeedGivesTheSameData() throws {
    func text(_ seed: String) throws -> String {
      var text = ""
      try simulated("gev-multiplicative", small + ["--seed", seed]) { place, _ in
        text = try String(contentsOf: place.appending(path: "maxima.csv"), encoding: .utf8)
      }
      return text
    }
    #expect(try text("1") == text("1"))
    #expect(try text("1") != text("2"))
  }

  @Test func stationsLieOnLand() throws {
    try withTemporaryFolder { folder in
      let square = #"{"type":"Polygon","coordinates":[[[-4,38],[-2,38],[-2,40],[-4,40],[-4,38]]]}"#
      let path = folder.appending(path: "land.json").path
      try Data(square.utf8).write(to: URL(filePath: path))
      try simulated("gev-multiplicative", small + ["--mask", path]) { place, result in
        #expect(result.status == 0, "\(result.errors)")
        let stations = try StationMaxima(folder: place).stations
        #expect(stations.allSatisfy { (-4...(-2)).contains($0.longitude) })
        #expect(stations.allSatisfy { (38...40).contains($0.latitude) })
      }
      #expect(
        try message("gev-multiplicative", "--mask", path, "--box", "0,1,40,41")
          == "Error: --mask: only 0 of 40000 places of --box are inside its polygons; give other polygons or another box."
      )
    }
  }

  /// The design of own data, with its gaps.
  @Test func theDesignOfAFolderIsSimulated() throws {
    try StationFolder.with([
      "maxima.csv": StationFolder.good("maxima.csv").replacing("33.0", with: "")
    ]) { data in
      try simulated("gev-multiplicative", ["--data", data.path]) { place, result in
        #expect(result.status == 0, "\(result.errors)")
        let (made, own) = (try StationMaxima(folder: place), try StationMaxima(folder: data))
        #expect(made.stations.map(\.id) == own.stations.map(\.id))
        #expect(made.covariate == own.covariate)
        #expect(made.maxima.map { $0 == nil } == own.maxima.map { $0 == nil })
        #expect(made.maxima != own.maxima)
      }
    }
  }

  /// From 0.1 to 0.9 without noise; the logistic curve is 1/2 in the middle; the energy balance warms by less than its
  /// equilibrium of 3 °C.
  @Test func coursesOfGlobalWarmingHaveTheirShapes() {
    func course(_ trajectory: GMSTTrajectory) -> [Double] {
      trajectory.values(101, noise: 0, seed: 1)
    }
    expectClose(
      [0, 50, 100].map { course(.linear)[$0] }, [0.1, 0.5, 0.9], relative: 0, absolute: 1e-15)
    expectClose(
      [0, 50, 100].map { course(.exponential)[$0] }, [0.1, 0.3, 0.9], relative: 0, absolute: 1e-15)
    expectClose([course(.logistic)[50]], [0.5], relative: 0, absolute: 1e-15)
    let physical = GMSTTrajectory.physical.values(150, noise: 0.05, seed: 1)
    #expect(physical.count == 150 && abs(physical[0]) < 0.5)
    #expect(physical[149] > 1 && physical[149] < 3)
  }

  @Test func mistakesAreNamed() throws {
    #expect(
      try message("gev-multiplicative", "--truth", "zeta=0.1").hasPrefix(
        "Error: --truth zeta=0.1: gev-multiplicative has no such site; it has k_mu.variance, "
      ))
    #expect(
      try message("gev", "--recipe", "notebook")
        == "Error: --recipe notebook: gev has no published notebook; choose one of gev-multiplicative, gev-additive, "
        + "gev-nonstationary and gev-copula, or --recipe model.")
    #expect(
      try message("gev-multiplicative", "--recipe", "notebook", "--within", "0,40,1,42")
        == "Error: --within does not apply to --recipe notebook, whose data are those of the published notebook; leave it out."
    )
    #expect(
      try message("gev-multiplicative", "--recipe", "notebook", "--seed", "3")
        == "Error: --seed does not apply to --recipe notebook, whose data are those of the published notebook; leave it out."
    )
    #expect(
      try message("gev-multiplicative", "--data", "X", "--stations", "3")
        == "Error: --stations does not apply to --data, whose stations and years are used; leave it out."
    )
    #expect(
      try message("gev-multiplicative", "--first-year", "1990")
        == "Error: --first-year does not apply to simulations without --data, which read none; leave it out."
    )
    #expect(
      try message("gev-multiplicative", "--truth", "xi=0.1", "--truth", "xi=0.2").contains(
        "--truth gives xi more than once; give one value of it."))
    #expect(
      try message("gev-multiplicative", "--stations", "1")
        == "Error: gev-multiplicative needs at least 2 stations and 5 years; there are 1 and 40; give more by --stations and --years."
    )
    for (flag, value, text) in [
      ("--stations", "0", "--stations is 0, but must be from 1 to 100000."),
      ("--noise", "-1", "--noise is -1.0, but must be 0 or a positive number."),
      ("--spread", "0", "--spread is 0.0, but must be positive."),
      ("--mask", "", "--mask is empty, but must be a path."),
    ] { #expect(try message("gev-multiplicative", flag, value).contains(text)) }
    for (flag, value) in [("--box", "3,1,40,41"), ("--truth", "xi"), ("--years", "2000-1999")] {
      #expect(try message("gev-multiplicative", flag, value).contains("'\(value)' is invalid"))
    }
  }

  @Test func existingDataAreKept() throws {
    try simulated("gev-multiplicative", small) { place, first in
      #expect(first.status == 0)
      let again = ["simulate", "gev-multiplicative", "--output", place.path, "--seed", "1"] + small
      let refused = ppl(again)
      #expect(
        refused.errors.replacing(place.path, with: "DIR")
          == "Error: --output is DIR, which has a file stations.csv already; name another folder, or replace it with --overwrite."
      )
      #expect(refused.status == 2)
      #expect(ppl(again + ["--overwrite"]).status == 0)
    }
  }
}
