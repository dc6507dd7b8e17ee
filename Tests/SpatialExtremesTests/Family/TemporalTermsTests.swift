import Distributions
import Foundation
import Inference
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

/// Functions of time: the response of an energy-balance model, and orthonormal polynomials; densities of all functions.
@Suite struct TemporalTermsTests {
  // MARK: Energy balance

  /// The response by its recursion, year by year of the forcing: exact for a forcing that is linear between years.
  private func response(_ year: Double, _ tau: Double) -> Double {
    let known = [1960.0, 1975, 1988] + TemporalData.years + [1993, 2010]
    let nodes = known.sorted().filter { $0 < year } + [year]
    var gap = 0.0
    for (a, b) in zip(nodes, nodes.dropFirst()) {
      let slope = (TemporalData.force(b) - TemporalData.force(a)) / (b - a)
      let decay = exp(-(b - a) / tau)
      gap = gap * decay - tau * slope * (1 - decay)
    }
    return TemporalData.force(year) + gap
  }

  @Test(arguments: [0.5, 8, 200]) func theResponseIsThatOfItsRecursion(tau: Double) throws {
    let term = EnergyBalance(
      "e", forcing: "forcing", time: (8, 0.8), amplitude: Coefficient("a", 0, 1))
    let data = StationTensors(TemporalData.data)
    let model = Model { p in term.sample(&p, process: nil, data) }
    let values = try model.substituting(["e.time": Tensor(tau), "a": 2]).trace()
    let r = TemporalData.years.map { response($0, tau) }
    let mean = r.reduce(0, +) / 6
    #expect(abs((values["e_mean"]?.value?.scalar ?? .nan) - mean) < 1e-12)
    let draws = TemporalData.draws(["e.time": Tensor(tau), "a": 2, "e_mean": Tensor(mean)])
    // In a year of the data, and beyond the file with the forcing of the climate.
    for year in [1992.0, 2006, 2010, 2040] {
      let climate = Climate([Covariates.year: year, "forcing": TemporalData.force(year)])
      let found = term.values(draws, data, at: .stations, in: climate).scalars
      expectClose(found, [2 * (response(year, tau) - mean)], relative: 1e-11, absolute: 1e-12)
    }
  }

  /// A forcing that stays has its balance as response, after a time much longer than the response time.
  @Test func theResponseTendsToTheForcing() {
    let r = EnergyBalance.response(
      years: [2000], forcing: [3], after: [(1900, 0), (1910, 3)], 5)
    // exp(-18), the memory of ten years of increase.
    #expect(abs(r.scalars[0] - 3) < 1e-6)
  }

  // MARK: Basis

  /// Mean 0, mean square 1 and mean products 0 over the years, whatever their unit and repetitions.
  @Test func thePolynomialsAreOrthonormal() {
    let x = [288.1, 288.3, 288.3, 288.9, 289.4, 288.7, 288.2, 290.0]
    let polynomials = OrthogonalPolynomials(x, degree: 4)
    for j in 0...4 {
      for k in 0...4 {
        let mean =
          x.reduce(0) { $0 + polynomials($1, degree: j) * polynomials($1, degree: k) } / 8
        #expect(abs(mean - (j == k ? 1 : 0)) < 1e-12)
      }
    }
    let mean = x.reduce(0, +) / 8
    let spread = (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 8).squareRoot()
    #expect(abs(polynomials(289, degree: 1) - (289 - mean) / spread) < 1e-12)
  }

  // MARK: Densities

  /// Every function of time has a finite density at its start, and the gradient of finite differences.
  @Test(arguments: [
    ["--location", "1 + field + trend"],
    ["--location", "1 + ebm(forcing)", "--log-scale", "1 + trend"],
    ["--location", "1 + basis(gmst,2) + field:basis(gmst,2)"],
    ["--location", "1 + field", "--kernel", "matern12+matern52", "--nugget", "--anisotropy"],
    ["--location", "1 + field + gmst", "--dispersion"],
  ])
  func theGradientIsThatOfDifferences(flags: [String]) throws {
    let model = try GEVByFormula(
      StationTensors(TemporalData.data, fields: .automatic),
      priors: GEVByFormula.Priors.parse(flags))
    let density = try LogDensity(model.posterior)
    let start = try LogJoint(model.posterior).start(.values(model.start), key: RandomKey(2))
    #expect(try density.valueWithGradient(at: start).0.scalar.isFinite)
    let keys = RandomKey(6).split(start.count)
    var point = start
    for (name, key) in zip(start.keys.sorted(), keys) {
      point[name] = (start[name] ?? 0) + 0.1 * key.normal(start[name]?.shape ?? [])
    }
    let gradient = try density.valueWithGradient(at: point).1
    for (name, slope) in gradient {
      for place in slope.scalars.indices {
        func value(_ h: Double) throws -> Double {
          var moved = point
          var values = point[name]?.scalars ?? []
          values[place] += h
          moved[name] = Tensor(values, shape: slope.shape)
          return try density.valueWithGradient(at: moved).0.scalar
        }
        let difference = try (value(1e-5) - value(-1e-5)) / 2e-5
        // Central differences of numbers near 100.
        expectClose([slope.scalars[place]], [difference], relative: 1e-5, absolute: 1e-5, name)
      }
    }
  }
}
