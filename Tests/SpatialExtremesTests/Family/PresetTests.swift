import CommandTestSupport
import Foundation
import Inference
import PPL
import Plugins
import Tables
import TestSupport
import Testing

@testable import SpatialExtremes

/// The presets of the family, and what models by formula start from.
@Suite struct PresetTests {
  private func model(_ flags: [String], _ data: StationMaxima) throws -> GEVByFormula {
    try GEVByFormula(StationTensors(data), priors: GEVByFormula.Priors.parse(flags))
  }

  /// Maxima in any unit, and minima, have a finite density at the start, whatever the formula, without a flag.
  @Test(arguments: ["1", "1 + field", "station", "1 + elevation"])
  func theStartHasADensityInAnyUnit(formula: String) throws {
    let skewed = PredictionFolder.data.maxima.map { $0.map { exp(0.3 * ($0 - 35)) } }
    for change: @Sendable (Double) -> Double in [
      { $0 }, { 25.4 * $0 }, { -$0 }, { 1.8 * $0 + 32 }, { 1e-6 * $0 }, { 1000 - $0 * $0 },
    ] {
      var data = PredictionFolder.data
      data.maxima = skewed.map { $0.map(change) }
      let model = try model(["--location", formula, "--shape", "1"], data)
      let start = try LogJoint(model.posterior).start(.values(model.start), key: RandomKey(1))
      #expect(try LogDensity(model.posterior).valueWithGradient(at: start).0.scalar.isFinite)
    }
  }

  /// Each station starts from its own L-moments.
  @Test func aStationStartsFromItsLMoments() throws {
    let data = PredictionFolder.data
    let model = try GEVStation(StationTensors(data), priors: GEVStation.Priors.parse([]))
    let T = data.years.count
    let own = data.maxima[(2 * T)..<(3 * T)].compactMap(\.self)
    let gev = try LMoments(own).gev(containing: own)
    let trace = try model.posterior.substituting(
      model.start.filter { $0.key.hasSuffix("_decentered") }
    ).trace()
    let location = try #require(trace["mu0_station"]?.value).scalars[2]
    let shape = try #require(trace["xi_station"]?.value).scalars[2]
    // Starts have six digits.
    expectClose(
      [location, shape], [gev.location.scalar, gev.shape.scalar], relative: 0, absolute: 1e-4)
  }

  /// With the same formula and priors both are one model.
  @Test func thePresetsAreTheirFormulas() throws {
    let data = StationTensors(PredictionFolder.data)
    func sites(_ model: any FamilyModel) -> [SitePrior] { model.family.priors }
    #expect(
      try sites(GEVStation(data, priors: .parse(["--covariate", "gmst"])))
        == sites(
          GEVByFormula(
            data,
            priors: .parse([
              "--location", "station + station:gmst", "--log-scale", "station", "--shape",
              "station",
            ]))))
    #expect(
      try sites(GEVCoregionalised(data, priors: .parse(["--basis", "3"])))
        == sites(
          GEVByFormula(
            data,
            priors: .parse([
              "--location", "1 + field + basis(gmst,3) + field:basis(gmst,3)",
            ]))))
  }

  /// The location of the coregionalised model is the sum of polynomials with their weights, by hand.
  @Test func theWeightsMultiplyThePolynomials() throws {
    let data = StationTensors(PredictionFolder.data)
    let model = try GEVCoregionalised(data, priors: .parse([]))
    let trace = try model.posterior.seeded(by: RandomKey(5)).trace()
    func values(_ site: String) throws -> [Double] { try #require(trace[site]?.value).scalars }
    let location = try #require(trace["y"]?.distribution?.parameters)[0].value
      .broadcast(to: [6, 12]).scalars
    let polynomials = OrthogonalPolynomials(data.covariate.scalars, degree: 2)
    let (mu0, mu) = (try values("mu0")[0], try values("mu_field"))
    let weights = try (1...2).map { try values("mu_gmst_\($0)_field") }
    for i in 0..<6 {
      for (j, g) in data.covariate.scalars.enumerated() {
        let expected =
          mu0 + mu[i] + weights[0][i] * polynomials(g, degree: 1)
          + weights[1][i] * polynomials(g, degree: 2)
        expectClose([location[12 * i + j]], [expected], relative: 1e-12)
      }
    }
    let (w, f) = (try values("mu_gmst_2"), try values("mu_gmst_2_s"))
    let mean = f.reduce(0, +) / 6
    expectClose(weights[1], f.map { w[0] + $0 - mean }, relative: 1e-12, absolute: 1e-12)
  }

  /// The scale is the dispersion times the location of each station and year.
  @Test func theScaleIsProportionalToTheLocation() throws {
    let model = try model(
      ["--location", "1 + field + gmst", "--dispersion"], PredictionFolder.data)
    #expect(model.parameters.map(\.name) == ["mu0", "beta0", "dispersion", "xi"])
    let trace = try model.posterior.seeded(by: RandomKey(5)).substituting(["mu0_decentered": 0])
      .trace()
    let parameters = try #require(trace["y"]?.distribution?.parameters)
    let dispersion = try #require(trace["dispersion"]?.value).scalar
    let location = parameters[0].value.broadcast(to: [6, 12]).scalars
    expectClose(
      parameters[1].value.broadcast(to: [6, 12]).scalars, location.map { dispersion * $0 },
      relative: 1e-12)
  }

  @Test(arguments: [
    (["gev-coregionalised", "--basis", "0"], "--basis is 0, but must be from 1 to 9."),
    (
      ["gev-station", "--covariate", "nao"],
      "neither this file nor gmst.csv has a column \"nao\" of numbers, which a formula names"
    ),
    (["gev-station", "--covariate", "a b"], "is not a product of names"),
  ])
  func aWrongFlagOfAPresetIsNamed(arguments: [String], sentence: String) throws {
    try PredictionFolder.with { folder in
      var registry = PluginRegistry()
      registry.register(SpatialExtremes())
      let result = command(
        ["fit"] + arguments + ["--data", folder.path("data"), "--quiet"], registry)
      #expect(result.status != 0 && result.errors.contains(sentence), "\(result.errors)")
    }
  }

  /// `ppl describe` has the prior of each site with its numbers, and the rules of the data with theirs.
  @Test func describeStatesThePriors() throws {
    try PredictionFolder.with { folder in
      var registry = PluginRegistry()
      registry.register(SpatialExtremes())
      func describe(_ arguments: String...) -> String {
        command(["describe"] + arguments + ["--data", folder.path("data")], registry).output
      }
      let own = describe("gev", "--prior", "beta0=1,0.5")
      for line in [
        "Priors (--prior SITE=CENTRE,SD gives another, as for those with a star):",
        "  beta0             Normal(1.0, 0.5) *", "  xi                Normal(0.0, 0.2)",
        "They follow the data: w = ", "  constant             location Normal(mean, 2.5 (w + b))",
      ] { #expect(own.contains(line), "\(line)\n\(own)") }
      #expect(
        describe("gev", "--priors", "reference").contains(
          "  k_mu.variance     LogNormal(log 2.0, 0.5)"))
      #expect(
        describe("gev-multiplicative").contains("  beta0               Normal(1.0, 0.5)"))
      #expect(describe("gev-station").contains("  mu0_station        Normal("))
    }
  }

  /// A fit of each preset, and its predictions at a new place where it has fields.
  @Test(arguments: [
    ["gev-coregionalised", "--basis", "2"],
    [
      "gev", "--location", "1 + field + trend", "--kernel", "matern12+matern52", "--nugget",
      "--anisotropy",
    ],
  ])
  func aPresetPredicts(arguments: [String]) throws {
    try PredictionFolder.with { folder in
      folder.fit(arguments[0], Array(arguments.dropFirst()))
      try folder.write("id,lon,lat\np,-1,41\n", to: "points.csv")
      let numbers = try folder.numbers(
        "--period", "25", "--year", "2005,2040", "--points", folder.path("points.csv"))
      let levels = try #require(numbers["levels"]).elements
      #expect(levels.count == 2)
      for level in levels {
        #expect(level["q50"]?.double.map { (20.0..<80).contains($0) } == true, "\(level)")
      }
    }
  }
}

/// Every station of the Spanish panel by `ppl fit gev-station --backend mle`, against ismev.
@Suite(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
struct StationPresetTests {
  @Test(arguments: [false, true]) func theEstimatesAreThoseOfIsmev(isMoving: Bool) throws {
    let reference = try SharedTable("spain/reference_gev_mle_panel34_1985_2019.csv")
    let ids = try reference.table.requireColumn("station_id")
    try withTemporaryFolder { folder in
      for (from, to) in [
        ("spain/panel34_stations.csv", "stations.csv"),
        ("spain/panel34_txx_1985_2019.csv", "maxima.csv"), ("gmst/annual_gmst.csv", "gmst.csv"),
      ] {
        try FileManager.default.copyItem(
          at: SharedData.folder.appending(path: from), to: folder.appending(path: to))
      }
      let report = try ExtremesCommand<GEVStation>().fit(
        [
          "--data", folder.path, "--backend", "mle", "--draws", "50", "--gmst-column",
          "hadcrut5_anom_1850_1900_c",
        ] + (isMoving ? ["--covariate", "gmst"] : []))
      #expect(report.failure == nil, "\(report.table)")
      let numbers = try JSONDecoder().decode(
        JSONValue.self, from: JSONEncoder().encode(report.numbers))
      let parameters = try #require(numbers["parameters"])
      let names =
        isMoving
        ? [
          ("mu0_station", "ns_mu0", ""), ("beta0_station", "ns_beta", "ns_beta_se"),
          ("sigma_field", "ns_sigma", ""), ("xi_station", "ns_xi", "ns_xi_se"),
        ]
        : [
          ("mu0_station", "mu", "mu_se"), ("sigma_field", "sigma", "sigma_se"),
          ("xi_station", "xi", "xi_se"),
        ]
      for (site, column, column2) in names {
        let known = try reference.numbers(column)
        let errors = column2.isEmpty ? [] : try reference.numbers(column2)
        for (row, line) in reference.table.rows.enumerated() {
          // The stations of the file are in the order of the reference.
          let found = try #require(parameters["\(site)[\(row)]"])
          let error = try #require(found["sd"]?.double)
          let name = "\(reference.table.text(line, ids)) \(site)"
          #expect(abs((found["mean"]?.double ?? .nan) - known[row]) < 0.002 * error, "\(name)")
          if !errors.isEmpty { #expect(abs(error / errors[row] - 1) < 0.01, "\(name)") }
        }
      }
    }
  }

  /// By maximum likelihood degrees Fahrenheit and Celsius agree to 1e-9: no trajectory lets rounding grow.
  @Test func theEstimatesDoNotDependOnTheUnit() throws {
    func fit(_ change: (Double) -> Double) throws -> MaximumLikelihoodFit {
      var data = try SharedData.panel()
      data.maxima = data.maxima.map { $0.map(change) }
      let model = try GEVByFormula(
        StationTensors(data), priors: .parse(["--location", "1 + gmst + elevation"]))
      return try MaximumLikelihood().fit(model.posterior, start: .values(model.start))
    }
    let (c, f) = (try fit { $0 }, try fit { 1.8 * $0 + 32 })
    func values(_ fit: MaximumLikelihoodFit) throws -> [Double] {
      try ["mu0", "beta0", "mu_elevation", "sigma", "xi"].map {
        try fit.estimate(ofSite: $0).value.scalar
      }
    }
    let (own, other) = (try values(c), try values(f))
    expectClose(
      other, [1.8 * own[0] + 32, 1.8 * own[1], 1.8 * own[2], 1.8 * own[3], own[4]], relative: 1e-9)
  }
}
