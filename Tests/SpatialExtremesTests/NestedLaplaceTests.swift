import Foundation
import Inference
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// Nested Laplace on a model of extremes, against chains of the exact posterior.
struct NestedLaplaceTests {
  /// Six stations and fifteen years of Gumbel maxima with a trend of 1 + cos(i) / 2 a degree.
  private static var panel: StationMaxima {
    let places = [
      (-3.7, 40.4), (2.1, 41.3), (-6.0, 37.4), (-8.4, 43.4), (-0.4, 39.5), (-1.9, 43.3),
    ]
    let years = Array(2001...2015)
    let warming = years.map { 0.04 * Double($0 - 2001) + 0.05 * sin(Double($0)) }
    let uniforms = RandomKey(5).uniform([places.count, years.count]).scalars
    var maxima: [Double?] = []
    for i in places.indices {
      for j in years.indices {
        let location = 36 + 2 * sin(2 * Double(i)) + (1 + 0.5 * cos(Double(i))) * warming[j]
        maxima.append(location - 1.5 * log(-log(uniforms[i * years.count + j])))
      }
    }
    return StationMaxima(
      stations: places.enumerated().map {
        .init(id: "s\($0.offset)", longitude: $0.element.0, latitude: $0.element.1)
      }, years: years, covariate: warming, maxima: maxima)
  }

  @Test func theMultiplicativeModelAgreesWithChains() throws {
    let model = GEVMultiplicative(Self.panel)
    let start = Initialization.values(model.start)
    let chains = try MCMC(NUTS(), chains: 2, warmup: 300, draws: 700).run(
      model.posterior, start: start, key: RandomKey(1), progress: .silent
    ).posterior()
    let fit = try NestedLaplace(draws: 2_000).run(
      model.posterior, start: start, key: RandomKey(2), progress: .silent)
    #expect(fit.isReliable, "\(fit)")
    let posterior = try fit.posterior()
    for site in [
      "mu0", "beta0", "sigma", "xi", "mu_field", "beta_field", "k_mu.variance",
      "k_mu.lengthscale", "k_beta.variance", "k_beta.lengthscale",
    ] {
      let (expected, found) = (chains.summaries(of: site), posterior.summaries(of: site))
      let errors = chains.chainStatistics(of: site)
      for i in expected.indices {
        let error = 4 * errors[i].standardErrorOfMean + 0.06 * expected[i].sd
        // Four standard errors of the chains; draws and points of the approximation add 0.03 deviations at most twice.
        #expect(abs(found[i].mean - expected[i].mean) < error, "\(site)[\(i)]")
        // Some 500 effective draws give a deviation to 3 percent, of skewed sites to 6.
        #expect(abs(found[i].sd / expected[i].sd - 1) < 0.25, "\(site)[\(i)]")
      }
    }
  }
}
