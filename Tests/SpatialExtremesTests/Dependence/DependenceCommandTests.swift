import Foundation
import Inference
import PPL
import Plugins
import Runs
import TestSupport
import Testing

@testable import SpatialExtremes

/// `--dependence` from the flag to the report, the files and the predictions.
@Suite struct DependenceCommandTests {
  /// Simulated maxima of 6 stations that share a level each year.
  private static let alike: StationMaxima = {
    let keys = RandomKey(21).split()
    let (S, T) = (6, 20)
    let shared = keys.0.normal([1, T]).scalars
    let own = keys.1.normal([S, T]).scalars
    return StationMaxima(
      stations: PredictionFolder.data.stations, years: Array(2001...(2000 + T)),
      covariate: (0..<T).map { 0.05 * Double($0) },
      maxima: (0..<S * T).map { k in 36 + 1.2 * shared[k % T] + 0.9 * own[k] })
  }()

  private func report(
    _ flags: [String], _ data: StationMaxima = alike, steps: Int = 150
  ) throws -> RunReport {
    var report: RunReport?
    try withTemporaryFolder { folder in
      try data.write(to: folder.appending(path: "data"))
      report = try ExtremesCommand<GEVMultiplicative>().fit(
        ["--data", folder.appending(path: "data").path, "--draws", "60"]
          + (flags.contains("--backend") ? [] : ["--backend", "svi", "--steps", "\(steps)"])
          + flags)
    }
    return try #require(report)
  }

  private func numbers(_ report: RunReport) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(report.numbers))
  }

  private func message(_ flags: [String], _ data: StationMaxima = alike) -> String {
    do {
      _ = try report(flags, data, steps: 5)
      return ""
    } catch { return "\(error)" }
  }

  private func deviation(_ report: RunReport, _ site: String) throws -> Double {
    try #require(numbers(report)["parameters"]?[site]?["sd"]?.double)
  }

  /// Own data with several stations are widened by default, which the report says in one sentence with its numbers.
  @Test func ownDataAreWidenedByDefault() throws {
    let (usual, independent) = (
      try report([]), try report(["--dependence", "independent"])
    )
    let dependence = try #require(numbers(usual)["dependence"])
    #expect(dependence["method"]?.string == "adjusted")
    let correlation = try #require(dependence["residual_correlation"]?.double)
    // 1.44 / 2.25 of the variance is shared; the fit takes some of it for warming.
    #expect(correlation > 0.4 && correlation < 0.8)
    let before = try #require(dependence["deviations"]?["mu0"]?["independent"]?.double)
    let after = try #require(dependence["deviations"]?["mu0"]?["widened"]?.double)
    // Six stations that weigh like 1.5 have a mean with twice the deviation.
    #expect(after / before > 1.4 && after / before < 3)
    expectClose([try deviation(usual, "mu0")], [after], relative: 1e-9)
    expectClose([try deviation(independent, "mu0")], [before], relative: 1e-9)
    let sentence = usual.table.split(separator: "\n").first { $0.hasPrefix("stations of a year") }
    let text = try #require(sentence.map(String.init))
    #expect(text.contains("are alike: mean residual correlation"))
    #expect(text.contains("over 15 pairs ("))
    #expect(text.contains("; intervals were widened for it by --dependence adjusted; "))
    #expect(text.contains(" sd ") && text.contains(" became "))
    #expect(usual.table.contains("chi(u), in data against model: "))
    #expect(
      independent.table.contains(
        "intervals take them as independent and are too narrow; take --dependence adjusted or copula"
      ))
    #expect(dependence["chi"]?.elements.count == 3)
  }

  @Test func theEmbeddedExampleStaysIndependent() throws {
    let report = try ExtremesCommand<GEVMultiplicative>().fit(["--steps", "30", "--draws", "10"])
    #expect(try numbers(report)["dependence"]?["method"]?.string == "independent")
    #expect(report.table.contains("stations of a year are "))
    #expect(!report.table.contains("were widened"))
  }

  @Test func refitsAreCountedAndAgreeWithScores() throws {
    let (adjusted, resampled) = (
      try report(["--dependence", "adjusted"]),
      try report(["--dependence", "resample", "--resamples", "100"])
    )
    #expect(resampled.table.contains("100 refits to resampled years "))
    let numbers = try #require(numbers(resampled)["dependence"])
    #expect(numbers["refits"]?.double == 100 && numbers["method"]?.string == "resample")
    // 100 refits of 20 years: 7 % for the former, 16 % for the scores' own error which both share.
    for site in ["mu0", "beta0"] {
      expectClose(
        [try deviation(resampled, site)], [try deviation(adjusted, site)], relative: 0.3, site)
    }
  }

  /// An interruption after the fit leaves its draws as they are, which the report says; predictions of it are not made.
  @Test func anInterruptionKeepsTheFit() throws {
    let command = ExtremesCommand<GEVMultiplicative>()
    let fitted = try command.fitted(
      ["--backend", "svi", "--steps", "50", "--draws", "20", "--dependence", "independent"],
      on: ExtremesDataset(data: Self.alike))
    let context = FitContext(
      fitted.settings, control: RunControl(progress: .silent, isCancelled: { true }))
    for method in [nil, DependenceMethod.adjusted, .resample] {
      var options = fitted.options
      options.dependence = method
      let fit = try command.adjusted(
        fitted.fit, options, fitted.dataset, fitted.problem, in: context)
      guard let kept = fit as? DependentFit, case .unchanged(let reason) = kept.outcome else {
        Issue.record("\(fit)")
        continue
      }
      #expect(reason.hasPrefix("the run was interrupted before they were widened"))
      #expect(
        try kept.posterior(draws: 20, key: RandomKey(1), pool: .serial).draws["mu0"].scalars
          == fitted.fit.posterior(draws: 20, key: RandomKey(1), pool: .serial).draws["mu0"].scalars)
    }
  }

  /// A mistake in a model is no reason to take stations as independent.
  @Test func aMistakeOfTheModelIsThrown() throws {
    let command = ExtremesCommand<GEVMultiplicative>()
    let fitted = try command.fitted(
      ["--backend", "svi", "--steps", "5", "--draws", "20", "--dependence", "independent"],
      on: ExtremesDataset(data: Self.alike))
    let problem = InferenceProblem(
      Model<Void> { p in p.fail(.other(site: "y", message: "a mistake")) })
    var options = fitted.options
    options.dependence = nil
    #expect(throws: ModelError.self) {
      try command.adjusted(fitted.fit, options, fitted.dataset, problem, in: fitted.context)
    }
  }

  @Test func digitsDoNotDependOnThreads() throws {
    for method in ["adjusted", "resample"] {
      let flags = ["--dependence", method] + (method == "resample" ? ["--resamples", "30"] : [])
      let (one, two) = (
        try report(flags + ["--threads", "1"]), try report(flags + ["--threads", "2"])
      )
      func digits(_ report: RunReport) throws -> [UInt64?] {
        let numbers = try numbers(report)
        let scalars = try ["mu0", "beta0", "xi"].map {
          try #require(numbers["parameters"]?[$0]?["sd"]?.double)
        }
        let field = try #require(numbers["beta_field"]).elements.map { $0["q95"]?.double }
        return (scalars + field).map { $0?.bitPattern }
      }
      #expect(try digits(one) == digits(two), "\(method)")
    }
  }

  /// The levels of `ppl predict` are those of the widened draws in the files of the fit, to the last digit.
  @Test(arguments: ["adjusted", "independent"])
  func predictionsUseTheWidenedDraws(method: String) throws {
    try PredictionFolder.with { folder in
      folder.fit("gev-multiplicative", ["--dependence", method])
      let run = try JSONDecoder().decode(
        JSONValue.self, from: Data(contentsOf: folder.url.appending(path: "run/run.json")))
      #expect(run["dependence"]?.string == method)
      let levels = try #require(try folder.numbers("--period", "100")["levels"]).elements
      let text = try String(
        contentsOf: folder.url.appending(path: "run/stations_posterior.csv"), encoding: .utf8)
      let lines = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
      let column = try #require(lines[0].firstIndex(of: "z100_2012_sd"))
      for (level, line) in zip(levels, lines.dropFirst()) {
        let (found, expected) = try (
          #require(level["sd"]?.double), #require(Double(line[column]))
        )
        // The sums of the table go through another order.
        expectClose([found], [expected], relative: 1e-9)
      }
    }
  }

  @Test func theCopulaIsFittedWithAnyModelOfTerms() throws {
    let report = try report(["--dependence", "copula"])
    let numbers = try numbers(report)
    #expect(numbers["dependence"]?["method"]?.string == "copula")
    #expect(numbers["parameters"]?["c2"]?["mean"]?.double != nil)
    #expect(report.table.contains("depend on each other by the copula of the model"))
    let model = try #require(numbers["dependence"]?["chi"]?.elements.first?["model"]?.double)
    #expect(model > 0.25)
  }

  @Test func aTreatmentThatIsNotPossibleIsRefusedWithItsReason() throws {
    #expect(
      message(["--dependence", "adjusted", "--backend", "adam", "--steps", "5"])
        == "--dependence adjusted is not possible: a fit to a point has no draws; take --backend nuts."
    )
    let few = StationMaxima(
      stations: Self.alike.stations, years: Array(2001...2005), covariate: [0, 0.1, 0.3, 0.2, 0.5],
      maxima: (0..<30).map { Self.alike.maxima[$0 / 5 * 20 + $0 % 5] })
    #expect(
      message(["--dependence", "adjusted"], few).hasPrefix(
        "--dependence adjusted is not possible: there are 5 years, but the covariance of their scores needs at least "
      ))
    #expect(
      message(["--dependence", "adjusted"], few).hasSuffix("; take --dependence independent."))
    // Without the flag the fit says so and stays.
    let table = try report([], few, steps: 20).table
    #expect(table.contains("intervals take stations as independent, since there are 5 years, but "))
    for (flags, text) in [
      (["--resamples", "50"], "--resamples does not apply to a fit without --dependence resample"),
      (["--dependence", "resample", "--resamples", "3"], "--resamples is 3, but must be from 20"),
      (["--dependence", "frail"], "frail"),
    ] {
      #expect(message(flags).contains(text), "\(message(flags))")
    }
    func copula(_ flags: [String], _ data: StationMaxima) -> String {
      do {
        try withTemporaryFolder { folder in
          try data.write(to: folder.appending(path: "data"))
          _ = try ExtremesCommand<GEVCopula>().fit(
            ["--data", folder.appending(path: "data").path] + flags)
        }
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      copula(["--dependence", "adjusted"], Self.alike)
        == "--dependence adjusted is not possible: gev-copula has a dependence of its own, its copula; leave it out."
    )
  }

  @Test func oneStationHasNoDependence() throws {
    let single = StationMaxima(
      stations: [Self.alike.stations[0]], years: Self.alike.years,
      covariate: Self.alike.covariate, maxima: Array(Self.alike.maxima.prefix(20)))
    try withTemporaryFolder { folder in
      try single.write(to: folder.appending(path: "data"))
      let flags = [
        "--data", folder.appending(path: "data").path, "--location", "1 + gmst", "--backend",
        "svi", "--steps", "20", "--draws", "10",
      ]
      let report = try ExtremesCommand<GEVByFormula>().fit(flags)
      #expect(try numbers(report)["dependence"] == nil)
      let error = #expect(throws: DependenceError.self) {
        try ExtremesCommand<GEVByFormula>().fit(flags + ["--dependence", "copula"])
      }
      #expect(
        error?.description
          == "--dependence copula is not possible: the data have one station; leave it out.")
    }
  }

  /// Standard errors of maximum likelihood are those of years: larger where stations share a level.
  @Test func maximumLikelihoodHasTheErrorsOfYears() throws {
    try withTemporaryFolder { folder in
      try Self.alike.write(to: folder.appending(path: "data"))
      func error(_ flags: [String]) throws -> (Double, String) {
        let report = try ExtremesCommand<GEVByFormula>().fit(
          [
            "--data", folder.appending(path: "data").path, "--location", "1 + gmst", "--backend",
            "mle",
          ] + flags)
        let numbers = try numbers(report)
        return (
          try #require(numbers["parameters"]?["beta0"]?["sd"]?.double), report.table
        )
      }
      let (adjusted, table) = try error([])
      let (independent, _) = try error(["--dependence", "independent"])
      #expect(adjusted > 1.3 * independent, "\(adjusted) \(independent)")
      #expect(
        table.contains("standard errors are those of independent years (--dependence adjusted)"))
      let refused = #expect(throws: DependenceError.self) {
        try error(["--dependence", "resample"])
      }
      #expect(
        refused?.description
          == "--dependence resample is not possible: maximum likelihood has no draws of a posterior; take --dependence adjusted."
      )
    }
  }
}
