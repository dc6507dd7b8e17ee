import Inference
import PPL
import SpatialExtremes
import TestSupport
import Testing

private let file = "gev_model_logdensity.json"
private let content = Result { try Reference.json(file) }

/// The joint density of the multiplicative GEV model, against NumPyro's at fixed points.
@Suite(.needs(file, "stations.csv", "gmst.csv", "maxima.csv"))
struct GEVModelGoldenTests {
  let json: JSONValue
  let gev: GEVMultiplicative
  let logJoint: LogJoint

  init() throws {
    json = try content.get()
    gev = try Reference.gev()
    logJoint = try LogJoint(gev.posterior)
  }

  @Test func priorIsCentredOnTheMeanOfTheMaxima() throws {
    expectClose([gev.data.meanMaximum], [try json.number("y_mean")], relative: 1e-14)
  }

  @Test func sitesComeInNumPyrosOrder() throws {
    #expect(logJoint.sites.map(\.name) == (try json.at("site_order").strings))
  }

  @Test func logDensityAndGradientAgreeAtEveryPoint() throws {
    let points = try json.at("points").elements
    #expect(!points.isEmpty)
    for point in points {
      let unconstrained = try point.at("unconstrained").tensors
      // Below this NumPyro's distribution is Gumbel's and does not depend on the shape at all.
      let isGumbel = abs(try #require(unconstrained["xi"])).scalar < 1e-7
      let missing = isGumbel ? ["xi": try gumbelLimitOfTheSlope(at: point)] : [:]
      try logJoint.expectAgreement(with: point, missing: missing)
    }
  }

  /// The derivative of the likelihood in the shape at shape 0: `Σ z² (1 - e^-z) / 2 - z`.
  private func gumbelLimitOfTheSlope(at point: JSONValue) throws -> Tensor {
    let values = try trace(at: point).values
    func value(_ name: String) throws -> Tensor { try #require(values[name]) }
    let fields =
      try value("mu_field")[.all, .newAxis] + value("beta_field")[.all, .newAxis] * gev.data.warming
    let z = try (gev.data.maxima - value("mu0") - fields) / value("sigma")
    let slope = 0.5 * square(z) * (1 - exp(-z)) - z
    return select(isNaN(gev.data.maxima), 0, slope).sum()
  }

  @Test func everySiteHasItsShareOfTheLogDensity() throws {
    for point in try json.at("points").elements {
      let label = try point.at("name").string ?? "?"
      let trace = try trace(at: point)
      let found = Dictionary(uniqueKeysWithValues: trace.logDensities().map { ($0.name, $0.value) })
      let expected = try point.at("site_log_prob").tensors
      #expect(Set(found.keys) == Set(expected.keys))
      for (site, value) in expected {
        expectClose(try #require(found[site]), value, relative: 1e-9, "\(label) \(site)")
      }
      let unconstrained = try point.at("unconstrained").tensors
      for (name, value) in try point.at("log_abs_det_jacobian").tensors {
        let site = try #require(logJoint.sites.first { $0.name == name })
        let x = try #require(unconstrained[name])
        let jacobian = site.transform.logAbsDetJacobian(x, site.transform(x)).sum()
        expectClose(jacobian, value, relative: 1e-12, "\(label) \(name)")
      }
    }
  }

  @Test func fieldsAgree() throws {
    let names = [
      "mu_field": "mu_field", "beta_field": "beta_field", "sigma": "sigma",
      "mu_s_uncentred": "mu_s", "beta_tilde_uncentred": "beta_tilde",
    ]
    for point in try json.at("points").elements {
      let label = try point.at("name").string ?? "?"
      let values = try trace(at: point).values
      for (field, site) in names {
        // Cholesky factors agree to 1e-10; fields are sums that may cancel to 0.
        expectClose(
          try #require(values[site]), try point.tensor(field), relative: 1e-9, absolute: 1e-10,
          "\(label) \(field)")
      }
      for (site, value) in try point.at("constrained").tensors {
        expectClose(try #require(values[site]), value, relative: 1e-14, "\(label) \(site)")
      }
      let (mu, beta) = (try #require(values["mu_field"]), try #require(values["beta_field"]))
      let location = try #require(values["mu0"]) + mu[0] + beta[0] * gev.data.warming
      expectClose(location, try point.tensor("loc_station0"), relative: 1e-10, label)
    }
  }

  @Test func likelihoodAgreesByStationAndByYear() throws {
    for point in try json.at("points").elements {
      let label = try point.at("name").string ?? "?"
      let logProb = try #require(try trace(at: point)["y"]?.logProb())  // [S, T]
      expectClose(
        logProb.sum(along: [1]), try point.tensor("y_log_prob_per_station"), relative: 1e-9, label)
      expectClose(
        logProb.sum(along: [0]), try point.tensor("y_log_prob_per_year"), relative: 1e-9, label)
      let outside = logProb.scalars.count { $0 == -.infinity }
      #expect(Double(outside) == (try point.number("n_out_of_support")), "\(label)")
    }
  }

  private func trace(at point: JSONValue) throws -> Trace {
    let values = try logJoint.constrained(try point.at("unconstrained").tensors)
    return try gev.posterior.substituting(values).trace()
  }
}
