import PPL
import Testing

@Suite struct MaskedTests {
  @Test func maskedElementsCountNothing() {
    let distribution = Gaussian(.zeros([3]), 1).masked(by: Tensor([1, 0, 1]))
    expectClose(distribution.logProb(.zeros([3])), Tensor([-halfLogTwoPi, 0, -halfLogTwoPi]))
  }

  @Test func theBatchGrowsToTheMask() {
    let distribution = Gaussian(0, 1).masked(by: Tensor([1, 0, 1, 1]))
    #expect(distribution.batchShape == [4])
  }

  @Test func missingDataDoNotReachTheGradient() {
    let data = Tensor([1, .nan, 3])
    let gradient = PPL.gradient(
      of: { center in
        Gaussian(center, 1).masked(by: Tensor([1, 0, 1])).logProb(data).sum()
      }, at: 0)
    // d/dm of -(x - m)²/2 is x - m: 1 + 3.
    expectClose(gradient, 4)
  }

  @Test func eventsAreMaskedWhole() {
    let distribution = Gaussian(.zeros([2, 3]), 1).toEvent(1).masked(by: Tensor([0, 1]))
    let value = Tensor([.nan, .nan, .nan, 0, 0, 0], shape: [2, 3])
    expectClose(distribution.logProb(value), Tensor([0, -3 * halfLogTwoPi]))
  }

  @Test func aMaskThatDoesNotFitIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Gaussian(.zeros([3]), 1).masked(by: .ones([2]))
    }
    #expect(result.complaint.contains("a mask of shape [2] does not fit Gaussian of batch [3]"))
  }
}
