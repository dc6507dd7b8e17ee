import Inference
import PPL
import TestSupport
import Testing

/// An optimizer on its way, one gradient after the other.
struct Course {
  private(set) var state: [Tensor]
  /// What the last step told.
  private(set) var step: OptimizerStep
  private let optimizer: any GradientTransformation
  private let parameters: ParameterVector

  init(_ optimizer: some GradientTransformation, parameters: [Double] = [0]) {
    self.optimizer = optimizer
    self.parameters = ParameterVector([("x", Tensor(parameters))])
    state = optimizer.initialState(self.parameters)
    step = OptimizerStep(parameters: self.parameters, loss: 0)
  }

  mutating func change(_ gradient: [Double]) -> [Double] {
    step = OptimizerStep(parameters: parameters, loss: 0)
    return optimizer.update(Tensor(gradient), state: &state, step: &step).scalars
  }
}

/// Chains of transformations.
struct OptimizerTests {
  @Test func aChainAppliesTheFirstFirst() {
    let chain = ZeroNaNs().then(ClipGlobalNorm(1)).then(Adam(learningRate: 0.1))
    var course = Course(chain, parameters: [0, 0, 0])
    let change = course.change([3, .nan, 4])
    // Zeroed before the norm was taken, shortened before Adam saw it.
    #expect(course.step.zeroed.scalar == 1 && course.step.gradientNorm.scalar == 5)
    #expect(course.step.isClipped.scalar == 1)
    expectClose(
      change, [-0.1 * 0.6 / (0.6 + 1e-8), 0, -0.1 * 0.8 / (0.8 + 1e-8)], relative: 1e-12)
  }

  @Test func eachLinkKeepsItsOwnState() {
    let twice = Adam(learningRate: 0.1).then(ClipGlobalNorm(10)).then(Adam(learningRate: 0.2))
    var (chain, first, second) = (
      Course(twice), Course(Adam(learningRate: 0.1)), Course(Adam(learningRate: 0.2))
    )
    for gradient in [1.0, 3, -2] {
      #expect(chain.change([gradient]) == second.change(first.change([gradient])))
    }
    #expect(chain.state.map(\.scalars) == (first.state + second.state).map(\.scalars))
  }

  @Test func aVectorKnowsWhereItsPartsLie() {
    let vector = ParameterVector([("a", Tensor(rows: [[1, 2], [3, 4]])), ("b", 5)])
    #expect(vector.values.scalars == [1, 2, 3, 4, 5])
    #expect(vector.parts == [.init(name: "a", range: 0..<4), .init(name: "b", range: 4..<5)])
    #expect(ParameterVector([]).values.shape == [0])
  }
}
