import PPL
import Testing

@Suite struct IndependentTests {
  @Test func theLogDensityIsSummedOverTheEvent() {
    let distribution = Gaussian(.zeros([2, 3]), 1).toEvent(1)
    #expect(distribution.batchShape == [2])
    #expect(distribution.eventShape == [3])
    #expect(distribution.support.eventRank == 1)
    expectClose(distribution.logProb(.zeros([2, 3])), .full(-3 * halfLogTwoPi, [2]))
  }

  @Test func noDimensionsIsNoWrapper() {
    #expect(Gaussian(0, 1).toEvent(0) is Gaussian)
  }

  @Test func drawsAreThoseOfTheBase() {
    let key = RandomKey(3)
    let distribution = Gaussian(.zeros([3]), 1)
    #expect(
      distribution.toEvent(1).sample([2], key: key).scalars
        == distribution.sample([2], key: key).scalars)
  }

  @Test func expandingKeepsTheEvent() {
    let distribution = Gaussian(.zeros([3]), 1).toEvent(1).expanded(to: [4])
    #expect(distribution.batchShape == [4])
    #expect(distribution.eventShape == [3])
  }

  @Test func theEntropyIsSummedAndTheMeanIsNot() throws {
    let distribution = Gaussian(.zeros([3]), 1).toEvent(1)
    expectClose((distribution as? any HasEntropy)?.entropy, Tensor(3 * (0.5 + halfLogTwoPi)))
    expectClose((distribution as? any HasMoments)?.mean, .zeros([3]))
  }

  @Test func moreDimensionsThanTheBatchHasIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Gaussian(0, 1).toEvent(1)
    }
    #expect(result.complaint.contains("toEvent(1): Gaussian has a batch of shape []"))
  }
}
