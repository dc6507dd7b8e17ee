import PPL
import TestSupport
import Testing

@testable import Distributions

@Suite struct DirectionalTests {
  @Test func vonMisesIsTheSameAFullTurnOn() {
    let x = Tensor([-3, 0.1, 2])
    let turned = VonMises(Tensor(0.7 + 4 * .pi), 2)
    expectClose(VonMises(0.7, 2).logProb(x), turned.logProb(x), relative: 1e-12)
    expectClose(VonMises(0.7, 2).cdf(x), turned.cdf(x), relative: 1e-12)
    expectClose(turned.circularMean, 0.7, relative: 1e-14)
  }

  @Test func theVonMisesDistributionFunctionIsAccurate() throws {
    let functions = try #require(Reference.json("special_functions.json")["functions"])
    let rows = try #require(functions["vonMisesCDF"]).elements.map(\.doubles)
    #expect(rows.count >= 40)
    for row in rows {
      let found = VonMises(0, Tensor(row[0])).cdf(Tensor(row[1])).scalar
      #expect(abs(found - row[2]) <= 1e-15, "\(row): \(found)")
    }
    let distribution = VonMises(0, 2)
    #expect(distribution.cdf(Tensor(-.pi)).scalar == 0)
    #expect(distribution.cdf(Tensor(.pi)).scalar == 1)
    #expect(distribution.icdf(0).scalar == -.pi)
    #expect(distribution.icdf(1.5).scalar.isNaN)
  }

  @Test func theSlopeOfTheVonMisesDistributionFunctionIsAccurate() throws {
    let functions = try #require(Reference.json("special_functions.json")["functions"])
    let rows = try #require(functions["vonMisesCDFSlope"]).elements.map(\.doubles)
    #expect(rows.count >= 15)
    for row in rows {
      let found = VonMisesCDFSlope.slope(row[0], row[1])
      #expect(abs(found - row[2]) <= 1e-15 * max(row[2], 1), "\(row): \(found)")
    }
  }

  @Test func drawsOfVonMisesMoveWithTheConcentrationAsQuantilesDo() {
    let key = RandomKey(3)
    for concentration in [0.2, 3, 400] {
      let draws = VonMises(0, Tensor(concentration)).sample([4], key: key)
      let p = VonMises(0, Tensor(concentration)).cdf(draws)
      let slope = gradient(
        of: { VonMises(0, $0).sample([4], key: key).sum() }, at: Tensor(concentration))
      let expected = gradient(
        of: { VonMises(0, $0).icdf(p).sum() }, at: Tensor(concentration))
      expectClose(slope, expected, relative: 1e-9)
      let h = Tensor(1e-4 * concentration)
      let up = VonMises(0, Tensor(concentration) + h).icdf(p)
      let down = VonMises(0, Tensor(concentration) - h).icdf(p)
      // The error of a central difference.
      expectClose(slope, (up - down).sum() / (2 * h), relative: 1e-6)
    }
  }

  @Test func theCircularVarianceIsThatOfDraws() {
    let distribution = VonMises(Tensor([0.3, -2]), Tensor([1, 20]))
    let draws = distribution.sample([40_000], key: RandomKey(5))
    let resultant = cos(draws - distribution.circularMean).mean(along: [0])
    // The deviation of a cosine is below 1: six standard errors.
    #expect((abs(1 - resultant - distribution.circularVariance) .< 0.03).all().scalar == 1)
  }

  @Test func aTightVonMisesIsNearlyNormal() {
    let x = Tensor([-0.002, 0.0005, 0.001])
    let distribution = VonMises(0, 1e6)
    expectClose(distribution.logProb(x), Normal(0, 1e-3).logProb(x), relative: 1e-5, absolute: 1e-5)
    #expect(isFinite(distribution.logProb(Tensor([-3, 3]))).all().scalar == 1)
  }

  /// The exact distribution function of the first angle, on a fine grid.
  private func marginalCDF(_ distribution: SineBivariateVonMises, cells: Int) -> [Double] {
    let a = (Tensor.arange(cells) + 0.5) * Tensor(2 * .pi / Double(cells)) - Tensor(.pi)
    let pull = distribution.correlation * sin(a)
    let logBessel = logBesselI0(sqrt(square(distribution.psiConcentration) + square(pull)))
    let mass = exp(
      distribution.phiConcentration * (cos(a) - 1) + logBessel
        - logBesselI0(distribution.psiConcentration))
    var sums = [0.0]
    for value in mass.scalars { sums.append(sums[sums.count - 1] + value) }
    return sums.map { $0 / sums[cells] }
  }

  @Test(arguments: [(2.0, 1.5, 0.5), (1, 9, 6), (40, 30, -20), (0.3, 0.2, 3)])
  func drawsOfTheFirstAngleFollowTheirDistribution(_ k1: Double, _ k2: Double, _ rho: Double) {
    let distribution = SineBivariateVonMises(
      phiLocation: 0, psiLocation: 0, phiConcentration: Tensor(k1), psiConcentration: Tensor(k2),
      correlation: Tensor(rho))
    let cells = 20_000
    let cdf = marginalCDF(distribution, cells: cells)
    let interpolated = { (angles: Tensor) in
      Tensor(
        angles.scalars.map { x in
          let place = (x + .pi) / (2 * .pi) * Double(cells)
          let cell = min(Int(place), cells - 1)
          return cdf[cell] + (place - Double(cell)) * (cdf[cell + 1] - cdf[cell])
        })
    }
    expectSampler(cdf: interpolated) { distribution.sample($0, key: $1)[.ellipsis, 0] }
  }

  @Test(arguments: [(2.0, 1.5, 0.5), (40, 30, -20), (0.3, 0.2, 3)])
  func theDensityOfTwoAnglesIntegratesToOne(_ k1: Double, _ k2: Double, _ rho: Double) {
    let distribution = SineBivariateVonMises(
      phiLocation: 0.4, psiLocation: -1, phiConcentration: Tensor(k1), psiConcentration: Tensor(k2),
      correlation: Tensor(rho))
    let n = 128
    let a = Tensor.arange(n) * Tensor(2 * .pi / Double(n)) - Tensor(.pi)
    let grid = stack(
      [a.expandingDimension(at: 1).broadcast(to: [n, n]), a.broadcast(to: [n, n])], along: -1)
    let cell = 2 * Double.pi / Double(n)
    let mass = exp(distribution.logProb(grid)).sum().scalar * cell * cell
    // The rule of equal weights is exact to rounding for periodic functions.
    #expect(abs(mass - 1) < 1e-12)

    let cosines =
      cos(grid - distribution.circularMean)
      * exp(distribution.logProb(grid)).expandingDimension(at: 2)
    let resultant = cosines.sum(along: [0, 1]) * Tensor(cell * cell)
    expectClose(distribution.circularVariance, 1 - resultant, relative: 1e-10)
  }

  @Test func theWeightedCorrelationIsAShare() {
    let distribution = SineBivariateVonMises(
      phiLocation: 0, psiLocation: 0, phiConcentration: 4, psiConcentration: 9,
      weightedCorrelation: 0.5)
    #expect(distribution.correlation.scalar == 3)
  }

  @Test func drawsOfDependentAnglesRefuseGradients() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = gradient(
        of: { k in
          SineBivariateVonMises(
            phiLocation: 0, psiLocation: 0, phiConcentration: k, psiConcentration: 1,
            correlation: 0.5
          ).sample([], key: RandomKey(0)).sum()
        }, at: 2)
    }
    expectMessage("SineBivariateVonMises: draws have no gradient", of: exit)
  }

  @Test func skewingKeepsTheIntegralAndMovesTheDraws() {
    let distribution = SineSkewed(VonMises(Tensor([0.5]), 2), skewness: Tensor([0.8]))
    let n = 4000
    let a = (Tensor.arange(n) + 0.5) * Tensor(2 * .pi / Double(n)) - Tensor(.pi)
    let density = exp(distribution.logProb(a.expandingDimension(at: 1)))
    let cell = Tensor(2 * .pi / Double(n))
    #expect(abs((density.sum() * cell).scalar - 1) < 1e-12)

    let expected = (density * sin(a - 0.5)).sum() * cell
    let draws = distribution.sample([100_000], key: RandomKey(8))
    let found = sin(draws - 0.5).mean()
    // Six standard errors; the deviation of a sine is below 1.
    #expect(abs((found - expected).scalar) < 6 / 100_000.0.squareRoot())
  }

  @Test func twoDependentAnglesCanBeSkewed() {
    let base = SineBivariateVonMises(
      phiLocation: 0.2, psiLocation: 0, phiConcentration: 2, psiConcentration: 1, correlation: 0.5)
    let distribution = SineSkewed(base, skewness: Tensor(rows: [[0.3, -0.4], [0, 0]]))
    #expect(distribution.batchShape == [2])
    #expect(distribution.eventShape == [2])
    let draws = distribution.sample([3], key: RandomKey(1))
    #expect(draws.shape == [3, 2, 2])
    #expect(distribution.logProb(draws).shape == [3, 2])
    #expect(distribution.name == "SineSkewedSineBivariateVonMises")
  }

  @Test func skewnessOfTheWrongSizeIsNamed() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = SineSkewed(VonMises(Tensor([0, 1]), 2), skewness: Tensor([0.1, 0.2, 0.3]))
    }
    expectMessage("SineSkewed: skewness has shape [3], but VonMises has angles [2].", of: exit)
  }

  @Test func aProjectedNormalOfTheCircleIntegratesToOne() {
    let n = 256
    let a = Tensor.arange(n) * Tensor(2 * .pi / Double(n))
    let directions = stack([cos(a), sin(a)], along: -1)
    for concentration in [[0.0, 0], [0.4, -1], [3, 4]] {
      let density = exp(ProjectedNormal(Tensor(concentration)).logProb(directions))
      #expect(abs(density.sum().scalar * 2 * .pi / Double(n) - 1) < 1e-12)
    }
  }

  @Test func aProjectedNormalBehindIsStable() {
    // With s = -t, ∫ r φ(r - t) dr is about φ(s) (1/s² - 3/s⁴ + 15/s⁶) (DLMF 7.12).
    let s = 30.0
    let found = ProjectedNormal(Tensor([s, 0])).logProb(Tensor([-1, 0])).scalar
    let series = 1 - 3 / (s * s) + 15 / (s * s * s * s) - 105 / (s * s * s * s * s * s)
    let logSeries = log(Tensor(series / (s * s))).scalar
    let expected = -0.5 * s * s - log(Tensor(2 * Double.pi)).scalar + logSeries
    #expect(abs(found - expected) < 1e-8 * abs(expected))
    let slope = gradient(of: { ProjectedNormal($0).logProb(Tensor([-1, 0])) }, at: Tensor([s, 0]))
    #expect(isFinite(slope).all().scalar == 1)
  }

  @Test func offTheSphereThereIsNoDensity() {
    let distribution = ProjectedNormal(Tensor([1, 2]))
    #expect(distribution.logProb(Tensor([1, 1])).scalar == -.infinity)
    #expect(gradient(of: { distribution.logProb($0) }, at: Tensor([1, 1])).scalars == [0, 0])
    #expect(distribution.support.name == "of length 1")
    #expect(ProjectedNormal(Tensor([0, 0, 0])).meanDirection.scalars == [1, 0, 0])
    #expect(distribution.support.contains(distribution.support.feasible([2])).scalar == 1)
  }

  @Test func theSphereHasNoBijection() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = biject(to: .sphere)
    }
    expectMessage("a sphere has no bijection from the reals", of: exit)
  }
}
