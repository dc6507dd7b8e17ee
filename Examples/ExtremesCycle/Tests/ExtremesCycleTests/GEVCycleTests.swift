import Foundation
import Inference
import PPL
import SpatialExtremes
import Testing

@testable import ExtremesCycle

@Suite struct GEVCycleTests {
  private func model() throws -> GEVCycle {
    let data = StationMaxima(
      stations: [
        .init(id: "a", longitude: -3, latitude: 40), .init(id: "b", longitude: 2, latitude: 41),
      ], years: [1990, 1991, 1995], covariate: [0.3, 0.4, 0.5],
      maxima: [36, 37, 38, 33, 34, 32])
    return GEVCycle(
      StationTensors(data), priors: try GEVCycle.Priors.parse(["--period", "7"]))
  }

  /// The location of the likelihood in each year is that of predictions in its climate, and the sum by hand.
  @Test func theLocationIsTheSumOfTheTerms() throws {
    let model = try model()
    let trace = try model.posterior.seeded(by: RandomKey(3)).trace()
    func value(_ site: String) throws -> Tensor { try #require(trace[site]?.value) }
    let parameters = try #require(trace["y"]?.distribution?.parameters)
    let location = parameters[0].value.broadcast(to: [2, 3])
    let sites = Set(
      (model.parameters + model.fields).map(\.site)
    ).union(model.otherSites)
    let draws = Draws(
      count: 1, sites: try sites.sorted().map { ($0, try value($0).expandingDimension(at: 0)) })
    let (mu, cycle) = (try value("mu_s").scalars, try value("cycle_s").scalars)
    for (j, (year, d)) in zip([1990.0, 1991, 1995], [-0.1, 0, 0.1]).enumerated() {
      let predicted = model.gev(draws, in: Climate(["gmst": 0.4 + d, "year": year])).location
      for i in 0..<2 {
        let (angle, other) = (2 * Double.pi * year / 7, 1 - i)
        let a = try value("cycle_a").scalar + (cycle[i] - cycle[other]) / 2
        let expected =
          try value("mu0").scalar + (mu[i] - mu[other]) / 2 + value("beta0").scalar * d
          + a * cos(angle) + value("cycle_b").scalar * sin(angle)
        // Sums of numbers near 40 in another order.
        #expect(abs(location[.at(i), .at(j)].scalar - expected) < 1e-12)
        #expect(abs(predicted[.at(0), .at(i)].scalar - expected) < 1e-12)
      }
    }
  }
}
