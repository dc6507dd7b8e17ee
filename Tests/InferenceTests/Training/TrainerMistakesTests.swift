import Distributions
import Inference
import PPL
import TestSupport
import Testing

/// What cannot be trained by epochs says why.
struct TrainerMistakesTests {
  @discardableResult private func run(
    _ model: Model<Void>, plate: String = "row", rows: Int = 6, learningRate: Double = 0.1,
    checksPerEpoch: Int = 10, epochs: Int = 1, plateau: ReduceOnPlateau? = nil
  ) throws -> TrainedFit {
    let plan = EpochPlan(plate: plate, rows: rows, batchSize: 4, key: RandomKey(0))
    return try Trainer(
      model, plan: plan, learningRate: learningRate, plateau: plateau,
      checksPerEpoch: checksPerEpoch
    ).run(epochs: epochs, key: RandomKey(1))
  }

  private func model(_ outside: @escaping @Sendable (inout Context) -> Void = { _ in })
    -> Model<Void>
  {
    Model { p in
      outside(&p)
      let mean = p.parameter("mean", initially: 0)
      p.plate("row", 6) { p, rows in
        p.sample("y", Normal(mean, 1), observed: rows.taken(from: [1, 2, 3, 4, 5, 6]))
      }
    }
  }

  @Test func theModelMustHaveThePlate() {
    expectError("EpochPlan: the model has no plate \"pair\", but needs one of 6 rows.") {
      try run(model(), plate: "pair")
    }
    expectError("EpochPlan: the model has a plate \"row\" of 6 rows, but needs one of 5 rows.") {
      try run(model(), rows: 5)
    }
  }

  @Test func onlyDataInsideThePlateAreTrainedOn() {
    expectError(
      "EpochPlan: site \"penalty\" is outside the plate, but only data inside the plate \"row\" are "
        + "trained on; use SVI.run for a posterior."
    ) { try run(model { p in p.factor("penalty", -1) }) }
  }

  @Test func aModelThatReadsItsDataIsNotReplayed() throws {
    let model = Model<Void> { p in
      let mean = p.parameter("mean", initially: 0)
      p.plate("row", 6) { p, rows in
        let y = rows.taken(from: [1, 2, 3, 4, 5, 6])
        let isLarge = y.sum().scalar > 10
        p.sample("y", Normal(isLarge ? mean : -mean, 1), observed: y)
      }
    }
    let error = #expect(throws: InferenceError.self) { try run(model) }
    #expect(
      try #require(error).description.contains(
        "while the step was recorded, but a step must read no value; write select(_:_:_:) in place")
    )
  }

  @Test func countsAndRatesAreChecked() {
    expectError("the number of epochs is 0, but must be positive.") { try run(model(), epochs: 0) }
    expectError("Adam: the learning rate is 0.0, but must be positive.") {
      try run(model(), learningRate: 0)
    }
    expectError("Trainer: checksPerEpoch is 0, but must be positive.") {
      try run(model(), checksPerEpoch: 0)
    }
    expectError("ReduceOnPlateau: the factor is 2.0, but must be in (0, 1).") {
      try run(model(), plateau: ReduceOnPlateau(factor: 2))
    }
  }

  @Test func aLossThatIsInfiniteEndsTheTraining() throws {
    let model = Model<Void> { p in
      let mean = p.parameter("mean", initially: 0)
      p.plate("row", 6) { p, rows in
        p.sample("y", Normal(mean, 1), observed: rows.taken(from: [1, 2, 3, 4, 5, 1e200]))
      }
    }
    let divergence = #expect(throws: Divergence.self) { try run(model, epochs: 3) }
    #expect(try #require(divergence).step <= 2)
  }

  @Test func aCheckpointOfAnotherPlanIsRefused() throws {
    let plan = { (size: Int) in
      EpochPlan(plate: "row", rows: 6, batchSize: size, key: RandomKey(0))
    }
    let short = Trainer(model(), plan: plan(2), learningRate: 0.1)
    var stored: [TrainingCheckpoint] = []
    _ = try short.run(epochs: 1, key: RandomKey(1), observing: { stored.append($0()) })
    let last = try #require(stored.last)
    #expect(last.stepsOfEpoch == 2)
    let whole = Trainer(model(), plan: plan(6), learningRate: 0.1)
    #expect(throws: InferenceError.otherEpochs(step: 2, steps: 1)) {
      try whole.run(epochs: 2, key: RandomKey(1), from: last)
    }
    #expect(
      InferenceError.otherEpochs(step: 2, steps: 1).description
        == "the checkpoint is after 2 steps of an epoch, which has 1 here; continue with the rows and the "
        + "size of minibatches that the training was begun with.")
    let reducing = Trainer(
      model(), plan: plan(2), learningRate: 0.1, plateau: ReduceOnPlateau())
    #expect(throws: InferenceError.otherOptimizer(stored: [0], expected: [5])) {
      try reducing.run(epochs: 2, key: RandomKey(1), from: last)
    }
  }
}
