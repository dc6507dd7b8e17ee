import PPL
import Testing

@Suite struct IndependentTests {
  @Test func theLogDensityIsSummedOverTheEvent() {
    let law = Gaussian(.zeros([2, 3]), 1).toEvent(1)
    #expect(law.batchShape == [2])
    #expect(law.eventShape == [3])
    #expect(law.support.eventRank == 1)
    expectClose(law.logProb(.zeros([2, 3])), .full(-3 * halfLogTwoPi, [2]))
  }

  @Test func noDimensionsIsNoWrapper() {
    #expect(Gaussian(0, 1).toEvent(0) is Gaussian)
  }

  @Test func drawsAreThoseOfTheBase() {
    let key = RandomKey(3)
    let law = Gaussian(.zeros([3]), 1)
    #expect(law.toEvent(1).sample([2], key: key).scalars == law.sample([2], key: key).scalars)
  }

  @Test func expandingKeepsTheEvent() {
    let law = Gaussian(.zeros([3]), 1).toEvent(1).expanded(to: [4])
    #expect(law.batchShape == [4])
    #expect(law.eventShape == [3])
  }

  @Test func theEntropyIsSummedAndTheMeanIsNot() throws {
    let law = Gaussian(.zeros([3]), 1).toEvent(1)
    expectClose((law as? any HasEntropy)?.entropy, Tensor(3 * (0.5 + halfLogTwoPi)))
    expectClose((law as? any Moments)?.mean, .zeros([3]))
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
