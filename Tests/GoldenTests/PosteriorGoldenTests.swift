import Distributions
import Inference
import PPL
import SpatialExtremes
import TestSupport
import Testing

private let file = "svi_trace.json"

/// What the fitted guide says, against NumPyro: draws, predictions, quantiles and the levels that follow.
@Suite(.needs(file, "stations.csv", "gmst.csv", "maxima.csv"))
struct PosteriorGoldenTests {
  let posterior: JSONValue
  let config: JSONValue
  let whole: WholeFit
  /// Parameters agree to 1e-9 and what follows from them to little more.
  let tolerance = 1e-8

  init() throws {
    let json = try WholeFit.content.get()
    posterior = try json.at("posterior")
    config = try json.at("meta", "config")
    whole = try WholeFit.shared.get()
  }

  @Test func meansAndDeviationsOfTheDrawsAgree() throws {
    try expectSummaries(whole.draws, try posterior.at("sample_posterior"))
    try expectFirst(whole.draws, try posterior.at("sample_posterior_first_draws"))
  }

  @Test func predictionsAgree() throws {
    let reference = try posterior.at("predictive")
    try expectSummaries(whole.predictions, reference)
    try expectFirst(whole.predictions, try posterior.at("predictive_first_draws"))

    let y = whole.predictions["y"]  // [draws, S, T]
    expectClose(
      [y.mean().scalar], [try reference.at("y").number("mean_of_all")], relative: tolerance)
    expectClose(y[0, 0], try reference.at("y").tensor("first_draw_station0"), relative: tolerance)
    expectClose(y[-1, 0], try reference.at("y").tensor("last_draw_station0"), relative: tolerance)
  }

  @Test func mediansAgree() throws {
    let median = try #require(try whole.fit.median())
    let expected = try posterior.at("median").tensors
    #expect(Set(median.keys) == Set(expected.keys))
    for (name, value) in expected {
      expectClose(
        try #require(median[name]), value, relative: tolerance, absolute: tolerance, name)
    }
  }

  @Test func quantilesAgree() throws {
    let quantiles = try #require(try whole.fit.quantiles([0.05, 0.5, 0.95]))
    let expected = try posterior.at("quantiles_05_50_95").tensors
    #expect(Set(quantiles.names) == Set(expected.keys))
    for (name, value) in expected {
      expectClose(quantiles[name], value, relative: tolerance, absolute: tolerance, name)
    }
  }

  // MARK: Printed numbers

  /// Means over the draws, from the two sources that the notebook mixes.
  private var mu0: Tensor { whole.draws["mu0"].mean(along: [0]) }
  private var xi: Tensor { whole.draws["xi"].mean(along: [0]) }
  private var sigma: Tensor { whole.predictions["sigma"].mean(along: [0]) }
  private var muField: Tensor { whole.predictions["mu_field"].mean(along: [0]) }
  private var betaField: Tensor { whole.predictions["beta_field"].mean(along: [0]) }

  /// GMST in the last year of the data, and where its trend leads.
  private func warming() throws -> (now: Double, future: Double, mean: Double) {
    let data = try StationMaxima(folder: Reference.folder)
    let (first, last) = (try #require(data.covariate.first), try #require(data.covariate.last))
    let slope = (last - first) / Double(data.years.count - 1)
    let years = try config.number("proj_year") - Double(try #require(data.years.last))
    let mean = data.covariate.reduce(0, +) / Double(data.covariate.count)
    return (last, last + slope * years, mean)
  }

  private func location(at gmst: Double) throws -> Tensor {
    mu0 + muField + betaField * Tensor(gmst - (try warming().mean))
  }

  @Test func printedNumbersAgree() throws {
    let beta = betaField.scalars
    let (now, future, _) = try warming()
    let shift = betaField * Tensor(future - now)
    let found: [String: Double] = [
      "mu0": mu0.scalar, "beta0": whole.draws["beta0"].mean().scalar, "xi": xi.scalar,
      "sigma": sigma.scalar, "beta_field_min": beta.min() ?? .nan,
      "beta_field_max": beta.max() ?? .nan, "shift100_mean": shift.mean().scalar,
      "shift100_min": shift.min().scalar, "shift100_max": shift.max().scalar,
    ]
    for (name, value) in try posterior.at("printed").members {
      let found = try #require(found[name], "\(name)")
      expectClose([found], value.doubles, relative: tolerance, name)
    }
    expectClose(shift, try posterior.tensor("shift100"), relative: tolerance)
  }

  @Test func locationsAndReturnLevelsAgree() throws {
    let (now, future, _) = try warming()
    let years = ["now": now, "future": future]
    for (when, gmst) in years {
      expectClose([gmst], [try posterior.number("gmst_\(when)")], relative: 1e-14, when)
      expectClose(
        try location(at: gmst), try posterior.tensor("tau_\(when)"), relative: tolerance, when)
    }
    // "z100_future": the period, and the year.
    for (name, levels) in try posterior.at("return_levels").members {
      let parts = name.dropFirst().split(separator: "_").map(String.init)
      let (period, gmst) = (try #require(Double(parts[0])), try #require(years[parts[1]]))
      let gev = GEV(try location(at: gmst), sigma, xi)
      expectClose(
        gev.returnLevel(period: Tensor(period)), Tensor(levels), relative: tolerance, name)
    }
  }

  // MARK: Comparisons

  private func expectSummaries(_ draws: Draws, _ reference: JSONValue) throws {
    #expect(Double(draws.count) == (try posterior.number("num_samples")))
    for (name, summary) in reference.members {
      let values = try #require(draws.find(name), "no draws of \(name)")
      guard let mean = summary["mean"], let deviation = summary["sd"] else { continue }
      expectClose(
        values.mean(along: [0]), Tensor(mean), relative: tolerance, absolute: tolerance,
        "mean of \(name)")
      expectClose(
        values.standardDeviation(along: [0]), Tensor(deviation), relative: tolerance,
        "deviation of \(name)")
    }
  }

  private func expectFirst(_ draws: Draws, _ reference: JSONValue) throws {
    for (name, expected) in reference.tensors {
      let found = draws[name][.range(0..<expected.shape[0])]
      expectClose(found, expected, relative: tolerance, absolute: tolerance, "draws of \(name)")
    }
  }
}
