import Distributions
import Inference
import Kernels
import PPL
import Parallel
import TestSupport
import Testing

@testable import SpatialExtremes

/// Maxima left out given those of the other stations of their year, by a Gaussian copula.
@Suite struct ConditionalScoresTests {
  /// Six stations and twelve years with three gaps, one of them of a station alone in its year.
  private let tensors: StationTensors = {
    var data = PredictionFolder.data
    for place in [5, 17, 41] { data.maxima[place] = nil }
    for station in 1..<6 { data.maxima[station * 12 + 3] = nil }
    return StationTensors(data)
  }()
  private let draws = Draws(
    count: 2,
    sites: [("c0", Tensor([0.3, 0.6])), ("c1", Tensor([0.4, 0.8])), ("c2", Tensor([2, 3]))])

  private func gev(_ year: Int) -> GEV {
    let stations = Tensor((0..<6).map { 35 - 0.1 * Double($0) })
    let shifts = Tensor([0.05 * Double(year), 0.05 * Double(year) + 0.5])
    return GEV(stations + shifts.expandingDimension(at: 1), 1.6, -0.1)
  }

  /// p(y_i | the others) = p(all) / p(all but y_i), each the product of marginal densities and the density of the copula.
  @Test func densitiesAreQuotientsOfJointOnes() throws {
    let mask = try #require(tensors.mask)
    let copula = GaussianCopula(scaledTo: tensors, metric: Euclidean(), unit: "degrees")
    let years = (0..<12).map(gev)
    let conditional = try ConditionalScores(copula, draws, years, tensors, pool: .serial)
    for place in mask.scalars.indices where mask.scalars[place] == 1 {
      let (station, year) = place.quotientAndRemainder(dividingBy: 12)
      let y = tensors.maxima.scalars[place]
      let own = GEV(years[year].location[.all, .at(station)], 1.6, -0.1)
      let found = GEVMixture(own, observed: y, given: conditional.condition(place)).logDensities
      var others = mask.scalars
      others[place] = 0
      for draw in 0..<2 {
        let location = stack(years.map { $0.location[.at(draw)] }).transposed()
        let R = copula.correlation(draws, draw, at: tensors.coordinates)
        let joint = [mask, Tensor(others, shape: [6, 12])].map {
          copula.logDensity(GEV(location, 1.6, -0.1), tensors.maxima, R, mask: $0).scalar
        }
        expectClose(
          [found[draw]], [own.logProb(Tensor(y)).scalars[draw] + joint[0] - joint[1]],
          relative: 1e-9, absolute: 1e-9, "\(station) \(year)")
      }
    }
  }

  /// A score that the others say nothing of is that of the marginal distribution, to the digits of the quadrature.
  @Test func aStandardNormalScoreIsThatOfNoCopula() throws {
    let gev = GEV(Tensor([35, 36]), Tensor([1.6, 2]), Tensor([-0.1, 0.1]))
    let condition = ConditionalScores.Condition(mean: Tensor([0, 0]), deviation: Tensor([1, 1]))
    let scores = try [nil, condition].map {
      try #require(GEVMixture(gev, observed: 37, given: $0).score([0.3, 0.7]))
    }
    expectClose([scores[1].pit], [scores[0].pit], relative: 1e-12)
    expectClose([scores[1].crps], [scores[0].crps], relative: 2e-4)
  }

  /// The integral of the score by 40,000 steps, to the digits of the quadrature of mixtures.
  @Test func theScoreOfANarrowConditionIsItsIntegral() throws {
    let gev = GEV(Tensor([35.0]), Tensor([1.6]), Tensor([-0.1]))
    let condition = ConditionalScores.Condition(mean: Tensor([1.2]), deviation: Tensor([0.3]))
    let y = 37.0
    let score = try #require(GEVMixture(gev, observed: y, given: condition).score([1]))
    let step = 0.0005
    let x = (0..<40_000).map { 29 + step * (Double($0) + 0.5) }
    let z = normalQuantile(minimum(maximum(gev.cdf(Tensor(x)), 1e-15), 1 - 1e-15))
    let F = normalCDF((z - 1.2) / 0.3).scalars
    let integral = zip(x, F).reduce(0) { sum, point in
      let miss = point.0 < y ? point.1 : 1 - point.1
      return sum + step * miss * miss
    }
    expectClose([score.crps], [integral], relative: 2e-4)
  }
}
