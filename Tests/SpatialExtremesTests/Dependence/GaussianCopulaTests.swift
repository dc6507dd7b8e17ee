import Distributions
import Foundation
import Inference
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

/// The Gaussian copula with gaps against the multivariate normal density of the stations that are present.
@Suite struct GaussianCopulaTests {
  private let coordinates = Tensor(rows: [
    [-3.7, 40.4], [2.1, 41.3], [-6.0, 37.4], [-1.0, 38.2],
  ])
  private let copula = GaussianCopula(short: Prior(0.5, .lengthscale), long: Prior(4, .lengthscale))

  private var R: Tensor { copula.correlation(0.3, 1.5, 6, at: coordinates) }

  /// The scores `[4, T]` and the present stations of each year.
  private let years: [[Int]] = [
    [0, 1, 2, 3], [0, 2, 3], [0, 1], [1], [], [0, 2, 3], [3, 1, 0], [2, 3],
  ]

  private var scores: Tensor {
    let values = RandomKey(2).normal([4, years.count]).scalars
    return Tensor(
      (0..<values.count).map { k in
        years[k % years.count].contains(k / years.count) ? values[k] : 0
      }, shape: [4, years.count])
  }

  private var mask: Tensor {
    Tensor(
      (0..<4 * years.count).map { years[$0 % years.count].contains($0 / years.count) ? 1 : 0 },
      shape: [4, years.count])
  }

  /// log N(z_o; 0, R_oo) - Σ log N(z_i) of one year, by the matrix of its own stations.
  private func ofYear(_ z: [Double], _ R: Tensor) -> Double {
    guard z.count > 1 else { return 0 }
    let joint = MultivariateNormal(.zeros([z.count]), covariance: R).logProb(Tensor(z)).scalar
    return joint - Normal(0, 1).logProb(Tensor(z)).sum().scalar
  }

  /// Years with few gaps go by the precision, those with few stations by a factor of their own; both are in the list.
  @Test func aYearWithGapsHasTheDensityOfThePresentStations() {
    let (z, r) = (scores.scalars, R.scalars)
    let expected = years.enumerated().reduce(0.0) { sum, year in
      let own = year.element.sorted()
      let matrix = Tensor(rows: own.map { i in own.map { r[4 * i + $0] } }.filter { !$0.isEmpty })
      return sum + ofYear(own.map { z[$0 * years.count + year.offset] }, matrix)
    }
    let patterns = GapPattern.patterns(mask)
    #expect(patterns.map(\.years) == [[0], [1, 5], [2], [3], [4], [6], [7]])
    let found = GaussianCopula.logDensity(scores, R, patterns).scalar
    // The correlations are at most 0.6, so that few digits cancel.
    expectClose([found], [expected], relative: 1e-11)
  }

  @Test func aMaskWithoutGapsGivesTheDensityOfAllStations() {
    let gev = GEV(.zeros([4, 8]), .ones([4, 8]), .full(0.1, [4, 8]))
    let y = RandomKey(1).uniform([4, 8]) * 3
    expectClose(
      copula.logDensity(gev, y, R, mask: .ones([4, 8])),
      copula.logDensity(gev, y, R, mask: nil), relative: 1e-11)
  }

  /// By finite differences, through scores and correlation.
  @Test func theGradientIsThatOfFiniteDifferences() {
    let mask = mask
    let y = RandomKey(4).uniform([4, years.count]) * 3
    expectGradient(
      of: { x in
        let gev = GEV(
          x[0].broadcast(to: [4, mask.shape[1]]), exp(x[1]), x[2])
        let R = copula.correlation(x[3], x[4], x[5], at: coordinates)
        return copula.logDensity(gev, y, R, mask: mask)
      }, at: [Tensor(0.1), Tensor(0.2), Tensor(0.05), Tensor(0.3), Tensor(1.5), Tensor(6)],
      tolerance: 1e-6)
  }

  /// The priors follow the extent of the stations in the unit of the metric.
  @Test func priorsAreScaledToTheStations() throws {
    var data = StationTensors(PredictionFolder.data)
    data.hasCopula = true
    let km = try GEVByFormula(data, priors: .published)
    let degrees = GEVMultiplicative(data, priors: .published)
    let (ofKm, ofDegrees) = (
      try #require(km.family.copula), try #require(degrees.family.copula)
    )
    #expect(ofKm.unit == "km" && ofDegrees.unit == "degrees")
    let extent = try #require(ofDegrees.long.number)
    #expect(try #require(ofKm.long.number) / extent > 80)
    expectClose(
      [try #require(ofKm.short.number)], [0.15 * (ofKm.long.number ?? 0)], relative: 1e-12)
    #expect(km.parameters.suffix(3).map(\.name) == ["c0", "c1", "c2"])
    let own = try GEVByFormula(data, priors: .parse(["--prior", "c1=33,0.2"]))
    #expect(own.family.copula?.short.number == 33 && own.family.copula?.deviations.short == 0.2)
    #expect(GEVCopula(data, priors: .published).family.copula?.short.number == 0.5)
  }
}
