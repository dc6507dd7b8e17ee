import Inference
import TestSupport
import Testing

struct GradientFiltersTests {
  private func apply<O: Optimizer>(
    _ optimizer: O, _ gradient: [Double]
  ) -> (gradient: [Double], record: StepRecord) {
    var gradient = gradient
    var state = optimizer.initialState(gradient)
    var record = StepRecord(loss: 1)
    optimizer.update(&gradient, state: &state, record: &record)
    return (gradient, record)
  }

  @Test func numbersThatAreNoneBecomeZeroAndAreCounted() {
    let (gradient, record) = apply(ZeroNaNs(), [.nan, 1, .infinity, .nan, -2])
    #expect(gradient == [0, 1, .infinity, 0, -2])
    #expect(record.zeroed == 2)
    #expect(record.loss == 1)
  }

  @Test func aLongGradientIsShortenedToTheLimit() {
    let (gradient, record) = apply(ClipGlobalNorm(2), [3, 0, 4])
    expectClose(gradient, [1.2, 0, 1.6], relative: 1e-15)
    #expect(record.gradientNorm == 5)
    #expect(record.isClipped)
  }

  @Test func aShortGradientPasses() {
    let (gradient, record) = apply(ClipGlobalNorm(5.1), [3, 0, 4])
    #expect(gradient == [3, 0, 4])
    #expect(record.gradientNorm == 5)
    #expect(!record.isClipped)
  }

  @Test func aGradientThatIsNoNumberDoesNotPassAsShort() {
    let (gradient, record) = apply(ClipGlobalNorm(2), [.nan, 1])
    #expect(record.isClipped && record.gradientNorm.isNaN)
    #expect(gradient[0].isNaN && gradient[1].isNaN)
  }

  @Test func theLimitIsPositive() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ClipGlobalNorm(0)
    }
    expectMessage("ClipGlobalNorm: the limit is 0.0, but must be positive.", of: exit)
  }
}
