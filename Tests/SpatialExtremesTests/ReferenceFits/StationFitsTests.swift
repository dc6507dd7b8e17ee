import Distributions
import Inference
import PPL
import Parallel
import SpatialExtremes
import Tables
import TestSupport
import Testing

/// Station by station and over all stations: the Spanish panel, and Swiss rain with cases C11 and C12.
@Suite(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
struct StationFitsTests {
  private func columns(_ table: SharedTable, _ names: [String]) throws -> [String: [Double]] {
    Dictionary(try names.map { ($0, try table.numbers($0)) }) { $1 }
  }

  // MARK: Spain

  /// Maxima whose location is linear in a covariate.
  private func trend(_ maxima: [Double], _ d: [Double]) -> Model<Void> {
    Model { p in
      let mu0 = p.parameter("mu0", initially: 37)
      let beta = p.parameter("beta", initially: 0)
      let sigma = p.parameter("sigma", initially: 1, in: .positive)
      let xi = p.parameter("xi", initially: -0.1)
      p.plate("year", maxima.count) { p in
        p.sample("y", GEV(mu0 + beta * Tensor(d), sigma, xi), observed: Tensor(maxima))
      }
    }
  }

  /// 34 stations by ismev: stationary, and with a location that follows the global mean temperature.
  @Test func theSpanishPanelIsThatOfIsmev() throws {
    let panel = try SharedTable("spain/panel34_txx_1985_2019.csv")
    let gmst = try SharedTable("gmst/annual_gmst.csv")
    let reference = try SharedTable("spain/reference_gev_mle_panel34_1985_2019.csv")
    let ids = try reference.table.requireColumn("station_id")
    let known = try columns(
      reference,
      [
        "mu", "sigma", "xi", "nllh", "mu_se", "sigma_se", "xi_se", "ns_mu0", "ns_beta",
        "ns_sigma", "ns_xi", "ns_nllh", "ns_beta_se", "ns_xi_se",
      ])
    func number(_ name: String, _ station: Int) -> Double { known[name]?[station] ?? .nan }
    let warming = Dictionary(
      zip(try gmst.numbers("year"), try gmst.numbers("hadcrut5_anom_1850_1900_c"))
    ) { $1 }
    let years = try panel.numbers("year")
    #expect(reference.table.rows.count == 34)
    for (station, row) in reference.table.rows.enumerated() {
      let name = reference.table.text(row, ids)
      let values = try panel.numbers(name)
      let kept = values.indices.filter { !values[$0].isNaN }
      let maxima = kept.map { values[$0] }
      let fit = try gevFit(maxima)
      // The file has seven digits.
      #expect(abs(-fit.logLikelihood - number("nllh", station)) < 1e-4, "\(name)")
      for parameter in ["mu", "sigma", "xi"] {
        let error = number("\(parameter)_se", station)
        let found = fit.estimates[parameter]?.scalar ?? .nan
        #expect(
          abs(found - number(parameter, station)) < 0.002 * error, "\(name) \(parameter) \(found)")
        #expect(
          abs((fit.standardErrors[parameter]?.scalar ?? .nan) / error - 1) < 0.01, "\(name)")
      }

      let d = kept.map { (warming[years[$0]] ?? .nan) - 0.8310571429 }
      var start = fit.estimates
      start["mu0"] = start.removeValue(forKey: "mu")
      let moving = try MaximumLikelihood().fit(trend(maxima, d), start: .values(start))
      #expect(abs(-moving.logLikelihood - number("ns_nllh", station)) < 1e-4, "\(name)")
      for parameter in ["mu0", "beta", "sigma", "xi"] {
        let error = moving.standardErrors[parameter]?.scalar ?? .nan
        let found = moving.estimates[parameter]?.scalar ?? .nan
        #expect(
          abs(found - number("ns_\(parameter)", station)) < 0.002 * error,
          "\(name) \(parameter) \(found)")
      }
      for parameter in ["beta", "xi"] {
        let error = moving.standardErrors[parameter]?.scalar ?? .nan
        #expect(abs(error / number("ns_\(parameter)_se", station) - 1) < 0.01, "\(name)")
      }
    }
  }

  // MARK: Switzerland

  private func rain() throws -> (ids: [String], values: Tensor, x: Tensor, y: Tensor) {
    let stations = try SharedTable("swiss_rain/stations.csv")
    let column = try stations.table.requireColumn("station_id")
    let ids = stations.table.rows.map { stations.table.text($0, column) }
    let values = try SharedTable("swiss_rain/summer_max_rain.csv").matrix(ids)
    let east = Tensor(try stations.numbers("easting_km"))
    let north = Tensor(try stations.numbers("northing_km"))
    return (ids, values, (east - 680) / 100, (north - 180) / 50)
  }

  @Test func everySwissStationIsThatOfSpatialExtremes() throws {
    let (ids, values, _, _) = try rain()
    let reference = try SharedTable("swiss_rain/reference_gev_mle.csv")
    let column = try reference.table.requireColumn("station_id")
    let known = try columns(reference, ["mu", "sigma", "xi"])
    for (row, line) in reference.table.rows.enumerated() {
      let name = reference.table.text(line, column)
      let station = try #require(ids.firstIndex(of: name))
      let rain = values[.all, .at(station)].scalars
      let fit = try gevFit(rain)
      let own = ["mu", "sigma", "xi"].map { known[$0]?[row] ?? .nan }
      for (parameter, expected) in zip(["mu", "sigma", "xi"], own) {
        let error = fit.standardErrors[parameter]?.scalar ?? .nan
        let found = fit.estimates[parameter]?.scalar ?? .nan
        // The search of the file stops up to 0.0025 standard errors short of the maximum.
        #expect(abs(found - expected) < 0.003 * error, "\(name) \(parameter) \(found)")
      }
      let reached = GEV(Tensor(own[0]), Tensor(own[1]), Tensor(own[2])).logProb(Tensor(rain)).sum()
      // Rounding of the file to six digits.
      #expect(fit.logLikelihood > reached.scalar - 1e-9, "\(name)")
      #expect(fit.logLikelihood < reached.scalar + 1e-4, "\(name)")
    }
  }

  /// C11.
  @Test func constantParametersOfSwissRainAreThoseOfSpatialExtremes() throws {
    let values = try rain().values
    let fit = try gevFit(values.scalars)
    let reference = try ReferenceFits()
    reference.expect(fit, "C11", except: ["deviance"])
    let deviance = reference["C11"].first { $0.name == "deviance" }?.computed ?? .nan
    // The file stops 1.9e-4 nats short of the maximum by SciPy.
    let known = try ExtremesFits.kept().swiss_rain.constant_deviance
    #expect(abs(-2 * fit.logLikelihood - known) < 1e-6)
    #expect(-2 * fit.logLikelihood < deviance && deviance + 2 * fit.logLikelihood < 4e-4)
  }

  /// C12: location and scale linear in the coordinates, with the errors of years as clusters.
  @Test func trendsOfSwissRainHaveTheSandwichErrorsOfSpatialExtremes() throws {
    let (_, values, x, y) = try rain()
    let model = Model<Void> { p in
      let m = (0..<3).map { p.parameter("m\($0)", initially: $0 == 0 ? 27 : 0) }
      let s = (0..<3).map { p.parameter("s\($0)", initially: $0 == 0 ? 10 : 0) }
      let xi = p.parameter("xi", initially: 0.15)
      let gev = GEV(m[0] + m[1] * x + m[2] * y, s[0] + s[1] * x + s[2] * y, xi)
      p.plate("year", 47, dim: -2) { p in
        p.plate("station", 79, dim: -1) { p in p.sample("y", gev, observed: values) }
      }
    }
    let fit = try MaximumLikelihood().fit(model)
    // SpatialExtremes takes the information from the scores of each datum.
    let theirs = try fit.clustered(by: .plate("year"), information: .scores)
    let reference = try ReferenceFits()
    reference.expect(theirs, "C12", except: ["deviance", "TIC"])
    func number(_ name: String) -> Double {
      reference["C12"].first { $0.name == name }?.computed ?? .nan
    }
    #expect(abs(-2 * fit.logLikelihood - number("deviance")) < 2e-4)
    // Printed with two decimals.
    #expect(abs((theirs.tic ?? .nan) - number("TIC")) < 6e-3, "\(theirs.tic ?? .nan)")

    let own = try fit.clustered(by: .plate("year"))
    let known = try ExtremesFits.kept().swiss_rain
    for (name, (estimate, error)) in zip(fit.names, zip(known.estimates, known.errors)) {
      expectClose(fit.estimates[name] ?? 0, Tensor(estimate), relative: 1e-7, name)
      // Second derivatives by differences there.
      expectClose(own.standardErrors[name] ?? 0, Tensor(error), relative: 1e-6, name)
    }
    #expect(abs((own.tic ?? .nan) - known.tic) < 1e-4)
  }
}
