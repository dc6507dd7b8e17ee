import Inference
import PPL
import TestSupport
import Testing

/// The rules of each family, written out on numbers.
struct OptimizerFamiliesTests {
  private let gradients = [1.0, 3, -2, 0.5]

  private func changes(_ optimizer: some GradientTransformation, at x: Double = 0) -> [Double] {
    var course = Course(optimizer, parameters: [x])
    return gradients.map { course.change([$0])[0] }
  }

  /// A recurrence in a state of numbers.
  private func recurrence(_ rule: (Double, inout (Double, Double)) -> Double) -> [Double] {
    var state = (0.0, 0.0)
    return gradients.map { rule($0, &state) }
  }

  @Test func plainDescentIsTheGradientTimesTheRate() {
    #expect(changes(SGD(learningRate: 0.5)) == gradients.map { -0.5 * $0 })
  }

  @Test func momentumAddsWhatItWas() {
    let expected = recurrence { g, state in
      state.0 = 0.9 * state.0 + g
      return -0.1 * state.0
    }
    expectClose(changes(SGD(learningRate: 0.1, momentum: 0.9)), expected, relative: 1e-14)
  }

  @Test func rmsPropDividesByTheRunningRoot() {
    let expected = recurrence { g, state in
      state.0 = 0.8 * state.0 + 0.2 * g * g
      return -0.1 * g / (state.0 + 1e-6).squareRoot()
    }
    let rmsProp = RMSProp(learningRate: 0.1, decay: 0.8, epsilon: 1e-6)
    expectClose(changes(rmsProp), expected, relative: 1e-14)
  }

  @Test func adagradDividesByTheRootOfTheSum() {
    let expected = recurrence { g, state in
      state.0 += g * g
      state.1 = 0.5 * state.1 + 0.5 * g / state.0.squareRoot()
      return -0.1 * state.1
    }
    expectClose(
      changes(Adagrad(learningRate: 0.1, momentum: 0.5)), expected, relative: 1e-14)
  }

  @Test func adagradLeavesAnEntryThatNeverMoved() {
    var course = Course(Adagrad(learningRate: 0.1, momentum: 0))
    #expect(course.change([0]) == [0])
  }

  @Test func weightDecayPullsTowardsZero() {
    let plain = changes(Adam(learningRate: 0.1))
    let decayed = changes(AdamW(learningRate: 0.1, weightDecay: 0.01), at: 7)
    expectClose(decayed, plain.map { $0 - 0.1 * 0.01 * 7 }, relative: 1e-13)
  }

  @Test func clippedAdamHoldsEachEntry() {
    var (clipped, adam) = (
      Course(clippedAdam(learningRate: 0.1, limit: 2), parameters: [0, 0]),
      Course(Adam(learningRate: 0.1), parameters: [0, 0])
    )
    #expect(clipped.change([5, -1]) == adam.change([2, -1]))
    #expect(clipped.step.isClipped.scalar == 1)
    #expect(clipped.change([1, -3]) == adam.change([1, -2]))
    _ = clipped.change([1, -2])
    #expect(clipped.step.isClipped.scalar == 0)
  }

  @Test func everyFamilyComesDownToTheFloorOfABowl() {
    let families: [any GradientTransformation] = [
      SGD(learningRate: 0.1, momentum: 0.5), Adam(learningRate: 0.1),
      AdamW(learningRate: 0.1, weightDecay: 0), clippedAdam(learningRate: 0.1),
      RMSProp(learningRate: .exponential(from: 0.1, factor: 0.5, every: 60)),
      Adagrad(learningRate: 1),
    ]
    for optimizer in families {
      var x = [2.0, -1]
      var state = optimizer.initialState(ParameterVector([("x", Tensor(x))]))
      for _ in 0..<500 {
        var step = OptimizerStep(parameters: ParameterVector([("x", Tensor(x))]), loss: 0)
        let slope = Tensor([2 * (x[0] - 0.5), 8 * (x[1] - 0.25)])
        let change = optimizer.update(slope, state: &state, step: &step).scalars
        x = zip(x, change).map { $0 + $1 }
      }
      expectClose(x, [0.5, 0.25], relative: 1e-2, "\(optimizer)")
    }
  }

  @Test func groupsTakeTheirOwnOptimizerAndOrder() {
    let groups = ParameterGroups(otherwise: SGD(learningRate: 0.1))
      .group(ClipGlobalNorm(1).then(SGD(learningRate: 1))) { $0.hasPrefix("net") }
      .group(SGD(learningRate: 100)) { $0 == "nowhere" }
    let vector = ParameterVector([
      ("net.a", Tensor([0])), ("mean", Tensor([0, 0])), ("net.b", Tensor([0])),
    ])
    var state = groups.initialState(vector)
    var step = OptimizerStep(parameters: vector, loss: 0)
    let change = groups.update(Tensor([3, 10, 20, 4]), state: &state, step: &step)
    expectClose(change.scalars, [-0.6, -1, -2, -0.8], relative: 1e-15)
    #expect(step.gradientNorm.scalar == 5 && step.isClipped.scalar == 1)
    #expect(state.map(\.scalars) == [[1], [1]])
  }

  @Test func aGroupThatSkipsIsRecorded() {
    let adam = Adam(learningRate: 0.1)
    let groups = ParameterGroups(otherwise: adam.skippingNonFinite())
      .group(SGD(learningRate: 1)) { $0 == "b" }
    let vector = ParameterVector([("a", 0), ("b", 0)])
    func update(_ gradient: [Double], loss: Double = 0) -> (change: [Double], isSkipped: Double) {
      var state = groups.initialState(vector)
      var step = OptimizerStep(parameters: vector, loss: Tensor(loss))
      let change = groups.update(Tensor(gradient), state: &state, step: &step).scalars
      return (change, step.isSkipped.scalar)
    }
    #expect(update([1, 1]).isSkipped == 0)
    // Only the group of "a" has nothing to go by.
    #expect(update([.infinity, 2]) == ([0, -2], 1))
    #expect(update([1, 2], loss: .infinity) == ([0, -2], 1))
    // The group of "b" went on by a loss that is not a number, which excuses nothing.
    #expect(update([1, 2], loss: .nan) == ([0, -2], 0))
  }

  @Test func aStepWithoutNumbersIsLeftOutAndChangesNothing() {
    var (skipping, adam) = (
      Course(Adam(learningRate: 0.1).skippingNonFinite()), Course(Adam(learningRate: 0.1))
    )
    #expect(skipping.change([2]) == adam.change([2]))
    for bad in [Double.nan, .infinity] {
      #expect(skipping.change([bad]) == [0])
      #expect(skipping.step.isSkipped.scalar == 1)
    }
    #expect(skipping.change([-1]) == adam.change([-1]))
    #expect(skipping.step.isSkipped.scalar == 0)
  }

  @Test func settingsOutOfRangeAreRefused() {
    expectError("SGD: the momentum is 1.0, but must be in [0, 1).") {
      try SGD(learningRate: 1, momentum: 1).validate()
    }
    expectError("RMSProp: the decay is -1.0, but must be in [0, 1).") {
      try RMSProp(learningRate: 1, decay: -1).validate()
    }
    expectError("RMSProp: epsilon is 0.0, but must be positive.") {
      try RMSProp(learningRate: 1, epsilon: 0).validate()
    }
    expectError("Adagrad: the momentum is 1.0, but must be in [0, 1).") {
      try Adagrad(learningRate: 1, momentum: 1).validate()
    }
    expectError("AdamW: weightDecay is -1.0, but must not be negative.") {
      try AdamW(learningRate: 1, weightDecay: -1).validate()
    }
    expectError("ClipValues: the limit is 0.0, but must be positive.") {
      try ClipValues(0).validate()
    }
  }
}
