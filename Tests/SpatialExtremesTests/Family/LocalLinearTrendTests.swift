import Distributions
import Foundation
import Inference
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

/// The local linear trend: its states, its moments between and beyond the years, and its path.
@Suite struct LocalLinearTrendTests {
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
    let steps = zip(TemporalData.years.dropFirst(), TemporalData.years).map(-)
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
        let (s, t) = (TemporalData.years[i] - 1990, TemporalData.years[j] - 1990)
        let expected =
          root * root * covariance((s, false), (t, false)) + deviation * deviation * s * t
        expectClose([found], [expected], relative: 1e-12, absolute: 1e-12)
      }
    }
  }

  /// The least-squares line of the levels has the slope that has a prior, and the slopes of the states go with the levels.
  @Test func theSlopeIsThatOfTheLine() throws {
    let trend = LocalLinearTrend("r", variance: (0.01, 1), slope: Coefficient("slope", 0, 0.1))
    let data = StationTensors(TemporalData.data)
    let model = Model<Tensor> { p in trend.sampleProcess(&p, data) ?? 0 }
    let trace = try model.substituting(["slope": 0.25, "r.variance": 0.3])
      .seeded(by: RandomKey(3)).trace()
    let level = try #require(trace["r_t"]?.value).scalars
    let mean = TemporalData.years.reduce(0, +) / 6
    let slope =
      zip(TemporalData.years, level).reduce(0) { $0 + ($1.0 - mean) * $1.1 }
      / TemporalData.years.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    expectClose([slope], [0.25], relative: 1e-12)
    let z = try #require(trace["r_z"]?.value)
    let steps = zip(TemporalData.years.dropFirst(), TemporalData.years).map(-)
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
    let draws = TemporalData.draws([
      "r.variance": 0.04, "r_t": Tensor(levels), "r_rate": Tensor(rates), "slope": 0.2,
    ])
    let found = trend.moments(
      draws, StationTensors(TemporalData.data), in: Climate([Covariates.year: year]))
    // The process about the line of the first year, whose level 0 is known.
    let known = TemporalData.years.dropFirst().flatMap { [($0 - 1990, false), ($0 - 1990, true)] }
    let values = zip(levels, rates).enumerated().dropFirst().flatMap { j, state in
      [state.0 - rates[0] * (TemporalData.years[j] - 1990), state.1 - rates[0]]
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
    let data = StationTensors(TemporalData.data)
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

  /// Draws that share their variance and their states.
  private func repeated(_ count: Int) -> Draws {
    func repeated(_ x: [Double]) -> Tensor { Tensor(x).broadcast(to: [count, x.count]) }
    return Draws(
      count: count,
      sites: [
        ("r.variance", .full(0.04, [count])), ("r_t", repeated([0, 0.3, 0.2, 1.1, -0.4, 0.2])),
        ("r_rate", repeated([0.2, 0.1, 0.3, -0.1, 0.05, 0.15])),
      ])
  }

  private let trend = LocalLinearTrend(
    "r", variance: (0.01, 1), slope: Coefficient("slope", 0, 0.1))

  /// The levels of a draw in several years are those of one path: their covariance is that of the dense process.
  @Test func theLevelsOfADrawAreOnePath() {
    let years = [1987.0, 1988.5, 1997, 1997.25, 1997.5, 2000, 2007, 2030.5, 2040]
    let count = 4000
    let values = trend.values(
      repeated(count), StationTensors(TemporalData.data), at: .stations,
      in: years.map { Climate([Covariates.year: $0]) }
    ).map(\.scalars)
    let means = values.map { $0.reduce(0, +) / Double(count) }
    // With the first state known and flat before it, time runs backwards from 1990.
    let known = TemporalData.years.dropFirst().flatMap { [($0 - 1990, false), ($0 - 1990, true)] }
    let L = cholesky(
      Tensor(
        known.flatMap { a in known.map { covariance(a, $0) } }, shape: [known.count, known.count]))
    func given(_ s: Double, _ t: Double) -> Double {
      if s < 1990 || t < 1990 {
        return s < 1990 && t < 1990 ? covariance((1990 - s, false), (1990 - t, false)) : 0
      }
      let (a, b) = (
        Tensor(known.map { covariance($0, (s - 1990, false)) }),
        Tensor(known.map { covariance($0, (t - 1990, false)) })
      )
      return covariance((s - 1990, false), (t - 1990, false))
        - (triangularSolve(L, a) * triangularSolve(L, b)).sum().scalar
    }
    for i in years.indices {
      for j in 0...i {
        let found =
          zip(values[i], values[j]).reduce(0) { $0 + ($1.0 - means[i]) * ($1.1 - means[j]) }
          / Double(count)
        let (s, t) = (years[i], years[j])
        let (both, one, other) = (0.04 * given(s, t), 0.04 * given(s, s), 0.04 * given(t, t))
        // Five standard errors of a covariance.
        let error = ((one * other + both * both) / Double(count)).squareRoot()
        expectClose([found], [both], relative: 0, absolute: 5 * error, "\(s) with \(t)")
      }
    }
  }

  /// A year has the same level whichever others are asked, before it or after it, and whatever piece of the draws is computed.
  @Test func theLevelOfAYearDoesNotDependOnOthers() {
    let data = StationTensors(TemporalData.data)
    let draws = repeated(40)
    func levels(_ years: [Double], _ draws: Draws, at places: Places = .stations) -> [Tensor] {
      trend.values(draws, data, at: places, in: years.map { Climate([Covariates.year: $0]) })
    }
    for year in [1985.0, 2000, 2006, 2030] {
      let alone = levels([year], draws)[0].scalars
      #expect(levels([2050, year, 1997, 2010, 1980], draws)[1].scalars == alone)
      let piece = Places.stations.ofPiece(startingAt: 32, key: RandomKey(9))
      #expect(levels([year], repeated(8), at: piece)[0].scalars == Array(alone.dropFirst(32)))
    }
  }

  /// Without a key other places have the conditional means; with one they share a path.
  @Test func otherPlacesHaveOnePathOfTheirKey() {
    let data = StationTensors(TemporalData.data)
    let climate = Climate([Covariates.year: 2030])
    let point = Tensor([[0.0, 40]].flatMap(\.self), shape: [1, 2])
    let means = trend.values(repeated(3), data, at: Places(point), in: climate)
    let expected = trend.plugInValues(
      repeated(3), repeated(3), data, at: .stations, in: [climate])[0]
    expectClose(means.scalars, Array(repeating: expected.scalars[0], count: 3), relative: 1e-12)
    let drawn = trend.values(repeated(3), data, at: Places(point, key: RandomKey(1)), in: climate)
    #expect(Set(drawn.scalars).count == 3)
  }

  /// The climate of a year of the data has its calendar year, which a trend reads in reports, comparisons and simulations.
  @Test func theClimateOfAYearHasTheCalendar() {
    #expect(
      TemporalData.data.climate(2).values
        == [
          Covariates.year: 1992, Covariates.gmst: 0.4,
          "forcing": TemporalData.data.yearColumns["forcing"]?[2],
        ])
  }
}
