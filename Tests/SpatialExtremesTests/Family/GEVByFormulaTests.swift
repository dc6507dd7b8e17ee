import Foundation
import Inference
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// Models by formula, of the sites and numbers that follow from it.
@Suite struct GEVByFormulaTests {
  private func options(_ flags: [String]) throws -> GEVByFormula.Priors {
    try GEVByFormula.Priors.parse(flags)
  }

  /// Six stations of 12 years with elevations and a second covariate of time.
  private static let data: StationMaxima = {
    let (S, T) = (6, 12)
    let noise = RandomKey(3).uniform([S, T]).scalars
    var data = StationMaxima(
      stations: (0..<S).map { i in
        var station = StationMaxima.Station(
          id: "s\(i)", longitude: Double(i) * 0.7 - 3, latitude: 40 + Double(i * i % 5) * 0.4,
          elevation: Double(100 * (i * 3 % 7)))
        station.columns["coast_km"] = Double(10 + 7 * i)
        return station
      }, years: Array(2001...(2000 + T)), covariate: (0..<T).map { 0.4 + 0.04 * Double($0) },
      maxima: (0..<S * T).map { k in
        35 - 0.004 * Double(100 * (k / T * 3 % 7)) + 1.2 * 0.04 * Double(k % T)
          - 1.5 * log(-log(0.02 + 0.96 * noise[k]))
      })
    data.yearColumns["nao"] = (0..<T).map { sin(Double($0)) }
    return data
  }()

  private func model(_ flags: [String], _ data: StationMaxima = data) throws -> GEVByFormula {
    try GEVByFormula(
      StationTensors(data, fields: .automatic), priors: options(flags))
  }

  /// With the published priors and degrees the model is `gev-multiplicative`: the same density at the same point.
  @Test func theFormulaOfTheMultiplicativeModelHasItsDensity() throws {
    let data = StationTensors(Self.data, fields: .whitened)
    let byFormula = try GEVByFormula(
      data,
      priors: options([
        "--location", "1 + field + gmst + field:gmst", "--priors", "reference", "--distance",
        "degrees",
      ]))
    let published = GEVMultiplicative(data, priors: .published)
    let (own, other) = (try LogJoint(byFormula.posterior), try LogJoint(published.posterior))
    // Coefficients are standardized in the model by formula.
    let scales: [String: (Double, Double)] = [
      "mu0": (data.meanMaximum, 5.0), "beta0": (1, 0.5), "log_sigma": (Foundation.log(2), 0.4),
      "xi": (0.1, 0.1),
    ]
    let keys = RandomKey(5).split(other.sites.count)
    var (point, standardized) = ([String: Tensor](), [String: Tensor]())
    for (site, key) in zip(other.sites, keys) {
      let z = 0.3 * key.normal(site.shape)
      if let (mean, deviation) = scales[site.name] {
        point[site.name] = Tensor(mean) + Tensor(deviation) * z
        standardized["\(site.name)_decentered"] = z
      } else {
        point[site.name] = z
        standardized[site.name] = z
      }
    }
    let jacobian = scales.values.reduce(0) { $0 + log($1.1) }
    let found = try LogDensity(byFormula.posterior).valueWithGradient(at: standardized).0.scalar
    let expected = try LogDensity(published.posterior).valueWithGradient(at: point).0.scalar
    #expect(own.sites.count == other.sites.count)
    expectClose([found], [expected + jacobian], relative: 1e-12)
  }

  /// Each formula gives the sites that its terms name.
  @Test(arguments: [
    (["--location", "1 + gmst"], ["mu0", "beta0", "log_sigma", "xi"]),
    (
      ["--location", "1 + elevation + nao", "--log-scale", "1 + gmst", "--shape", "1 + coast_km"],
      ["mu0", "mu_elevation", "mu_nao", "log_sigma", "sigma_gmst", "xi", "xi_coast_km"]
    ),
    (
      ["--location", "1 + gmst + elevation:gmst + gp(nao)"],
      [
        "gp_mu_nao.variance", "gp_mu_nao.lengthscale", "mu0", "beta0", "beta_elevation",
        "log_sigma", "xi",
      ]
    ),
    (
      ["--location", "station + station:gmst", "--log-scale", "station", "--shape", "station"],
      ["mu0_station", "beta0_station", "log_sigma_station", "xi_station"]
    ),
  ])
  func theSitesAreThoseOfTheTerms(flags: [String], sites: [String]) throws {
    let model = try model(flags)
    #expect(Set(model.family.priors.map(\.site)) == Set(sites))
    let trace = try model.model.seeded(by: RandomKey(1)).trace()
    for site in sites { #expect(trace[site]?.value != nil, "\(site)") }
    let (value, gradient) = try LogDensity(model.posterior).valueWithGradient(
      at: LogJoint(model.posterior).start(.values(model.start), key: RandomKey(2)))
    #expect(value.scalar.isFinite)
    #expect(gradient.values.allSatisfy { $0.scalars.allSatisfy(\.isFinite) })
  }

  @Test(arguments: [
    (
      ["--location", "1 + elevatoin"],
      "--location \"1 + elevatoin\": there is no covariate \"elevatoin\" in the data; choose one of coast_km, elevation, elevation_m, gmst, lat, lon, nao."
    ),
    (
      ["--location", "1 + gmst:nao"],
      "--location \"1 + gmst:nao\": \"gmst:nao\" is not a field or a covariate of place times a covariate of time; add a column with the product of the covariates to their table."
    ),
    (
      ["--shape", "1 + gp(elevation)"],
      "--shape \"1 + gp(elevation)\": \"elevation\" in \"gp(elevation)\" is not a covariate of time; choose a column of gmst.csv, such as gmst."
    ),
    (
      ["--location", "1 + ebm(elevation)"],
      "--location \"1 + ebm(elevation)\": \"elevation\" in \"ebm(elevation)\" is not a covariate of time; choose a column of gmst.csv, such as gmst."
    ),
    (
      ["--location", "1 + gmst:basis(nao,2)"],
      "--location \"1 + gmst:basis(nao,2)\": \"gmst:basis(nao,2)\" is not a field or a covariate of place times a covariate of time; add a column with the product of the covariates to their table."
    ),
    (
      ["--nugget", "--prior", "k_mu.nugget=-2"],
      "--prior k_mu.nugget=-2.0: the median is -2.0; give a positive one."
    ),
    (
      ["--prior", "beta1=2"],
      "--prior beta1=2.0: the model has no such prior; choose one of k_mu.variance, k_mu.lengthscale, mu0, beta0, log_sigma, xi."
    ),
    (
      ["--prior", "k_mu.variance=-2"],
      "--prior k_mu.variance=-2.0: the median is -2.0; give a positive one."
    ),
  ])
  func aFormulaThatTheDataCannotFillIsRefused(flags: [String], sentence: String) {
    let error = #expect(throws: FormulaError.self) { try model(flags) }
    #expect(error?.description == sentence)
  }

  /// At a station without jitter the kriged field is that of the station; far away its mean is that of the prior.
  @Test func aFieldAtAStationIsItsValueThere() throws {
    let model = try model(["--location", "1 + field + gmst"])
    let trace = try model.model.seeded(by: RandomKey(4)).trace()
    let draws = Draws(
      count: 1,
      sites: try ExtremesSummary<GEVByFormula>.sites(of: model).sorted().map {
        ($0, try #require(trace[$0]?.value).expandingDimension(at: 0))
      })
    let climate = Climate(gmst: 1)
    let here = try model.gev(draws, in: climate, at: .stations).location.scalars
    let there = try model.gev(draws, in: climate, at: Places(model.data.coordinates)).location
      .scalars
    // The jitter of 1e-6 on the diagonal keeps the values apart by up to 1e-3 of the deviation of the field.
    expectClose(there, here, relative: 0, absolute: 0.02)
    let far = try model.gev(draws, in: climate, at: Places(Tensor(rows: [[120, -40]]))).location
      .scalar
    let f = try #require(draws.find("mu_s"))
    let constant = draws["mu0"].scalar + draws["beta0"].scalar * (1 - model.data.meanCovariate)
    expectClose([far], [constant - f.mean().scalar], relative: 1e-9)
  }

  /// The same maxima in another unit have the same fit, so that no prior is needed for it.
  @Test func aFitDoesNotDependOnTheUnit() throws {
    var fahrenheit = Self.data
    fahrenheit.maxima = fahrenheit.maxima.map { $0.map { 1.8 * $0 + 32 } }
    func sample(_ data: StationMaxima) throws -> Posterior {
      let model = try model(
        ["--location", "1 + field + gmst", "--field-coordinates", "whitened"], data)
      return try MCMC(NUTS(), chains: 1, warmup: 60, draws: 20).run(
        model.posterior, start: .values(model.start), key: RandomKey(1), progress: .silent
      ).posterior()
    }
    let (c, f) = (try sample(Self.data), try sample(fahrenheit))
    for site in c.draws.names where c.draws[site].rank == 1 {
      let own = c.draws[site].scalars
      let expected =
        switch site {
        case "k_mu.variance": own.map { 1.8 * 1.8 * $0 }
        case "mu0": own.map { 1.8 * $0 + 32 }
        case "beta0", "sigma": own.map { 1.8 * $0 }
        case "log_sigma": own.map { $0 + Foundation.log(1.8) }
        default: own
        }
      // Rounding of another unit, which trajectories let grow.
      expectClose(f.draws[site].scalars, expected, relative: 1e-7, absolute: 1e-7, site)
    }
  }

  /// A single station without a covariate needs neither gmst.csv nor a second station.
  @Test func aStationAloneIsFitted() throws {
    try withTemporaryFolder { folder in
      let values = RandomKey(1).uniform([30]).scalars.map { 35 - 2 * log(-log(0.01 + 0.98 * $0)) }
      try "station,lon,lat\na,1,41\n".write(
        to: folder.appending(path: "stations.csv"), atomically: true, encoding: .utf8)
      let rows = values.enumerated().map { "a,\(1990 + $0.offset),\($0.element)" }
      try ("station,year,tmax\n" + rows.joined(separator: "\n") + "\n").write(
        to: folder.appending(path: "maxima.csv"), atomically: true, encoding: .utf8)
      let report = try ExtremesCommand<GEVByFormula>().fit([
        "--data", folder.path, "--location", "1", "--chains", "2", "--warmup", "300", "--draws",
        "300",
      ])
      #expect(report.failure == nil, "\(report.table)")
      #expect(report.table.hasPrefix("gev: 1 station x 30 years (1990-2019)"))
    }
  }
}
