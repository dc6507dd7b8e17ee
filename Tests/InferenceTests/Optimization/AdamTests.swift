import Inference
import TestSupport
import Testing

struct AdamTests {
  /// The changes that Adam makes of one parameter's gradients.
  private func changes(_ gradients: [Double], _ adam: Adam) -> [Double] {
    var course = Course(adam)
    return gradients.map { course.change([$0])[0] }
  }

  @Test func threeStepsAreThoseOfTheAlgorithm() {
    let found = changes([1, 3, -2], Adam(learningRate: 0.1))
    // m = 0.1, 0.39, 0.151 and v = 0.001, 0.009999, 0.013989001, each divided by its bias.
    let expected = [
      -0.1 * 1 / (1 + 1e-8),
      -0.1 * (0.39 / 0.19) / ((0.009999 / 0.001999).squareRoot() + 1e-8),
      -0.1 * (0.151 / 0.271) / ((0.013989001 / 0.002997001).squareRoot() + 1e-8),
    ]
    // 1 - 0.999^t loses three digits by cancellation.
    expectClose(found, expected, relative: 1e-12)
  }

  @Test func aConstantGradientMovesByTheRate() {
    // Both moments, their biases taken out, are those of the one gradient at every step.
    for gradient in [5.0, -0.02] {
      let found = changes(Array(repeating: gradient, count: 20), Adam(learningRate: 0.3))
      let expected = -0.3 * gradient / (abs(gradient) + 1e-8)
      expectClose(found, Array(repeating: expected, count: 20), relative: 1e-12)
    }
  }

  @Test func adamWithoutMemoryDividesTheGradientByItsSizePlusEpsilon() {
    let adam = Adam(learningRate: 1, decay: 0, squareDecay: 0, epsilon: 1)
    #expect(changes([3, -1, 0], adam) == [-0.75, 0.5, 0])
  }

  @Test func parametersDoNotInfluenceEachOther() {
    let adam = Adam(learningRate: 0.1)
    var course = Course(adam, parameters: [0, 0])
    for (first, second) in [(1.0, 1e6), (3, -1e-6), (-2, 0)] {
      let change = course.change([first, second])
      if first == -2 { #expect(change[0] == changes([1, 3, -2], adam)[2]) }
    }
    #expect(course.state[0].scalar == 3)
  }

  @Test func settingsOutOfRangeAreRefused() {
    expectError("Adam: the learning rate is 0.0, but must be positive.") {
      try Adam(learningRate: 0).validate()
    }
    expectError("Adam: the decays are 1.0 and 0.999, but must be in [0, 1).") {
      try Adam(learningRate: 1, decay: 1).validate()
    }
    expectError("Adam: epsilon is 0.0, but must be positive.") {
      try Adam(learningRate: 1, epsilon: 0).validate()
    }
  }
}
