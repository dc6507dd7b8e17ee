import Testing

@testable import LSEF
@testable import SpectrumEstimator

/// What the losses of the epochs of a training say.
struct TrainingVerdictTests {
  private func verdict(
    _ losses: [Double], stopped: Bool = false, mean: Double = 2
  ) -> TrainingVerdict {
    TrainingVerdict(
      losses.map { .init(loss: 0.1, validationLoss: $0, learningRate: 1e-3) }, hasStopped: stopped,
      lossOfMean: mean)
  }

  @Test func aTrainingThatHasCeasedToFallConverged() {
    let settled = verdict([1, 0.6, 0.5, 0.4, 0.3, 0.3, 0.3, 0.299])
    #expect(settled.isConverged)
    #expect(
      settled.text
        == "the training converged: the mean loss of the last 2 epochs is less than 1 % lower than that of the 2 "
        + "before.")
    let stopped = verdict([1, 0.6, 0.61], stopped: true)
    #expect(
      stopped.isConverged && stopped.text == "the training converged: its loss has ceased to fall.")
  }

  @Test func aTrainingThatStillFallsOrLearntNothingHasNot() {
    let falling = verdict([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3])
    #expect(!falling.isConverged)
    #expect(
      falling.text
        == "the training has not converged: the mean loss of the last 2 epochs is 36 % lower than that of the 2 "
        + "before; take more epochs.")
    let short = verdict([1])
    #expect(
      !short.isConverged
        && short.text
          == "1 epoch is too few to tell whether the training converged; take 8 or more."
    )
    for losses in [Array(repeating: 2.5, count: 8), Array(repeating: Double.nan, count: 8)] {
      let failed = verdict(losses)
      #expect(!failed.isConverged)
      #expect(
        failed.text
          == "the training failed: the network's loss of \(losses[0] == 2.5 ? "2.500000" : "nan") is not below that "
          + "of the mean spectrum; lower --initial-rate, or give it more pairs.")
    }
  }
}
