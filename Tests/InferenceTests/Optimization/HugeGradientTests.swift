import Inference
import PPL
import TestSupport
import Testing

/// Gradients whose squares leave the range of numbers.
struct HugeGradientTests {
  private func apply(
    _ optimizer: some GradientTransformation, _ gradient: [Double]
  ) -> (gradient: [Double], step: OptimizerStep) {
    var course = Course(optimizer, parameters: gradient.map { _ in 0 })
    return (course.change(gradient), course.step)
  }

  @Test func clippingKeepsTheDirectionOfAHugeGradient() {
    let (gradient, step) = apply(ClipGlobalNorm(10), [3e200, 4e200])
    // The rounding of two divisions.
    expectClose(gradient, [6, 8], relative: 1e-15)
    expectClose([step.gradientNorm.scalar], [5e200], relative: 1e-15)
    #expect(step.isClipped.scalar == 1)
  }

  // The norm is one scaled sum of squares, whose range this is: a second sum would slow every step.
  @Test(arguments: [-32, -20, -1, 0, 1, 140, 153, 155, 200, 273])
  func normsOfAnySizeKeepTheirDigits(_ power: Int) throws {
    let unit = try #require(Double("1e\(power)"))
    let (gradient, step) = apply(ClipGlobalNorm(unit), [3 * unit, -4 * unit, 0])
    expectClose([step.gradientNorm.scalar / unit], [5], relative: 1e-14)
    expectClose(gradient.map { $0 / unit }, [0.6, -0.8, 0], relative: 1e-14)
  }

  @Test func groupsRecordTheNormOfAll() {
    let groups = ParameterGroups(otherwise: ClipGlobalNorm(1))
    expectClose([apply(groups, [3e200, 4e200]).step.gradientNorm.scalar], [5e200], relative: 1e-14)
  }

  /// How far one parameter moves in a step after a huge gradient and so many of 1.
  private func lastChange(
    _ optimizer: some GradientTransformation, after first: [Double], of count: Int
  ) -> Double {
    var course = Course(optimizer, parameters: [0])
    for gradient in first { _ = course.change([gradient]) }
    var change = 0.0
    for _ in 0..<count { change = course.change([1])[0] }
    return change
  }

  /// The mean of the squares was infinite, and the parameter never moved again.
  @Test func aHugeGradientIsForgottenAsFastAsTheDecaySays() {
    // The root of 0.9 a step takes 1e150 to 1 in 6,556 steps.
    let adam = Adam(learningRate: 0.1, decay: 0.5, squareDecay: 0.9)
    let found = lastChange(adam, after: [1e200], of: 7_000)
    #expect(abs(found + 0.1) < 1e-3, "\(found)")
    let rms = lastChange(RMSProp(learningRate: 0.1, decay: 0.9), after: [1e200], of: 7_000)
    #expect(abs(rms + 0.1) < 1e-3, "\(rms)")
  }

  @Test func stepsOfHugeGradientsHaveTheSizeOfTheRate() {
    for size in [1e10, 1e149, 1e160, 1e200, 1e308] {
      // The bias corrections make the first step of Adam the rate, whatever the gradient.
      expectClose(apply(Adam(learningRate: 0.1), [size]).gradient, [-0.1], relative: 1e-12)
      expectClose(apply(Adam(learningRate: 0.1), [-size]).gradient, [0.1], relative: 1e-12)
      expectClose(
        apply(Adagrad(learningRate: 0.1, momentum: 0), [size]).gradient, [-0.1], relative: 1e-12)
      expectClose(
        apply(RMSProp(learningRate: 0.1, decay: 0.75), [size]).gradient, [-0.2], relative: 1e-12)
    }
  }

  @Test func whatIsNoNumberStillIsNone() {
    #expect(apply(Adam(learningRate: 0.1), [.nan]).gradient[0].isNaN)
    let (gradient, step) = apply(ClipGlobalNorm(10), [.infinity, 1])
    #expect(gradient[0].isNaN && step.gradientNorm.scalar == .infinity)
  }
}
