import Inference
import TestSupport
import Testing

struct GradientFiltersTests {
  private func apply(
    _ optimizer: some GradientTransformation, _ gradient: [Double]
  ) -> (gradient: [Double], step: OptimizerStep) {
    var course = Course(optimizer, parameters: gradient.map { _ in 0 })
    return (course.change(gradient), course.step)
  }

  @Test func numbersThatAreNoneBecomeZeroAndAreCounted() {
    let (gradient, step) = apply(ZeroNaNs(), [.nan, 1, .infinity, .nan, -2])
    #expect(gradient == [0, 1, .infinity, 0, -2])
    #expect(step.zeroed.scalar == 2)
  }

  @Test func aLongGradientIsShortenedToTheLimit() {
    let (gradient, step) = apply(ClipGlobalNorm(2), [3, 0, 4])
    expectClose(gradient, [1.2, 0, 1.6], relative: 1e-15)
    #expect(step.gradientNorm.scalar == 5)
    #expect(step.isClipped.scalar == 1)
  }

  @Test func aShortGradientPasses() {
    let (gradient, step) = apply(ClipGlobalNorm(5.1), [3, 0, 4])
    #expect(gradient == [3, 0, 4])
    #expect(step.gradientNorm.scalar == 5)
    #expect(step.isClipped.scalar == 0)
  }

  @Test func aGradientThatIsNoNumberDoesNotPassAsShort() {
    let (gradient, step) = apply(ClipGlobalNorm(2), [.nan, 1])
    #expect(step.isClipped.scalar == 1 && step.gradientNorm.scalar.isNaN)
    #expect(gradient[0].isNaN && gradient[1].isNaN)
  }

  @Test func theLimitIsPositive() {
    expectError("ClipGlobalNorm: the limit is 0.0, but must be positive.") {
      try ClipGlobalNorm(0).validate()
    }
  }
}
