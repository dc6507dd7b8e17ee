import Foundation
import Inference
import PPL
import Plugins
import Testing

@testable import SpatialExtremes

/// Two stations of which one has a gap, over four years; a line for each, and residuals.
private let data = StationMaxima(
  stations: [
    .init(id: "a", longitude: 0, latitude: 40), .init(id: "b", longitude: 1, latitude: 41),
    .init(id: "c", longitude: 2, latitude: 40.5),
  ], years: [2000, 2001, 2002, 2003], covariate: [0, 0.5, 1, 1.5],
  maxima: [30, 31, 31, 33, 20, 20.5, 22.5, 22, 25, nil, 26, 28])

@Suite struct FieldParameterizationTests {
  @Test func theInformationIsThatOfRegressionsOfTheStations() throws {
    let information = StationTensors(data).information
    guard
      case .partial(let precision, let estimates?) = information.field(of: .rate).parameterization
    else {
      Issue.record("no estimates of the rate")
      return
    }
    // By hand: covariates -0.75, -0.25, 0.25, 0.75; slopes of the lines, and of three points at -0.75, 0.25, 0.75.
    let slopes = [1.8, 1.6, 13.0 / 7]
    for (found, slope) in zip(estimates.scalars, slopes) { #expect(abs(found - slope) < 1e-13) }
    // Sums of squared covariates about their means, 1.25, 1.25 and 7/6, over the variance of a Gumbel scale: residuals of
    // squares 0.7, 1.05 and 9/14 with 2 + 2 + 1 degrees of freedom.
    let variance = (0.7 + 1.05 + 9.0 / 14) / 5 * 6 / (Double.pi * Double.pi)
    let own = [1.25, 1.25, 7.0 / 6].map { $0 / variance }
    let total = own.reduce(0, +)
    for i in 0..<3 {
      for j in 0..<3 {
        let expected = (i == j ? own[i] : 0) - own[i] * own[j] / total
        #expect(abs(precision[i][j].scalar - expected) < 1e-12)
      }
    }
  }

  @Test func aStationWithOneMaximumSaysNothingOfItsSlope() {
    let short = StationTensors(
      StationMaxima(
        stations: data.stations, years: data.years, covariate: data.covariate,
        maxima: [30, 31, 31, 33, nil, 20, nil, nil, 25, nil, 26, 28])
    ).information
    #expect(short.field(of: .rate).precision[1].scalars == [0, 0, 0])
    #expect(short.field(of: .location).precision.scalars.allSatisfy { $0.isFinite })
  }

  @Test func equalMaximaSayNothing() {
    let equal = StationTensors(
      StationMaxima(
        stations: data.stations, years: data.years, covariate: data.covariate,
        maxima: Array(repeating: 30, count: 12))
    ).information
    for quantity in [GEVQuantity.location, .rate, .scale] {
      #expect(equal.field(of: quantity).precision.scalars.allSatisfy { $0 == 0 })
    }
  }

  /// At a field of 0 the maxima have the density of the whitened model; partial coordinates start near the data.
  @Test(arguments: [FieldParameterization.centred, .partial])
  func aStartHasAFiniteDensityInAllCoordinates(_ chosen: FieldParameterization) throws {
    func density(_ fields: FieldParameterization) throws -> (Trace, Double) {
      var priors = GEVNonstationary.Priors.published
      (priors.muField, priors.betaField) = (fields, fields)
      let model = GEVNonstationary(StationTensors(data), priors: priors)
      let trace = try model.posterior.substituting(model.start).substituting([
        "k_mu.variance": 2, "k_mu.lengthscale": 3, "k_beta.variance": 0.2, "k_beta.lengthscale": 2,
        "k_sig.variance": 0.1, "k_sig.lengthscale": 2, "k_xi.variance": 0.01,
        "k_xi.lengthscale": 3,
      ]).trace()
      return (trace, trace["y"]?.logDensity()?.scalar ?? .nan)
    }
    let (trace, found) = try density(chosen)
    #expect(found.isFinite)
    // At the start a centred field is 0, and a partial one is near the lines of the stations.
    let (mu, beta) = (
      trace["mu_s"]?.value?.scalars ?? [], trace["beta_tilde"]?.value?.scalars ?? []
    )
    #expect(mu.count == 3 && beta.count == 3)
    if chosen == .centred { #expect(mu == [0, 0, 0]) } else { #expect(mu[1] < mu[0] - 3) }
    let (_, whitened) = try density(.whitened)
    #expect(chosen == .centred ? abs(found - whitened) < 1e-10 : found > whitened)
  }

  @Test func ownDataChooseByTheirInformation() {
    let tensors = StationTensors(data, fields: .automatic)
    func isPartial(_ variance: Double, _ quantity: GEVQuantity) -> Bool {
      let chosen = tensors.parameterization(
        nil, of: quantity, variance: Prior(variance, .variance(of: quantity)))
      if case .partial = chosen { return true }
      return false
    }
    #expect(isPartial(2, .location) && !isPartial(0.01, .location))
    #expect(isPartial(2, .rate) && !isPartial(0.01, .rate))
  }

  @Test func theEmbeddedExampleIsWhitenedAsPublished() throws {
    let model = ExtremesCommand<GEVMultiplicative>()
    let example = try model.problem(.parse([]))
    let sites = try example.posterior.seeded(by: RandomKey(0)).trace().latent.map(\.name)
    #expect(
      sites == [
        "k_mu.variance", "k_mu.lengthscale", "mu_s_u", "k_beta.variance", "k_beta.lengthscale",
        "beta_tilde_u", "mu0", "beta0", "log_sigma", "xi",
      ])
    let chosen = try model.problem(.parse(["--mu-field", "centred"]))
    #expect(
      try chosen.posterior.seeded(by: RandomKey(0)).trace().latent.map(\.name).contains("mu_s"))
  }

  /// A checkpoint of coordinates of one kind is not continued in others; one of an earlier version is whitened.
  @Test func coordinatesAreConditionsOfResume() throws {
    let priors = try GEVMultiplicative.Priors.parse(["--beta-field", "centred"])
    let found = priors.parameterizations(for: StationTensors(data, fields: .automatic))
    #expect(found.map(\.name) == ["--mu-field", "--beta-field"])
    #expect(found.map(\.value) == ["automatic", "centred"])
    #expect(priors.flagValues.filter(\.changesDigits).allSatisfy { !$0.name.hasSuffix("-field") })
  }
}
