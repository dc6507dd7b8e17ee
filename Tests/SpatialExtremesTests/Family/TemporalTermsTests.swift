import Distributions
import Foundation
import Inference
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

/// Functions of time: a local linear trend, the response of an energy-balance model, and orthonormal polynomials.
@Suite struct TemporalTermsTests {
  /// Years with gaps of one to nine.
  private static let years = [1990.0, 1991, 1992, 1995, 2004, 2006]

  /// Stations and years with a forcing, which the file has before and after them.
  private static let data: StationMaxima = {
    var data = StationMaxima(
      stations: [
        .init(id: "a", longitude: -3, latitude: 40), .init(id: "b", longitude: 2, latitude: 41),
      ], years: years.map { Int($0) }, covariate: [0.3, 0.5, 0.4, 0.7, 0.9, 1.2],
      maxima: [35, 37, 36, 39, 36, 38, 31, 33, 32, 30, 34, 35])
    data.yearColumns["forcing"] = years.map(force)
    for year in [1960, 1975, 1988, 1993, 2010] {
      data.otherYears[year] = ["forcing": force(Double(year)), "gmst": 0]
    }
    return data
  }()

  private static func force(_ year: Double) -> Double { 0.03 * (year - 1950) + sin(year) }

  /// One draw of the sites.
  private func draws(_ sites: [String: Tensor]) -> Draws {
    Draws(count: 1, sites: sites.map { ($0.key, $0.value.expandingDimension(at: 0)) })
  }

  // MARK: Local linear trend

  /// The covariance of level and slope of an integrated random walk from its definition, `variance` 1, level and slope 0 at 0.
  private func covariance(_ a: (t: Double, ofSlope: Bool), _ b: (t: Double, ofSlope: Bool))
    -> Double
  {
    let m = min(a.t, b.t)
    switch (a.ofSlope, b.ofSlope) {
    case (false, false): return m * m * m / 3 + m * m * abs(a.t - b.t) / 2
    case (true, true): return m
    // The integral of min(u, slope's time) up to the level's time.
    case (false, true): return a.t <= b.t ? a.t * a.t / 2 : a.t * b.t - b.t * b.t / 2
    case (true, false): return covariance(b, a)
    }
  }

  /// The recursion is the Gaussian process of an integrated random walk with a random slope, to rounding.
  @Test func theStatesAreThoseOfTheDenseProcess() {
    let steps = zip(Self.years.dropFirst(), Self.years).map(-)
    let n = steps.count
    let (root, deviation) = (0.7, 0.3)
    // The map of each standard normal number to the levels; the last one is that of the slope.
    let columns = (0...2 * n).map { place in
      var z = [Double](repeating: 0, count: 2 * n)
      if place < 2 * n { z[place] = 1 }
      return LocalLinearTrend.states(
        Tensor(z, shape: [2, n]), Tensor(root), Tensor(place == 2 * n ? deviation : 0),
        steps: steps
      ).level.scalars
    }
    for i in 0...n {
      for j in 0...n {
        let found = columns.reduce(0) { $0 + $1[i] * $1[j] }
        let (s, t) = (Self.years[i] - 1990, Self.years[j] - 1990)
        let expected =
          root * root * covariance((s, false), (t, false)) + deviation * deviation * s * t
        expectClose([found], [expected], relative: 1e-12, absolute: 1e-12)
      }
    }
  }

  /// The least-squares line of the levels has the slope that has a prior, and the slopes of the states go with the levels.
  @Test func theSlopeIsThatOfTheLine() throws {
    let trend = LocalLinearTrend("r", variance: (0.01, 1), slope: Coefficient("slope", 0, 0.1))
    let data = StationTensors(Self.data)
    let model = Model<Tensor> { p in trend.sampleProcess(&p, data) ?? 0 }
    let trace = try model.substituting(["slope": 0.25, "r.variance": 0.3])
      .seeded(by: RandomKey(3)).trace()
    let level = try #require(trace["r_t"]?.value).scalars
    let mean = Self.years.reduce(0, +) / 6
    let slope =
      zip(Self.years, level).reduce(0) { $0 + ($1.0 - mean) * $1.1 }
      / Self.years.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    expectClose([slope], [0.25], relative: 1e-12)
    let z = try #require(trace["r_z"]?.value)
    let steps = zip(Self.years.dropFirst(), Self.years).map(-)
    let path = LocalLinearTrend.states(z, Tensor(0.3.squareRoot()), 0, steps: steps)
    let change = (level[5] - path.level.scalars[5]) / 16
    let rate = try #require(trace["r_rate"]?.value).scalars
    expectClose(rate, path.rate.scalars.map { $0 + change }, relative: 1e-11)
  }

  /// Between and beyond the years the moments are those of the dense process given all states, to 1e-10.
  @Test(arguments: [1990.0, 1990.4, 1993, 2000.5, 2005, 2006, 2007, 2030])
  func theMomentsAreThoseOfTheDenseProcess(year: Double) throws {
    let trend = LocalLinearTrend(
      "r", variance: (0.01, 1), slope: Coefficient("slope", 0, 0.1))
    let (levels, rates) = ([0, 0.3, 0.2, 1.1, -0.4, 0.2], [0.2, 0.1, 0.3, -0.1, 0.05, 0.15])
    let draws = draws([
      "r.variance": 0.04, "r_t": Tensor(levels), "r_rate": Tensor(rates), "slope": 0.2,
    ])
    let found = trend.moments(
      draws, StationTensors(Self.data), in: Climate([Covariates.year: year]))
    // The process about the line of the first year, whose level 0 is known.
    let known = Self.years.dropFirst().flatMap { [($0 - 1990, false), ($0 - 1990, true)] }
    let values = zip(levels, rates).enumerated().dropFirst().flatMap { j, state in
      [state.0 - rates[0] * (Self.years[j] - 1990), state.1 - rates[0]]
    }
    let K = Tensor(
      known.flatMap { a in known.map { covariance(a, $0) } }, shape: [known.count, known.count])
    let k = Tensor(known.map { covariance($0, (year - 1990, false)) })
    let L = cholesky(K)
    let (a, b) = (triangularSolve(L, k), triangularSolve(L, Tensor(values)))
    let centre = levels.reduce(0, +) / 6
    let mean = (a * b).sum().scalar + rates[0] * (year - 1990) - centre
    let rest = covariance((year - 1990, false), (year - 1990, false)) - (a * a).sum().scalar
    expectClose([found.mean.scalars[0]], [mean], relative: 1e-10, absolute: 1e-10)
    // The difference of two variances of up to 2e4.
    let variance = found.deviation.scalars[0] * found.deviation.scalars[0]
    expectClose([variance], [0.04 * rest], relative: 1e-9, absolute: 1e-9)
  }

  /// In a year of the data the trend of a draw is that of the likelihood, and a forecast varies as its process does.
  @Test func aTrendIsDrawnBeyondTheData() throws {
    let trend = LocalLinearTrend("r", variance: (0.01, 1), slope: Coefficient("slope", 0, 0.1))
    let count = 400
    func repeated(_ x: [Double]) -> Tensor { Tensor(x).broadcast(to: [count, x.count]) }
    let draws = Draws(
      count: count,
      sites: [
        // Each draw has hyperparameters of its own, as those of a chain have.
        ("r.variance", Tensor((0..<count).map { 0.04 + 1e-9 * Double($0) })),
        ("r_t", repeated([0, 1, 2, 3, 4, 5])), ("r_rate", repeated([1, 1, 1, 0.5, 0.5, 0.5])),
      ])
    let data = StationTensors(Self.data)
    let inside = trend.values(
      draws, data, at: .stations, in: Climate([Covariates.year: 1992])
    ).scalars
    #expect(inside.allSatisfy { $0 == -0.5 })
    let climate = Climate([Covariates.year: 2026])
    let values = trend.values(draws, data, at: .stations, in: climate).scalars
    let mean = values.reduce(0, +) / Double(count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    let expected = 0.04 * 8000 / 3
    // Four standard errors of 400 draws.
    expectClose(
      [mean], [5 + 0.5 * 20 - 2.5], relative: 0, absolute: 4 * (expected / 400).squareRoot())
    expectClose([variance], [expected], relative: 4 * (2 / 400.0).squareRoot())
    let plugIn = trend.plugInValues(draws, draws, data, at: .stations, in: [climate])
    expectClose(plugIn[0].scalars, [12.5], relative: 1e-12)
  }

  // MARK: Energy balance

  /// The response by its recursion, year by year of the forcing: exact for a forcing that is linear between years.
  private func response(_ year: Double, _ tau: Double) -> Double {
    let known = [1960.0, 1975, 1988] + Self.years + [1993, 2010]
    let nodes = known.sorted().filter { $0 < year } + [year]
    var gap = 0.0
    for (a, b) in zip(nodes, nodes.dropFirst()) {
      let slope = (Self.force(b) - Self.force(a)) / (b - a)
      let decay = exp(-(b - a) / tau)
      gap = gap * decay - tau * slope * (1 - decay)
    }
    return Self.force(year) + gap
  }

  @Test(arguments: [0.5, 8, 200]) func theResponseIsThatOfItsRecursion(tau: Double) throws {
    let term = EnergyBalance(
      "e", forcing: "forcing", time: (8, 0.8), amplitude: Coefficient("a", 0, 1))
    let data = StationTensors(Self.data)
    let model = Model { p in term.sample(&p, process: nil, data) }
    let values = try model.substituting(["e.time": Tensor(tau), "a": 2]).trace()
    let r = Self.years.map { response($0, tau) }
    let mean = r.reduce(0, +) / 6
    #expect(abs((values["e_mean"]?.value?.scalar ?? .nan) - mean) < 1e-12)
    let draws = draws(["e.time": Tensor(tau), "a": 2, "e_mean": Tensor(mean)])
    // In a year of the data, and beyond the file with the forcing of the climate.
    for year in [1992.0, 2006, 2010, 2040] {
      let climate = Climate([Covariates.year: year, "forcing": Self.force(year)])
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
      StationTensors(Self.data, fields: .automatic), priors: GEVByFormula.Priors.parse(flags))
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
