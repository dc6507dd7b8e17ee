import Inference
import PPL
import TestSupport
import Testing

struct ScheduleTests {
  private func rates(_ schedule: Schedule, _ counts: [Double]) -> [Double] {
    counts.map { schedule(Tensor($0)).scalar }
  }

  @Test func aConstantStays() {
    #expect(rates(0.25, [0, 1, 1000]) == [0.25, 0.25, 0.25])
  }

  @Test func exponentialDecayIsSmoothOrInStairs() {
    let smooth = Schedule.exponential(from: 0.8, factor: 0.25, every: 10)
    expectClose(rates(smooth, [0, 5, 10, 20]), [0.8, 0.4, 0.2, 0.05], relative: 1e-14)
    let stairs = Schedule.exponential(from: 0.8, factor: 0.25, every: 10, isStaircase: true)
    expectClose(rates(stairs, [0, 9, 10, 19, 20]), [0.8, 0.8, 0.2, 0.2, 0.05], relative: 1e-14)
  }

  @Test func aCosineFallsToItsFloorAndStays() {
    let schedule = Schedule.cosine(from: 2, steps: 60, floor: 0.1)
    expectClose(
      rates(schedule, [0, 20, 30, 60, 99]), [2, 0.9 * 1.5 + 0.2, 1.1, 0.2, 0.2], relative: 1e-14)
  }

  @Test func aLineReachesItsEndAndStays() {
    let schedule = Schedule.linear(from: 1, to: 0.2, steps: 4)
    expectClose(rates(schedule, [0, 1, 4, 9]), [1, 0.8, 0.2, 0.2], relative: 1e-14)
  }

  @Test func aWarmUpRisesToTheStartOfWhatFollows() {
    let schedule = Schedule.warmUp(steps: 4, then: .linear(from: 1, to: 0.2, steps: 4))
    expectClose(
      rates(schedule, [0, 1, 3, 4, 5, 8]), [0, 0.25, 0.75, 1, 0.8, 0.2], relative: 1e-14)
  }

  @Test func oneCycleRisesToItsPeakAndFallsBelowItsStart() {
    let schedule = Schedule.oneCycle(
      peak: 1, steps: 100, rise: 0.2, startDivisor: 10, endDivisor: 100)
    expectClose(
      rates(schedule, [0, 10, 20, 60, 100, 150]), [0.1, 0.55, 1, 0.5005, 0.001, 0.001],
      relative: 1e-13)
  }

  @Test func theRateOfAnOptimizerFollowsItsSchedule() {
    var course = Course(SGD(learningRate: .linear(from: 1, to: 0, steps: 4)))
    #expect((0..<5).map { _ in course.change([-1])[0] } == [1, 0.75, 0.5, 0.25, 0])
  }

  @Test func aPlateauShortensTheStepsOnce() {
    let reducing = ReduceOnPlateau(factor: 0.5, patience: 2, improvement: 0.01, averaging: 2)
    let vector = ParameterVector([("x", 0)])
    var state = reducing.initialState(vector)
    // Means 10, 9, 8.95, 8.95: the last two are not better than 9 by a hundredth.
    let changes = [11.0, 9, 9, 9, 9, 8.9, 9, 8.9, 1, 1].map { loss in
      var step = OptimizerStep(parameters: vector, loss: Tensor(loss))
      return reducing.update(-1, state: &state, step: &step).scalar
    }
    #expect(changes == [-1, -1, -1, -1, -1, -1, -1, -0.5, -0.5, -0.5])
  }

  @Test func aPlateauCountsFiniteLossesOnly() {
    let reducing = ReduceOnPlateau(factor: 0.5, patience: 2, improvement: 0.01, averaging: 2)
    let vector = ParameterVector([("x", 0)])
    var state = reducing.initialState(vector)
    func scale(after losses: [Double]) -> Double {
      var change = 0.0
      for loss in losses {
        var step = OptimizerStep(parameters: vector, loss: Tensor(loss))
        change = -reducing.update(-1, state: &state, step: &step).scalar
      }
      return -change
    }
    // Means 10 and 9, then none for a while.
    let sprinkled = [.infinity, 11, 9, .infinity, 9, .nan, .infinity, 9]
    #expect(scale(after: sprinkled + Array(repeating: .infinity, count: 20)) == -1)
    // Two means that are not below 9 by a hundredth.
    #expect(scale(after: [8.9, .infinity, 9, .nan, 8.9]) == -1)
    #expect(scale(after: [9]) == -0.5)
  }

  @Test func settingsOutOfRangeAreRefused() {
    expectError("Schedule: the rate is 0.0, but must be positive.") {
      try Schedule.constant(0).validate()
    }
    expectError("exponential: the factor is 0.0, but must be positive.") {
      try Schedule.exponential(from: 1, factor: 0, every: 10).validate()
    }
    expectError("cosine: steps is 0, but must be positive.") {
      try Schedule.cosine(from: 1, steps: 0).validate()
    }
    expectError("cosine: the floor is 2.0, but must be in [0, 1].") {
      try Schedule.cosine(from: 1, steps: 1, floor: 2).validate()
    }
    expectError("linear: the rate is 0.0, but must be positive.") {
      try Schedule.linear(from: 0, to: 0, steps: 1).validate()
    }
    expectError("warmUp: steps is -1, but must be positive.") {
      try Schedule.warmUp(steps: -1, then: 1).validate()
    }
    expectError("oneCycle: rise is 1.0, but must be in (0, 1).") {
      try Schedule.oneCycle(peak: 1, steps: 1, rise: 1).validate()
    }
    expectError("ReduceOnPlateau: the factor is 1.0, but must be in (0, 1).") {
      try ReduceOnPlateau(factor: 1).validate()
    }
    expectError("ReduceOnPlateau: patience is 0 and averaging 1, but must be positive.") {
      try ReduceOnPlateau(patience: 0).validate()
    }
  }
}
