import Distributions
import PPL
import TestSupport
import Testing

@Suite struct BlendedGEVTests {
  private struct Values: Decodable { let rows: [[Double]] }

  /// Densities and probabilities of 40 digits, in both tails and in the blend: `Tests/Reference/make_blended_gev.py`.
  @Test func densityAndProbabilityAreThoseOfTheDefinition() throws {
    let rows = try Reference.kept("blended_gev.json", as: Values.self).rows
    #expect(rows.count == 50)
    let columns = (0..<6).map { column in Tensor(rows.map { $0[column] }) }
    let blended = BlendedGEV(columns[0], columns[1], columns[2])
    expectClose(blended.logProb(columns[3]), columns[4], relative: 1e-11, absolute: 1e-11)
    expectClose(blended.logCDF(columns[3]), columns[5], relative: 1e-11, absolute: 1e-13)
  }

  /// From the quantile of 0.2 on it is the GEV distribution, and so are its return levels.
  @Test func fromTheQuantileOfAFifthOnItIsTheGEVDistribution() {
    let (blended, gev) = (BlendedGEV(35, 1.8, 0.12), GEV(35, 1.8, 0.12))
    let p = Tensor([0.2, 0.5, 0.9, 0.99, 0.9999])
    expectClose(blended.icdf(p), gev.icdf(p), relative: 1e-14)
    let x = gev.icdf(Tensor([0.21, 0.6, 0.999]))
    expectClose(blended.logProb(x), gev.logProb(x), relative: 1e-13)
    expectClose(blended.logSurvival(x), gev.logSurvival(x), relative: 1e-13)
  }

  /// At both ends of the blend the Gumbel tail has the probabilities of the GEV distribution.
  @Test func theLeftTailMeetsTheGEVDistributionAtBothEnds() {
    let blended = BlendedGEV(2, 3, 0.3)
    let ends = blended.gev.icdf(Tensor([0.05, 0.2]))
    expectClose(blended.leftTail.cdf(ends), Tensor([0.05, 0.2]), relative: 1e-13)
  }

  /// No value is impossible: the density below the lower end of the GEV distribution is finite, with its derivatives.
  @Test func thereIsNoLowerEnd() {
    let below = 35 - 1.8 / 0.12 - 5.0
    #expect(GEV(35, 1.8, 0.12).logProb(Tensor(below)).scalar == -.infinity)
    #expect(BlendedGEV(35, 1.8, 0.12).logProb(Tensor(below)).scalar.isFinite)
    expectGradient(
      of: { BlendedGEV($0[0], $0[1], $0[2]).logProb($0[3]) },
      at: [35, 1.8, 0.12, Tensor([33.5, 34, 36])])
  }

  @Test func quantilesInTheBlendInvertTheDistributionWithDerivatives() {
    let blended = BlendedGEV(35, 1.8, 0.12)
    let p = Tensor([0.01, 0.05, 0.06, 0.1, 0.15, 0.199, 0.3])
    expectClose(blended.cdf(blended.icdf(p)), p, relative: 1e-12)
    expectGradient(
      of: { BlendedGEV($0[0], $0[1], $0[2]).icdf($0[3]) },
      at: [35, 1.8, 0.12, Tensor([0.02, 0.1, 0.7])], tolerance: 1e-6)
  }

  @Test func atShapeZeroItIsTheGumbelDistribution() {
    let x = Tensor([-2, -1, -0.3, 0.5, 3])
    expectClose(BlendedGEV(0, 1, 0).logProb(x), Gumbel(0, 1).logProb(x), relative: 1e-13)
  }
}
