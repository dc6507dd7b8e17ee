import Distributions
import Foundation
import PPL
import TestSupport
import Testing

@testable import Inference

/// Maximum-likelihood training by epochs.
struct TrainerTests {
  private let x = RandomKey(1).normal([530, 2])
  private var y: Tensor { matmul(x, Tensor([1, -2])) + 0.5 + 0.1 * RandomKey(2).normal([530]) }

  /// A linear regression, of whose rows a run uses some or all.
  private func regression(_ used: Int? = nil, rows: [Int]? = nil) -> Model<Void> {
    let all = Tensor((rows ?? Array(0..<530)).map(Double.init))
    let (x, y) = (x.taking(indices: all, along: 0), y.taking(indices: all, along: 0))
    return Model { p in
      let line = p.module("line", Linear(2, 1))
      p.plate("row", y.count, subsampleSize: used) { p in
        let mean = line(p.subsample(x, eventRank: 1))[.ellipsis, .at(0)]
        p.sample("y", Normal(mean, 0.5), observed: p.subsample(y))
      }
    }
  }

  private func trainer(
    _ model: Model<Void>? = nil, batchSize: Int = 100, plateau: ReduceOnPlateau? = nil
  ) -> Trainer {
    Trainer(
      model ?? regression(100),
      plan: EpochPlan(plate: "row", rows: 530, batchSize: batchSize, key: RandomKey(3)),
      learningRate: 0.02, plateau: plateau, checksPerEpoch: 3)
  }

  @Test func parametersAreThoseOfLeastSquares() throws {
    let fit = try trainer(batchSize: 530).run(epochs: 1_500, key: RandomKey(4))
    let ones = Tensor.ones([530, 1])
    let design = concatenate([x, ones], along: 1)
    let gram = matmul(design.transposed(), design)
    // The normal equations, by the residuals' being orthogonal to the design.
    let found = concatenate(
      ["line/weight", "line/bias"].map { (fit.fit.parameters[$0] ?? 0).reshaped(to: [-1]) })
    let slopes = matmul(gram, found) - matmul(design.transposed(), y)
    // Adam's steps of 0.02 have shrunk to nothing where the whole data make one minibatch.
    #expect(abs(slopes).max().scalar < 1e-6 * 530)
    #expect(fit.epochs.count == 1_500 && fit.fit.state.step == 1_500)
  }

  /// The same steps by `SVI`, where each has its rows as data.
  @Test(arguments: [nil, 100, 530]) func aStepIsThatOfSVIOnItsRows(used: Int?) throws {
    let fit = try trainer(regression(used)).run(epochs: 2, key: RandomKey(4))
    let plan = EpochPlan(plate: "row", rows: 530, batchSize: 100, key: RandomKey(3))
    var parameters = try Trainer.start(regression(), RandomKey(4))
    var optimizer: [Tensor]?
    for epoch in 0..<2 {
      var sum = 0.0
      let order = plan.order(ofEpoch: epoch).map { Int($0) }
      for step in 0..<plan.stepsPerEpoch {
        let rows = Array(order[plan.range(ofStep: step)])
        let model = regression(rows: rows).scaled(by: Tensor(1 / Double(rows.count)))
        let svi = SVI(model, guide: Model<Void> { _ in }, optimizer: Adam(learningRate: 0.02))
        var state = try svi.initialState(key: RandomKey(4))
        (state.parameters, state.optimizer) = (parameters, optimizer ?? state.optimizer)
        let (next, record) = try svi.step(state)
        (parameters, optimizer) = (next.parameters, next.optimizer)
        sum += record.loss * Double(rows.count)
      }
      // Rounding of sums in another order.
      expectClose([fit.epochs[epoch].loss], [sum / 530], relative: 1e-12)
    }
    expectClose(fit.fit.state.parameters, parameters, relative: 1e-10)
  }

  @Test func theRateIsThatOfThePlateauRule() throws {
    let rule = ReduceOnPlateau(factor: 0.5, patience: 2, improvement: 0.01)
    let fit = try trainer(plateau: rule).run(epochs: 40, key: RandomKey(4))
    let rates = fit.epochs.map(\.learningRate)
    #expect(rates[0] == 0.02 && rates[39] < 0.01)
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 })
    let constant = try trainer().run(epochs: 2, key: RandomKey(4))
    #expect(constant.epochs.map(\.learningRate) == [0.02, 0.02])
  }

  @Test func anOffsetIsSubtractedFromTheLossAlone() throws {
    let plan = EpochPlan(plate: "row", rows: 530, batchSize: 100, key: RandomKey(3))
    let shifted = Trainer(regression(100), plan: plan, learningRate: 0.02, offset: 3)
    let (fit, other) = (
      try shifted.run(epochs: 1, key: RandomKey(4)), try trainer().run(epochs: 1, key: RandomKey(4))
    )
    expectClose([fit.epochs[0].loss], [other.epochs[0].loss - 3], relative: 1e-13)
    #expect(fit.fit.state.parameters == other.fit.state.parameters)
  }

  @Test func anotherOptimizerHasTheRateThatItIsGiven() throws {
    let plan = EpochPlan(plate: "row", rows: 530, batchSize: 530, key: RandomKey(3))
    let one = Trainer(regression(), plan: plan, learningRate: 1e-3) { SGD(learningRate: $0) }
    let twice = Trainer(regression(), plan: plan, learningRate: 2e-3) { SGD(learningRate: $0) }
    let start = try Trainer.start(regression(), RandomKey(4))
    let (a, b) = (
      try one.run(epochs: 1, key: RandomKey(4)).fit.state.parameters,
      try twice.run(epochs: 1, key: RandomKey(4)).fit.state.parameters
    )
    expectClose(
      zip(b, start).map { $0 - $1 }, zip(a, start).map { 2 * ($0 - $1) }, relative: 1e-9)
  }

  @Test func aTrainingGoesOnFromAnyStepWithTheSameBits() throws {
    let rule = ReduceOnPlateau(factor: 0.5, patience: 1, improvement: 0.05)
    let trainer = trainer(plateau: rule)
    var stored: [Data] = []
    let whole = try trainer.run(
      epochs: 4, key: RandomKey(4),
      observing: { stored.append(try JSONEncoder().encode($0())) })
    #expect(whole.epochs[3].learningRate < 0.02)
    // All but the last step, after which the training is at its end.
    #expect(stored.count == 4 * 6 - 1)
    for data in stored {
      let checkpoint = try JSONDecoder().decode(TrainingCheckpoint.self, from: data)
      let rest = try trainer.run(epochs: 4, key: RandomKey(4), from: checkpoint)
      #expect(rest.epochs == whole.epochs && rest.checkpoint == whole.checkpoint)
      #expect(rest.fit.state.parameters == whole.fit.state.parameters)
    }
  }

  @Test func validationEndsATrainingThatNoLongerLearns() throws {
    var told: [Int] = []
    let losses = [3.0, 2, 2.5, 1, 1, 1.5, 0.5]
    var epoch = 0
    let fit = try trainer().run(
      epochs: 7, key: RandomKey(4),
      stopping: EarlyStopping(patience: 2, averaging: 1, improvement: 0),
      validation: { parameters in
        #expect(parameters.keys.sorted() == ["line/bias", "line/weight"])
        epoch += 1
        return losses[epoch - 1]
      },
      progress: { number, _ in
        told.append(number)
        return true
      })
    #expect(told == [1, 2, 3, 4, 5, 6])
    #expect(fit.epochs.map(\.validationLoss) == losses.prefix(6).map { $0 })
  }

  @Test func progressMayEndTheTraining() throws {
    let fit = try trainer().run(epochs: 9, key: RandomKey(4), progress: { epoch, _ in epoch < 3 })
    #expect(fit.epochs.count == 3 && fit.fit.state.step == 18)
  }

  @Test func initialValuesMayBeGiven() throws {
    let values: [String: Tensor] = ["line/weight": Tensor(rows: [[1], [-2]]), "line/bias": [0.5]]
    let fit = try trainer(batchSize: 530).run(epochs: 1, key: RandomKey(4), startingAt: values)
    // The truth, with residuals of deviation 0.1 against 0.5: log(0.5 sqrt(2 pi)) + 0.02.
    #expect(abs(fit.epochs[0].loss - 0.2458) < 0.01)
  }

  @Test func aProfileShowsTheSitesOfABlock() throws {
    #expect("\(try trainer().profile(key: RandomKey(4), replays: 3))".contains("y"))
  }
}

extension Trainer {
  /// The parameters that a training of this model starts from.
  static func start(_ model: Model<Void>, _ key: RandomKey) throws -> [Double] {
    try SVI(model, guide: Model<Void> { _ in }, optimizer: Adam(learningRate: 1))
      .initialState(key: key).parameters
  }
}
