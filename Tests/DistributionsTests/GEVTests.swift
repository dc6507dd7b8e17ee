import Distributions
import PPL
import TestSupport
import Testing

@Suite struct GEVTests {
  private static let smallShapes = [-1e-3, -1e-6, -1e-9, -1e-300, 0, 1e-300, 1e-9, 1e-6, 1e-3]

  private func gradients(_ x: Double, _ parameters: [Double]) -> [Double] {
    let inputs = ([x] + parameters).map { Tensor($0) }
    let density: ([Tensor]) -> Tensor = { GEV($0[1], $0[2], $0[3]).logProb($0[0]) }
    return valueWithGradient(of: density, at: inputs).gradient.map(\.scalar)
  }

  @Test func theGEVWithShapeZeroIsTheGumbelDistribution() {
    let x = Tensor([-3, -0.5, 0, 1, 8])
    let (gev, gumbel) = (GEV(0.5, 2, 0), Gumbel(0.5, 2))
    expectClose(gev.logProb(x), gumbel.logProb(x), relative: 1e-15)
    expectClose(gev.cdf(x), gumbel.cdf(x), relative: 1e-15)
    let p = Tensor([0.01, 0.5, 0.99])
    expectClose(gev.icdf(p), gumbel.icdf(p), relative: 1e-15)
    expectClose(gev.mean, gumbel.mean, relative: 1e-15)
    expectClose(gev.variance, gumbel.variance, relative: 1e-15)
    expectClose(gev.entropy, gumbel.entropy, relative: 1e-15)
  }

  /// The derivative in the shape has the Gumbel limit `z² (1 - e⁻ᶻ) / 2 - z` from both sides.
  @Test(arguments: smallShapes)
  func theDerivativeInTheShapeIsSmoothThroughZero(_ shape: Double) {
    for z in [-2.0, -0.3, 0.4, 3] {
      let limit = z * z * -expm1(-Tensor(z)).scalar / 2 - z
      // Linear in the shape, with a slope of 60 at the farthest of these points.
      #expect(abs(gradients(z, [0, 1, shape])[3] - limit) <= 1e-13 + 65 * abs(shape))
    }
  }

  @Test(arguments: [-1.5, -0.3, 0.12, 1])
  func outsideTheSupportNothingHasAGradient(_ shape: Double) {
    let end = -1 / shape
    for x in [end, end + (shape < 0 ? 1e-9 : -1e-9), end * 1e6] {
      #expect(GEV(0, 1, Tensor(shape)).logProb(Tensor(x)).scalar == -.infinity)
      #expect(gradients(x, [0, 1, shape]) == [0, 0, 0, 0])
    }
  }

  /// Where `exp(-s)` overflows, the chain rule would meet infinity minus infinity.
  @Test(arguments: [-1e-3, 0, 1e-9])
  func farInTheThinTailNothingIsNaN(_ shape: Double) {
    #expect(GEV(0, 1, Tensor(shape)).logProb(-1e6).scalar == -.infinity)
    #expect(gradients(-1e6, [0, 1, shape]) == [0, 0, 0, 0])
    let slope = gradient(of: { GEV(0, 1, Tensor(shape)).cdf($0) }, at: -1e6)
    #expect(slope.scalar == 0)
  }

  /// Elements outside the support leave the gradient of the others as it is.
  @Test func oneObservationOutsideDoesNotSpoilTheRest() {
    let all: (Tensor) -> Tensor = { GEV($0, 1, 0.2).logProb(Tensor([-20, 0.5, 2])).sum() }
    let inside: (Tensor) -> Tensor = { GEV($0, 1, 0.2).logProb(Tensor([0.5, 2])).sum() }
    #expect(all(0).scalar == -.infinity)
    #expect(gradient(of: all, at: 0).scalar == gradient(of: inside, at: 0).scalar)
  }

  @Test func quantilesOfZeroAndOneAreTheEndsOfTheSupport() {
    let gev = GEV(3, 2, Tensor([-0.5, 0, 0.5]))
    #expect(gev.icdf(0).scalars == [-.infinity, -.infinity, -1])
    #expect(gev.icdf(1).scalars == [7, .infinity, .infinity])
    #expect(gev.supportBounds.lower.scalars == [-.infinity, -.infinity, -1])
    #expect(gev.supportBounds.upper.scalars == [7, .infinity, .infinity])
  }

  @Test func outsideTheSupportTheDistributionFunctionIsZeroOrOne() {
    #expect(GEV(0, 1, 0.5).cdf(-2.5).scalar == 0)
    #expect(GEV(0, 1, 0.5).logSurvival(-2.5).scalar == 0)
    #expect(GEV(0, 1, -0.5).cdf(2.5).scalar == 1)
    #expect(GEV(0, 1, -0.5).logSurvival(2.5).scalar == -.infinity)
  }

  /// `1 - F` is below the spacing of doubles next to 1, and its logarithm is still exact.
  @Test func theUpperTailKeepsItsDigits() {
    #expect(GEV(0, 1, 0).cdf(50).scalar == 1)
    #expect(GEV(0, 1, 0).logSurvival(50).scalar == -50)
  }

  @Test func theReturnLevelIsExceededOnceInAPeriod() {
    let gev = GEV(35, 1.8, Tensor([-0.2, 0, 0.12]))
    let exceeded = exp(gev.logSurvival(gev.returnLevel(period: 100)))
    expectClose(exceeded, .full(0.01, [3]), relative: 1e-12)
  }

  @Test func aReturnPeriodIsLongerThanABlock() async {
    let one = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GEV(0, 1, 0.1).returnLevel(period: 1)
    }
    expectMessage("returnLevel: period is 1.0, but must be greater than 1.", of: one)
    let bad = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GEV(0, 1, 0.1).returnLevel(period: Tensor([10, .nan]))
    }
    expectMessage("returnLevel: period[1] is nan, but must be greater than 1.", of: bad)
  }

  @Test func theModeHasNoSlope() {
    let gev = GEV(35, 1.8, Tensor([-0.5, -1e-9, 0, 0.12, 0.9]))
    let slope = gradient(of: { gev.logProb($0).sum() }, at: gev.mode)
    expectClose(slope, .zeros([5]), relative: 0, absolute: 1e-13)
    #expect(GEV(0, 1, -2).mode.scalar == 0.5)
  }

  /// The series near 0 and the formula beyond meet; a step there would be a kink in a gradient.
  @Test func momentsAreSmoothWhereTheSeriesEnds() {
    for edge in [-0.05, 0.05] {
      let pair = GEV(0, 1, Tensor([edge * (1 - 1e-12), edge * (1 + 1e-12)]))
      let (means, variances) = (pair.mean.scalars, pair.variance.scalars)
      // The formula loses digits like 1 / shape², here 400.
      #expect(abs(means[0] - means[1]) < 1e-12)
      #expect(abs(variances[0] - variances[1]) < 1e-12)
      let slopes = gradient(
        of: { GEV(0, 1, $0).variance.sum() },
        at: Tensor([edge * (1 - 1e-12), edge * (1 + 1e-12)])
      ).scalars
      #expect(abs(slopes[0] - slopes[1]) < 1e-9)
    }
  }
}
