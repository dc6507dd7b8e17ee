import Distributions
import Inference
import PPL
import TestModels
import TestSupport
import Testing

struct EarlyStoppingTests {
  /// After how many losses it ends, if at all.
  private func end(_ stopping: EarlyStopping, _ losses: [Double]) -> Int? {
    var stopping = stopping
    return losses.firstIndex { !stopping.shouldContinue(after: $0) }.map { $0 + 1 }
  }

  @Test func aFitEndsWhenMeansNoLongerFall() {
    let stopping = EarlyStopping(patience: 2, averaging: 2, improvement: 0.01)
    // Means 10, 9, 8.95, 8.94.
    #expect(end(stopping, [11, 9, 8, 10, 8.9, 9, 8.9, 8.98, 0]) == 8)
    #expect(end(stopping, [11, 9, 8, 10, 8.9, 9, 1, 1, 1, 1, 1, 1]) == 12)
    #expect(end(stopping, (0..<50).map { 100 - Double($0) }) == nil)
  }

  @Test func lossesThatAreNotFiniteAreLeftOut() {
    let stopping = EarlyStopping(patience: 3, averaging: 1, improvement: 0)
    #expect(end(stopping, [.infinity, .infinity, 5, .infinity, .nan, 6, 6, .infinity, 6]) == 9)
  }

  /// A draw that leaves the support now and then says nothing about whether the loss falls.
  @Test func sprinkledInfinitiesDoNotEndAFitThatGoesDown() {
    let stopping = EarlyStopping(patience: 2, averaging: 10)
    let falling = (0..<1000).map { $0 % 9 == 4 ? Double.infinity : 5000 - Double($0) }
    #expect(end(stopping, falling) == nil)
    // Nor does it keep one going that has come to rest: three means of ten that are equal, of which the
    // first is the best.
    let resting = (0..<1000).map { $0 % 3 == 1 ? Double.infinity : 2 }
    #expect(end(stopping, resting) == 45)
  }

  @Test func aFitEndsBeforeItsSteps() throws {
    let test = TestModel.normalMean()
    let svi = SVI(test.model, guide: AutoDelta(test.model), optimizer: Adam(learningRate: 0.1))
    let stopping = EarlyStopping(patience: 3, averaging: 20)
    let fit = try svi.run(
      steps: 50_000, key: RandomKey(0), stopping: stopping, progress: .silent)
    #expect(fit.losses.count < 5_000)
    #expect(end(stopping, fit.losses) == fit.losses.count)
    expectClose(
      try #require(fit.parameters["mu_auto_loc"]).scalars,
      try #require(test.posteriorMean["mu"]), relative: 1e-2)
  }

  @Test func settingsOutOfRangeAreRefused() {
    expectError("EarlyStopping: patience is 0 and averaging 100, but must be positive.") {
      try EarlyStopping(patience: 0).validate()
    }
    expectError("EarlyStopping: improvement is -1.0, but must not be negative.") {
      try EarlyStopping(improvement: -1).validate()
    }
  }
}
