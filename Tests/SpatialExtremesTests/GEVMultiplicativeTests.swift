import Foundation
import Inference
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

// MARK: - Data and a point

private let coordinates = [(-3.7, 40.4), (2.1, 41.3), (-6.0, 37.4)]
private let warmings = [0.2, 0.3, 0.25, 0.6, 0.9]

private func data(
  _ maxima: [Double?], covariate: [Double] = warmings
) -> StationMaxima {
  StationMaxima(
    stations: coordinates.enumerated().map {
      .init(id: "s\($0.offset)", longitude: $0.element.0, latitude: $0.element.1)
    }, years: [1990, 1991, 1993, 2000, 2010], covariate: covariate, maxima: maxima)
}

private let complete: [Double?] = [
  38.1, 37.2, 36.0, 37.9, 39.0, 33.0, 32.4, 32.8, 34.1, 35.0, 40.6, 39.1, 40.2, 39.3, 41.5,
]

/// Some point of unconstrained space, with all maxima inside the support.
private let point: [String: Tensor] = [
  "k_mu.variance": 1.2, "k_mu.lengthscale": 0.4, "mu_s_u": [0.8, -1.1, 1.4],
  "k_beta.variance": -1.3, "k_beta.lengthscale": 1.0, "beta_tilde_u": [0.3, -0.2, 0.7],
  "mu0": 37, "beta0": 1.1, "log_sigma": 0.9, "xi": 0.08,
]

/// A mean of mu0 that does not move with the data, so that only the likelihood differs.
private var priors: GEVMultiplicative.Priors {
  var priors = GEVMultiplicative.Priors.published
  priors.priorMu0.number = 36
  return priors
}

private func joint(_ data: StationMaxima) throws -> (value: Double, gradient: [String: Tensor]) {
  let density = try LogDensity(GEVMultiplicative(data, priors: priors).posterior)
  let (value, gradient) = try density.valueWithGradient(at: point)
  return (value.scalar, gradient)
}

/// log f of the GEV as the books write it: Coles (2001), eq. (3.8), for xi != 0.
private func logDensity(_ y: Double, _ mu: Double, _ sigma: Double, _ xi: Double) -> Double {
  let t = 1 + xi * (y - mu) / sigma
  return -log(sigma) - (1 + 1 / xi) * log(t) - pow(t, -1 / xi)
}

/// The log density of every maximum that is there at `point`, nil for the others; by hand from the fields.
private func terms(_ data: StationMaxima) throws -> [Double?] {
  let model = GEVMultiplicative(data, priors: priors)
  let values = try LogJoint(model.posterior).constrained(point)
  let trace = try model.posterior.substituting(values).trace()
  let mu = try #require(trace["mu_field"]?.value).scalars
  let beta = try #require(trace["beta_field"]?.value).scalars
  let mean = data.covariate.reduce(0, +) / Double(data.covariate.count)
  return data.maxima.enumerated().map { index, y in
    let (i, j) = (index / data.years.count, index % data.years.count)
    let location = 37 + mu[i] + beta[i] * (data.covariate[j] - mean)
    return y.map { logDensity($0, location, exp(0.9), 0.08) }
  }
}

// MARK: - Claims

@Suite struct GEVMultiplicativeTests {
  /// Rounding: the joint is a sum of some 25 terms of size 10.
  private let rounding = 1e-11

  @Test(arguments: [[0], [7], [3, 8, 13], [0, 1, 2, 3, 4]])
  func aGapTakesItsElementsFromTheJointAndNothingElse(gap: [Int]) throws {
    var gapped = complete
    for index in gap { gapped[index] = nil }
    let (full, partial) = (try joint(data(complete)), try joint(data(gapped)))
    let removed = try gap.map { try #require(terms(data(complete))[$0]) }.reduce(0, +)
    expectClose([full.value - partial.value], [removed], relative: 1e-11, absolute: rounding)
    for (name, gradient) in partial.gradient {
      let isFinite = gradient.scalars.allSatisfy(\.isFinite)
      #expect(isFinite, "\(name): \(gradient)")
    }
  }

  /// The third year is missing at the first station: a change of its covariate moves the mean that all years are
  /// centred by, and the other stations in that year.
  @Test func theCovariateOfAMissingCellActsThroughTheOthersOnly() throws {
    var gapped = complete
    gapped[2] = nil
    var changed = warmings
    changed[2] = 0.8
    let (before, after) = (data(gapped), data(gapped, covariate: changed))
    let byHand = try (terms(after), terms(before))
    let sum = { (terms: [Double?]) in terms.compactMap(\.self).reduce(0, +) }
    #expect(byHand.0[2] == nil)
    let difference = try joint(after).value - joint(before).value
    expectClose([difference], [sum(byHand.0) - sum(byHand.1)], relative: 1e-11, absolute: rounding)
    #expect(abs(difference) > 1e-3, "the change must be one that can be seen")
  }

  @Test func aMissingCellIsNeverFilledIn() {
    var gapped = complete
    gapped[2] = nil
    let model = GEVMultiplicative(data(gapped))
    #expect(model.data.maxima.scalars[2].isNaN && model.data.mask?.scalars[2] == 0)
    let present = gapped.compactMap(\.self)
    #expect(model.data.meanMaximum == present.reduce(0, +) / 14)
    #expect(GEVMultiplicative(data(complete)).data.mask == nil)
  }

  @Test func thePriorsAreThoseOfTheModelsDefinition() throws {
    let model = GEVMultiplicative(data(complete))
    let trace = try model.posterior.seeded(by: RandomKey(0)).trace()
    let expected: [(String, [Double])] = [
      ("k_mu.variance", [log(2), 0.5]), ("k_mu.lengthscale", [log(2), 0.5]), ("mu_s_u", [0, 1]),
      ("k_beta.variance", [log(0.2), 0.5]), ("k_beta.lengthscale", [log(3), 0.5]),
      ("beta_tilde_u", [0, 1]), ("mu0", [model.data.meanMaximum, 5]), ("beta0", [1, 0.5]),
      ("log_sigma", [log(2), 0.4]), ("xi", [0.1, 0.1]),
    ]
    #expect(trace.latent.map(\.name) == expected.map(\.0))
    for (name, parameters) in expected {
      let distribution = try #require(trace[name]?.distribution)
      #expect(distribution.parameters.map { $0.value.scalars.first } == parameters, "\(name)")
    }
  }

  @Test func thePriorsAreOptions() throws {
    var priors = GEVMultiplicative.Priors.published
    (priors.priorMuVariance.number, priors.priorBetaLengthscale.number) = (3, 5)
    (priors.priorMu0.number, priors.priorBeta0.number) = (30, -1)
    (priors.priorSigma.number, priors.priorXi.number) = (0.5, -0.2)
    let model = GEVMultiplicative(data(complete), priors: priors)
    let trace = try model.model.seeded(by: RandomKey(0)).trace()
    for (name, center) in [
      ("k_mu.variance", log(3.0)), ("k_beta.lengthscale", log(5.0)), ("mu0", 30), ("beta0", -1),
      ("log_sigma", log(0.5)), ("xi", -0.2),
    ] {
      #expect(trace[name]?.distribution?.parameters[0].value.scalar == center, "\(name)")
    }
    #expect(model.start["xi"]?.scalar == -0.2 && model.start["mu0"]?.scalar == 30)
  }

  @Test func theFieldsAreCentred() throws {
    let model = GEVMultiplicative(data(complete))
    let trace = try model.model.seeded(by: RandomKey(1)).trace()
    let mu = try #require(trace["mu_field"]?.value).mean().scalar
    let beta = try #require(trace["beta_field"]?.value).mean().scalar
    let beta0 = try #require(trace["beta0"]?.value).scalar
    // Rounding of a mean of three numbers of size 1.
    #expect(abs(mu) < 1e-14 && abs(beta - beta0) < 1e-14)
  }
}

// MARK: - The Spanish panel

@Suite(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
struct SpanishPanelTests {
  /// The number that `shared/data/README.md` states for fields set to the stations' means and a warming of 1.2.
  ///
  /// The fields are put into the model by the whitened values that give them, for a kernel computed here.
  @Test func theLikelihoodIsThePublishedOne() throws {
    let data = try SharedData.panel()
    let (stations, years) = (data.stations.count, data.years.count)
    let means = (0..<stations).map { i in
      let values = (0..<years).compactMap { data.maxima[i * years + $0] }
      return values.reduce(0, +) / Double(values.count)
    }
    let field = Tensor(means) - Tensor(means).mean()

    let covariance = data.stations.map { a in
      data.stations.map { b in
        let r = hypot(a.longitude - b.longitude, a.latitude - b.latitude) * 3.0.squareRoot() / 2
        return 2 * (1 + r) * exp(-r) + (a.id == b.id ? 1e-6 : 0)
      }
    }
    let whitened = triangularSolve(
      cholesky(Tensor(rows: covariance)), field.reshaped(to: [stations, 1]))
    let model = GEVMultiplicative(data)
    let trace = try model.posterior.substituting([
      "k_mu.variance": 2, "k_mu.lengthscale": 2, "mu_s_u": whitened.reshaped(to: [stations]),
      "k_beta.variance": 0.2, "k_beta.lengthscale": 3, "beta_tilde_u": .zeros([stations]),
      "mu0": 37, "beta0": 1.2, "log_sigma": Tensor(log(1.6)), "xi": -0.1,
    ]).trace()
    let found = try #require(trace["y"]?.logDensity()).scalar
    // Published with seven decimals; the triangular solve costs some 1e-9.
    #expect(abs(found - -2189.4529744) < 1e-6)
  }
}
