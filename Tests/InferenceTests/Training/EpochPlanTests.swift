import PPL
import TestSupport
import Testing

@testable import Inference

struct EpochPlanTests {
  @Test func anEpochHasEveryRowOnceInAnOrderOfItsOwn() {
    let plan = EpochPlan(plate: "row", rows: 103, batchSize: 25, key: RandomKey(1))
    #expect(plan.stepsPerEpoch == 5)
    #expect((0..<5).map { plan.range(ofStep: $0).count } == [25, 25, 25, 25, 3])
    let orders = (0..<3).map { plan.order(ofEpoch: $0) }
    for order in orders { #expect(order.sorted() == (0..<103).map(Double.init)) }
    #expect(orders[0] != orders[1] && orders[1] != orders[2])
    #expect(orders[2] == RandomKey(1).foldIn(2).permutation(103).scalars)
  }

  @Test(arguments: [(1, 1), (250, 250), (251, 126), (2_500, 250), (2_501, 228)])
  func blocksAreOfOneSizeAndNotLarge(batchSize: Int, blockSize: Int) {
    let plan = EpochPlan(plate: "row", rows: 10_000, batchSize: batchSize, key: RandomKey(1))
    #expect(plan.blockSize == blockSize)
  }

  @Test func aMinibatchHasNoMoreRowsThanThereAre() {
    let plan = EpochPlan(plate: "row", rows: 7, batchSize: 25, key: RandomKey(1))
    #expect(plan.batchSize == 7 && plan.stepsPerEpoch == 1 && plan.blockSize == 7)
  }

  @Test func countsThatAreNotPositiveAreRefused() {
    expectError("EpochPlan: there are 0 rows in minibatches of 0, but both must be positive.") {
      try EpochPlan(plate: "row", rows: 0, batchSize: 5, key: RandomKey(0)).validate()
    }
    expectError("EpochPlan: there are 9 rows in minibatches of -5, but both must be positive.") {
      try EpochPlan(plate: "row", rows: 9, batchSize: -5, key: RandomKey(0)).validate()
    }
  }

  // MARK: The course

  @Test func theRateFallsOnceTheLossHasNotFallenForLong() {
    let plan = EpochPlan(plate: "row", rows: 10, batchSize: 1, key: RandomKey(0))
    let rule = ReduceOnPlateau(factor: 0.1, patience: 3, improvement: 1e-6)
    var course = TrainingCourse(plan, rule, 5)
    // Every second step is looked at; improvements by less than a millionth do not count.
    let losses = [9, 5, 9, 4, 9, 4, 9, 4 - 1e-6, 9, 3.9999999, 9, 3.9999998].map { $0 }
    var scales: [Double] = []
    for (step, loss) in losses.enumerated() {
      course.append(loss, rate: 1)
      if step % 10 == 9 { _ = course.endEpoch(validationLoss: nil) }
      scales.append(course.scale)
    }
    // 5 and 4 are the best in turn; the third one in a row after it lowers the rate.
    #expect(scales == [1, 1, 1, 1, 1, 1, 1, 1, 1, 0.1, 0.1, 0.1])
    var constant = TrainingCourse(plan, nil, 5)
    for step in 0..<100 {
      constant.append(1, rate: 1)
      if step % 10 == 9 { _ = constant.endEpoch(validationLoss: nil) }
    }
    #expect(constant.scale == 1)
  }

  /// With 7 steps and 3 checks, those after steps 2, 4 and 6; the seventh starts no interval that goes on.
  @Test func checksBeginAnewWithEachEpoch() {
    let plan = EpochPlan(plate: "row", rows: 7, batchSize: 1, key: RandomKey(0))
    var course = TrainingCourse(plan, ReduceOnPlateau(factor: 0.5, patience: 1), 3)
    var scales: [Double] = []
    for _ in 0..<2 {
      for _ in 0..<7 {
        course.append(1, rate: 1)
        scales.append(course.scale)
      }
      _ = course.endEpoch(validationLoss: nil)
    }
    // The first is the best; each check after it halves the rate.
    let halvings = [0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5]
    #expect(scales == halvings.map { 1 / Double(1 << $0) })
  }
}
