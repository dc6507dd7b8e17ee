import Inference
import TestSupport
import Testing

/// Chains of transformations.
struct OptimizerTests {
  @Test func aChainAppliesTheFirstFirst() {
    let chain = ZeroNaNs().then(ClipGlobalNorm(1)).then(Adam(learningRate: 0.1))
    var state = chain.initialState([0, 0, 0])
    var record = StepRecord(loss: 0)
    var gradient = [3, .nan, 4]
    chain.update(&gradient, state: &state, record: &record)
    // Zeroed before the norm was taken, shortened before Adam saw it.
    #expect(record.zeroed == 1 && record.gradientNorm == 5 && record.isClipped)
    expectClose(
      gradient, [-0.1 * 0.6 / (0.6 + 1e-8), 0, -0.1 * 0.8 / (0.8 + 1e-8)], relative: 1e-12)
  }

  @Test func eachLinkKeepsItsOwnState() {
    let chain = ClipGlobalNorm(10).then(Adam(learningRate: 0.1))
    let adam = Adam(learningRate: 0.1)
    var (state, alone) = (chain.initialState([0]), adam.initialState([0]))
    var record = StepRecord(loss: 0)
    for gradient in [1.0, 3, -2] {
      var (first, second) = ([gradient], [gradient])
      chain.update(&first, state: &state, record: &record)
      adam.update(&second, state: &alone, record: &record)
      #expect(first == second)
    }
  }
}
