import Distributions
import PPL
import TestSupport
import Testing

@Suite struct DeltaTests {
  @Test func everyDrawIsTheValue() {
    let delta = Delta(Tensor([1, 2]))
    #expect(delta.sample([3], key: RandomKey(0)).shape == [3, 2])
    #expect(delta.sample([], key: RandomKey(0)).scalars == [1, 2])
    #expect(delta.mean.scalars == [1, 2])
    #expect(delta.variance.scalars == [0, 0])
    #expect(delta.support.contains(Tensor([1, .nan])).scalars == [1, 0])
  }

  @Test func theDensityIsAllOnTheValue() {
    let delta = Delta(Tensor([1, 2]), logDensity: -3)
    #expect(delta.logProb(Tensor([1, 2.5])).scalars == [-3, -.infinity])
    #expect(delta.entropy.scalars == [3, 3])
  }

  @Test func anEventIsTheValueOnlyIfAllItsElementsAre() {
    let delta = Delta(Tensor(rows: [[1, 2], [3, 4]]), eventRank: 1)
    #expect(delta.batchShape == [2])
    #expect(delta.eventShape == [2])
    #expect(delta.logProb(Tensor(rows: [[1, 2], [3, 5]])).scalars == [0, -.infinity])
    #expect(delta.entropy.shape == [2])
  }

  @Test func theLogDensityHasAGradientAndTheValueNone() {
    let slopes = valueWithGradient(
      of: { Delta($0[0], logDensity: $0[1]).logProb(1) }, at: [1, -3]
    ).gradient
    #expect(slopes.map(\.scalar) == [0, 1])
  }

  @Test func anEventCannotHaveMoreDimensionsThanTheValue() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Delta(Tensor([1, 2]), eventRank: 2)
    }
    expectMessage(
      "Delta: eventRank is 2, but value has rank 1.", of: exit)
  }
}
