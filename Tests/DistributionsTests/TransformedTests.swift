import Distributions
import PPL
import TestSupport
import Testing

@Suite struct TransformedTests {
  private let x = Tensor([0.1, 0.9, 4])

  @Test func theExponentialOfANormalIsLogNormal() {
    let distribution = Transformed(Normal(0.3, 0.5), ExpTransform())
    let logNormal = LogNormal(0.3, 0.5)
    expectClose(distribution.logProb(x), logNormal.logProb(x), relative: 1e-14)
    let draws = distribution.sample([4], key: RandomKey(1))
    #expect(draws.scalars == logNormal.sample([4], key: RandomKey(1)).scalars)
  }

  @Test func aTransformedTransformedDistributionAppliesBoth() {
    let inner = Transformed(Normal(0, 1), AffineTransform(location: 0.3, scale: 0.5))
    let distribution = Transformed(inner, ExpTransform())
    #expect(distribution.transforms.count == 2)
    expectClose(distribution.logProb(x), LogNormal(0.3, 0.5).logProb(x), relative: 1e-14)
  }

  @Test func aDrawKeepsWhatItWasMadeFrom() throws {
    let distribution = Transformed(
      Normal(0, 1), [AffineTransform(location: 1, scale: 2), ExpTransform()])
    let draw = distribution.draw([3], key: RandomKey(2))
    let base = try #require(draw.base)
    #expect(base.scalars == Normal(0, 1).sample([3], key: RandomKey(2)).scalars)
    // The value overflows, and has no inverse; the density of the draw is finite all the same.
    let far = Draw(value: Tensor(.infinity), base: 400)
    #expect(distribution.logProb(of: far).scalar.isFinite)
  }

  @Test func aBatchOfTheTransformGivesIndependentDraws() {
    let distribution = Transformed(
      Normal(0, 1), AffineTransform(location: Tensor([1, 2, 3]), scale: 1))
    #expect(distribution.batchShape == [3])
    let draw = distribution.sample([], key: RandomKey(3)) - Tensor([1, 2, 3])
    #expect(Set(draw.scalars).count == 3)
    let expected = Normal(Tensor([1, 2, 3]), 1).logProb(0.5)
    expectClose(distribution.logProb(0.5), expected, relative: 1e-14)
  }

  /// A transform of vectors turns the last dimension of a scalar distribution into its event.
  @Test func aTransformOfVectorsMakesAnEvent() {
    let distribution = Transformed(
      Normal(Tensor(rows: [[0, 0], [1, 2]]), 1), StickBreakingTransform())
    #expect(distribution.batchShape == [2])
    #expect(distribution.eventShape == [3])
    let draw = distribution.draw([5], key: RandomKey(4))
    #expect(draw.value.shape == [5, 2, 3])
    expectClose(draw.value.sum(along: [-1]), .ones([5, 2]), relative: 1e-14)
    #expect(distribution.logProb(of: draw).shape == [5, 2])
    expectClose(distribution.logProb(of: draw), distribution.logProb(draw.value), relative: 1e-12)
    #expect(distribution.support.eventRank == 1)
  }

  /// A transform of numbers on a distribution of vectors: the Jacobian is summed over the event.
  @Test func aTransformOfNumbersKeepsTheEventOfItsBase() {
    let factor = Tensor(rows: [[1, 0], [0.5, 2]])
    let base = MultivariateNormal(.zeros([2]), choleskyFactor: factor)
    let distribution = Transformed(base, ExpTransform())
    let y = Tensor([0.5, 3])
    #expect(distribution.eventShape == [2])
    let expected = base.logProb(log(y)) - log(y).sum()
    expectClose(distribution.logProb(y), expected, relative: 1e-14)
    #expect(distribution.logProb(Tensor([0.5, -3])).scalar == -.infinity)
  }

  @Test func itsOwnSupportIsReachedFromTheReals() {
    let distribution = Transformed(Uniform(0, 1), AffineTransform(location: 2, scale: 3))
    #expect(distribution.support.contains(Tensor([1.9, 2.1, 5.1])).scalars == [0, 1, 0])
    let map = biject(to: distribution.support)
    expectClose(map(0), 3.5, relative: 1e-15)
    #expect(distribution.logProb(5.1).scalar == -.infinity)
    #expect(
      distribution.support.name == "a transformed value, where the original must be in [0, 1]")
  }

  @Test func aGivenSupportReplacesTheImage() {
    let distribution = Transformed(Normal(0, 1), ExpTransform(), onto: .positive)
    #expect(distribution.support.name == "positive")
  }

  @Test func theTransformNeedsItsDimensions() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Transformed(Normal(0, 1), StickBreakingTransform())
    }
    expectMessage(
      "Transformed: the transform acts on 1 dimensions, but Normal has [].", of: exit)
  }
}
