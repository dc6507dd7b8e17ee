import PPL
import Testing

@Suite struct ExpandedTests {
  @Test func theBatchGrowsAndTheEventStays() {
    let expanded = Gaussian(0, 1).expanded(to: [2, 3])
    #expect(expanded.batchShape == [2, 3])
    #expect(expanded.eventShape == [])
    #expect(expanded.sample([4], key: RandomKey(0)).shape == [4, 2, 3])
    expectClose(expanded.logProb(0), .full(-halfLogTwoPi, [2, 3]))
  }

  @Test func theSameShapeIsNoWrapper() {
    #expect(Gaussian(0, 1).expanded(to: []) is Gaussian)
  }

  @Test func newDimensionsAreDrawnOutsideTheBatch() {
    let key = RandomKey(5)
    let distribution = Gaussian(Tensor([1, 2]), 1)
    #expect(
      distribution.expanded(to: [3, 2]).sample([], key: key).scalars
        == distribution.sample([3], key: key).scalars)
  }

  @Test func filledDimensionsAreDrawnOutsideAndThenPutInPlace() {
    // A batch [2, 1] filled to [2, 3]: NumPyro draws [3, 2, 1] and swaps the axes.
    let key = RandomKey(5)
    let distribution = Gaussian(Tensor(rows: [[10], [20]]), 1)
    let outside = distribution.sample([3], key: key)  // [3, 2, 1]
    let expected = outside.transposed([2, 1, 0]).reshaped(to: [2, 3])
    #expect(distribution.expanded(to: [2, 3]).sample([], key: key).scalars == expected.scalars)
  }

  @Test func expandingTwiceDrawsAsExpandingOnce() {
    let key = RandomKey(8)
    let twice = Gaussian(0, 1).expanded(to: [1, 3]).expanded(to: [2, 3])
    let once = Gaussian(0, 1).expanded(to: [2, 3])
    #expect(twice.sample([], key: key).scalars == once.sample([], key: key).scalars)
    #expect(twice is Expanded<Gaussian>)
  }

  @Test func theBaseOfADrawIsArrangedLikeTheValue() {
    let draw = LogGaussian().expanded(to: [4]).draw([], key: RandomKey(2))
    #expect(draw.value.shape == [4])
    expectClose(draw.base.map { exp($0) }, draw.value)
    let expanded = LogGaussian().expanded(to: [4])
    expectClose(expanded.logProb(of: draw), expanded.logProb(draw.value))
  }

  @Test func momentsAndQuantilesComeThrough() throws {
    let expanded = Gaussian(1, 2).expanded(to: [3])
    let moments = try #require(expanded as? any HasMoments)
    expectClose(moments.mean, .full(1, [3]))
    expectClose(moments.variance, .full(4, [3]))
    #expect(expanded is any HasQuantiles)
    #expect((expanded as? any HasEntropy)?.entropy.shape == [3])
    #expect(!(LogGaussian().expanded(to: [3]) is any HasMoments))
  }

  @Test func shapesThatDoNotBroadcastAreAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Gaussian(Tensor([1, 2]), 1).expanded(to: [3])
    }
    #expect(
      result.complaint.contains("expanded(to:): Gaussian of batch [2] does not broadcast to [3]"))
  }

  @Test func aValueThatDoesNotBroadcastIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Gaussian(0, 1).expanded(to: [3]).logProb(.zeros([2]))
    }
    #expect(result.complaint.contains("Gaussian of batch [3] got a value of shape [2]"))
  }
}
