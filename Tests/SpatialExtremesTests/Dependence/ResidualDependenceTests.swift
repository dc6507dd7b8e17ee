import Distributions
import Foundation
import Inference
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

/// Measured dependence of normal scores against numbers by hand and known copulas.
@Suite struct ResidualDependenceTests {
  /// Scores `[S, T]` with one correlation of all pairs.
  private func scores(_ S: Int, _ T: Int, _ rho: Double, seed: UInt64 = 1) -> [Double] {
    let keys = RandomKey(seed).split()
    return
      (Tensor(rho.squareRoot()) * keys.0.normal([1, T])
      + Tensor((1 - rho).squareRoot()) * keys.1.normal([S, T])).scalars
  }

  private func line(_ S: Int) -> [Double] {
    (0..<S * S).map { 10 * abs(Double($0 / S) - Double($0 % S)) }
  }

  /// The orthant probability 1/4 + asin(rho) / (2 pi), the square of the tail at 0, and the tail itself at 1.
  @Test func jointExceedancesOfNormalPairsAreThoseOfTheClosedForms() {
    for rho in [-0.5, 0, 0.3, 0.9] {
      expectClose(
        [TailDependence.jointExceedance(0, correlation: rho)], [0.25 + asin(rho) / (2 * .pi)],
        relative: 1e-9)
    }
    let tail = 0.5 * erfc(1.5 / 2.0.squareRoot())
    expectClose(
      [TailDependence.jointExceedance(1.5, correlation: 0)], [tail * tail], relative: 1e-12)
    // Simpson's rule of 64 steps.
    expectClose([TailDependence.jointExceedance(1.5, correlation: 1)], [tail], relative: 1e-8)
  }

  /// Three stations: years with 2, 1, 0 and 3 exceedances, one station missing in the last but one.
  @Test func chiCountsOrderedPairs() {
    let years = [[2.0, 2, 0], [2, 0, 0], [0, 0], [2, 2, 2]]
    let tail = TailDependence(0.9, years, stations: 3)
    // k (k - 1): 2 + 0 + 0 + 6; k (m - 1): 4 + 2 + 0 + 6.
    expectClose([tail.ofData], [8 / 12.0], relative: 1e-12)
    #expect(tail.exceedances == 6 && abs(tail.ofModel - 0.1) < 1e-12)
    let left = [6 / 8.0, 8 / 10.0, 8 / 12.0, 2 / 6.0]
    let mean = left.reduce(0, +) / 4
    let error = (0.75 * left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot()
    expectClose([tail.error], [error], relative: 1e-12)
    #expect(TailDependence(0.9, [[0, 0]], stations: 2).ofData.isNaN)
  }

  /// Data of a copula have its chi, within three standard errors; the independent model has 1 - u.
  @Test func chiOfAKnownCopulaIsFound() {
    let (S, rho) = (8, 0.5)
    let correlations = (0..<S * S).map { $0 / S == $0 % S ? 1 : rho }
    let found = ResidualDependence(
      scores: scores(S, 3_000, rho), stations: S, distances: line(S), correlations: correlations)
    for tail in found.tails {
      #expect(abs(tail.ofData - tail.ofModel) < 3 * tail.error, "\(tail)")
      #expect(tail.error < 0.03 && tail.ofModel > 2 * (1 - tail.level))
    }
    // The standard error of one correlation is 0.75/sqrt(3000) = 0.014.
    #expect(abs((found.meanCorrelation ?? 0) - rho) < 0.04)
    #expect(found.isNotable && found.byDistance.map(\.pairs) == [9, 9, 10])
    expectClose(
      [found.effectiveStations ?? 0], [8 / (1 + 7 * (found.meanCorrelation ?? 0))], relative: 1e-12)
  }

  @Test func independentScoresAreNotNotable() {
    let notable = (1...20).count { seed in
      ResidualDependence(
        scores: scores(10, 40, 0, seed: UInt64(seed)), stations: 10, distances: line(10)
      ).isNotable
    }
    #expect(notable == 0)
  }

  /// Ten stations share ten of 50 years: a mean correlation of 0.07 to 0.14 is beyond chance in all 50, and not in ten.
  @Test func chanceFollowsTheCommonYearsOfThePairs() throws {
    let (S, T) = (10, 50)
    let found = try #require(
      (1...40).lazy.map { seed in
        let all = scores(S, T, 0.1, seed: UInt64(seed))
        let values = all.indices.map { $0 % T < 10 ? all[$0] : .nan }
        return ResidualDependence(scores: values, stations: S, distances: line(S))
      }.first { (0.07...0.14).contains($0.meanCorrelation ?? 0) })
    #expect(found.pairs.count == 45 && found.pairs.allSatisfy { $0.years == 10 })
    expectClose([found.chanceDeviation], [1 / (45.0 * 9).squareRoot()], relative: 1e-12)
    // 3 / sqrt(45 * 50) = 0.063, and 3 / sqrt(45 * 9) = 0.149.
    #expect(!found.isNotable)
  }

  /// A maximum whose fitted distribution is not defined is counted, in words and for programs.
  @Test func maximaWithoutAScoreAreCounted() throws {
    let data = StationTensors(PredictionFolder.data)
    let (S, T) = (6, 12)
    let location = data.maxima.mean(along: [1]).scalars
    let gev = (0..<T).map { t in
      GEV(Tensor((0..<S).map { t == 3 && $0 < 2 ? .nan : location[$0] }, shape: [1, S]), 1, 0)
    }
    let found = ResidualDependence(gev, data)
    #expect(found.undefined == 2 && found.pairs.map(\.years).min() == 11)
    let report = DependenceReport(
      residual: found, outcome: nil, method: .independent, deviations: [])
    #expect(
      report.lines.last
        == "2 maxima count as missing there: the fitted distribution is not defined")
    let numbers = try JSONDecoder().decode(
      JSONValue.self, from: JSONEncoder().encode(report.numbers))
    #expect(numbers["undefined_scores"]?.double == 2)
  }

  /// A posterior with more numbers than its Hessian is formed for stays as it is, which the report says.
  @Test func aPosteriorThatIsTooLargeIsNotWidenedInWords() throws {
    let S = 8
    let residual = ResidualDependence(
      scores: scores(S, 60, 0.5), stations: S, distances: line(S))
    let reason = try #require(
      DependenceError.reason(PosteriorAdjustmentError.tooLarge(count: 1_500, limit: 1_200)))
    let report = DependenceReport(
      residual: residual, outcome: .unchanged(reason: reason), method: .independent, deviations: [])
    #expect(
      report.lines[0].hasSuffix(
        "; intervals take stations as independent, since the posterior has 1500 unconstrained numbers, but at most 1200 can be adjusted; they are too narrow"
      ), "\(report.lines[0])")
    #expect(DependenceError.reason(ModelError.other(site: "y", message: "a mistake")) == nil)
  }

  /// Pairs with fewer than eight common years do not count.
  @Test func gapsAreLeftOut() {
    var values = scores(3, 12, 0.9)
    for t in 0..<5 { values[t] = .nan }  // the first station has seven years
    let found = ResidualDependence(scores: values, stations: 3, distances: line(3))
    #expect(found.pairs.count == 1 && found.pairs[0].distance == 10)
    let (a, b) = (Array(values[12..<24]), Array(values[24..<36]))
    let (ma, mb) = (a.reduce(0, +) / 12, b.reduce(0, +) / 12)
    let products = zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) }
    let squares =
      a.reduce(0) { $0 + ($1 - ma) * ($1 - ma) }
      * b.reduce(0) {
        $0 + ($1 - mb) * ($1 - mb)
      }
    expectClose([found.pairs[0].correlation], [products / squares.squareRoot()], relative: 1e-12)
  }

  /// The scores are those of the fitted distributions: the median has 0, and far values keep their tail.
  @Test func scoresAreThoseOfTheFittedDistributions() {
    let data = StationTensors(PredictionFolder.data)
    let location = data.maxima.mean(along: [1])
    let gev = (0..<12).map { _ in GEV(location.expandingDimension(at: 0), 1, 0) }
    let found = ResidualDependence(gev, data)
    let y = data.maxima.scalars
    for i in 0..<6 {
      for t in 0..<12 {
        let u = exp(-exp(-(y[i * 12 + t] - location.scalars[i])))
        expectClose(
          [found.scores[i * 12 + t]], [normalQuantile(Tensor(u)).scalar], relative: 1e-8)
      }
    }
  }
}
