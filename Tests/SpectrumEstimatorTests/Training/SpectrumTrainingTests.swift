import Foundation
import Inference
import LinearAlgebra
import PPL
import SpectrumExamples
import TestSupport
import Testing

@testable import SpectrumEstimator

struct SpectrumTrainingTests {
  private let model = SpectrumModel(exampleArchitecture, loss: .circle(4))

  private var training: SpectrumTraining {
    var training = SpectrumTraining.circle
    (training.batchSize, training.epochs) = (50, 60)
    return training
  }

  @Test func trainingRecoversSpectraFromTheirBands() throws {
    let pairs = try examplePairs(1_000, noise: 0.02, seed: 1)
    let fit = try training.run(model, on: pairs, key: RandomKey(2))
    let test = try examplePairs(500, noise: 0.02, seed: 3)
    let loss = try fit.network.meanLoss(.circle(4), on: test)
    // The roots vary with a variance of 0.03; two parameters seen through three bands with errors of 2 %.
    #expect(loss < 6e-4, "\(loss)")
    #expect(fit.steps == 60 * 20 && fit.epochs.count == 60)
    #expect(fit.epochs[59].loss < 0.1 * fit.epochs[0].loss)
    #expect(fit.epochs.allSatisfy { $0.validationLoss == nil && $0.learningRate == 3e-3 })
  }

  @Test func oneSeedGivesOneNetworkAndAnotherAnother() throws {
    let pairs = try examplePairs(130, noise: 0.1, seed: 4)
    var short = training
    short.epochs = 3
    let fits = try [5, 5, 6].map { try short.run(model, on: pairs, key: RandomKey($0)) }
    #expect(fits[0].network == fits[1].network && fits[0].network != fits[2].network)
    // 130 pairs make two minibatches of 50 and one of 30.
    #expect(fits[0].steps == 9)
  }

  private func start(_ key: RandomKey) throws -> SpectrumNetwork {
    SpectrumNetwork(exampleArchitecture, values: try model.initialValues(key: key.split().0))
  }

  /// Against the same training by `SVI`, where each step has its pairs as data: the last one of an epoch those left over.
  @Test func whatIsLeftOverIsAMinibatchOfItsOwn() throws {
    let pairs = try examplePairs(70, noise: 0.1, seed: 22)
    var short = training
    (short.epochs, short.batchSize) = (2, 50)
    let key = RandomKey(23)
    let fit = try short.run(model, on: pairs, key: key)
    var parameters = try start(key).scalars.flatMap { $0 }
    var optimizer: [Tensor]?
    for epoch in 0..<2 {
      let order = key.split().1.foldIn(UInt32(epoch)).permutation(70).scalars.map { Int($0) }
      var losses: [Double] = []
      for rows in [order[..<50], order[50...]] {
        let program = try model.trained(on: pairs.taking(Array(rows)))
          .scaled(by: Tensor(1.0 / Double(rows.count)))
        let svi = SVI(program, guide: Model<Void> { _ in }, optimizer: Adam(learningRate: 3e-3))
        var state = try svi.initialState(key: RandomKey(9))
        (state.parameters, state.optimizer) = (parameters, optimizer ?? state.optimizer)
        let (next, record) = try svi.step(state)
        (parameters, optimizer) = (next.parameters, next.optimizer)
        losses.append(record.loss - model.constant)
      }
      let mean = (50 * losses[0] + 20 * losses[1]) / 70
      expectClose([fit.epochs[epoch].loss], [mean], relative: 1e-10)
    }
    // Rounding: a gradient is summed over 50 rows of which 30 count nothing, or over 20.
    expectClose(fit.checkpoint.fit.parameters, parameters, relative: 1e-9, absolute: 1e-10)
  }

  @Test func blocksGiveTheGradientOfTheWholeMinibatch() throws {
    let pairs = try examplePairs(600, noise: 0.1, seed: 24)
    for loss in [SpectrumLoss.circle(4), .sphereAnalysisError(4, observationVariance: 1)] {
      let model = SpectrumModel(exampleArchitecture, loss: loss)
      var step = training
      (step.epochs, step.batchSize) = (1, 600)
      let fit = try step.run(model, on: pairs, key: RandomKey(25))
      let expected = try start(RandomKey(25)).meanLoss(loss, on: pairs)
      expectClose([fit.epochs[0].loss], [expected], relative: 1e-12)
    }
  }

  @Test func aStepIsThatOfSVIOnTheSamePairs() throws {
    let pairs = try examplePairs(40, noise: 0.1, seed: 7)
    let program = try model.trained(on: pairs).scaled(by: Tensor(1.0 / 40))
    let svi = SVI(
      program, guide: Model<Void> { _ in }, optimizer: Adam(learningRate: 3e-3))
    var state = try svi.initialState(key: RandomKey(9))
    state.parameters = try start(RandomKey(8)).scalars.flatMap { $0 }
    let fit = try svi.run(steps: 5, from: state, progress: .silent)
    var whole = training
    (whole.epochs, whole.batchSize) = (5, 40)
    let trained = try whole.run(model, on: pairs, key: RandomKey(8))
    for k in 0..<5 {
      expectClose([trained.epochs[k].loss], [fit.losses[k] - model.constant], relative: 1e-10)
    }
    expectClose(trained.network.scalars.flatMap { $0 }, fit.state.parameters, relative: 1e-9)
  }

  @Test func theFirstStepHasTheSizeOfTheRate() throws {
    let pairs = try examplePairs(40, noise: 0.1, seed: 10)
    var one = training
    (one.epochs, one.batchSize, one.learningRate) = (1, 40, 1e-3)
    let before = try start(RandomKey(11)).scalars.flatMap { $0 }
    let after = try one.run(model, on: pairs, key: RandomKey(11)).network.scalars.flatMap { $0 }
    let moved = zip(before, after).map { abs($0 - $1) }.filter { $0 > 0 }
    // Up to epsilon, 1e-8 against gradients that are not tiny; units that are never active do not move.
    #expect(moved.count > before.count / 2)
    #expect(moved.filter { abs($0 - 1e-3) < 1e-6 }.count > 9 * moved.count / 10)
    #expect(moved.allSatisfy { $0 <= 1e-3 * (1 + 1e-9) })
  }

  @Test func anEpochSeesEveryPairOnce() {
    let order = RandomKey(12).foldIn(0).permutation(100).scalars
    #expect(order.sorted() == (0..<100).map(Double.init))
    #expect(order != RandomKey(12).foldIn(1).permutation(100).scalars)
  }

  @Test func aTenthIsHeldOutAndTrainingMayEndEarly() throws {
    let pairs = try examplePairs(500, noise: 0.3, seed: 13)
    var patient = training
    (patient.validationFraction, patient.patience, patient.epochs) = (0.1, 3, 400)
    let fit = try patient.run(model, on: pairs, key: RandomKey(14))
    let held = fit.epochs.compactMap(\.validationLoss)
    #expect(held.count == fit.epochs.count && held.count < 400)
    let last = try fit.network.meanLoss(.circle(4), on: pairs.taking(Array(0..<50)))
    #expect(held.last == last)
    let best = held.dropLast(3).min() ?? 0
    #expect(held.suffix(3).allSatisfy { $0 >= best })
  }

  @Test func progressIsToldAndMayEndTheTraining() throws {
    let pairs = try examplePairs(100, noise: 0.1, seed: 15)
    var told: [Int] = []
    let fit = try training.run(model, on: pairs, key: RandomKey(16)) { epoch, _ in
      told.append(epoch)
      return epoch < 4
    }
    #expect(told == [1, 2, 3, 4] && fit.epochs.count == 4)
  }

  @Test func presetsAreThoseOfTheSpecification() {
    let (sphere, circle) = (SpectrumTraining.sphere, SpectrumTraining.circle)
    #expect(sphere.batchSize == 2_500 && sphere.epochs == 30 && sphere.learningRate == 1e-3)
    #expect(
      sphere.validationFraction == 0.1
        && sphere.plateau == ReduceOnPlateau(factor: 0.1, patience: 16, improvement: 1e-6))
    #expect(circle.batchSize == 2_500 && circle.epochs == 200 && circle.learningRate == 3e-3)
    #expect(circle.validationFraction == 0 && circle.plateau == nil)
  }

  @Test func whatCannotBeTrainedOnIsRefused() throws {
    let pairs = try examplePairs(10, noise: 0.1, seed: 17)
    #expect(throws: EstimatorError.tooFewPairs(0, needed: 1)) {
      try training.run(model, on: pairs.taking([]), key: RandomKey(0))
    }
    let wide = SpectrumModel(
      SpectrumArchitecture(divisors: [1, 1, 1], spectrumCount: 6), loss: .circle(5))
    #expect(throws: EstimatorError.size(what: "spectra", given: 5, expected: 6)) {
      try training.run(wide, on: pairs, key: RandomKey(0))
    }
    #expect(throws: EstimatorError.size(what: "spectra", given: 2, expected: 1)) {
      try SpectrumPairs(
        bandVariances: Matrix(rows: 1, columns: 3), spectra: Matrix(rows: 2, columns: 5))
    }
    var wild = training
    wild.learningRate = 1e160
    #expect(throws: EstimatorError.self) {
      try wild.run(model, on: pairs, key: RandomKey(0))
    }
  }

  @Test func pairsOfReplicatesAreJoined() throws {
    let parts = try [3, 4].map { try examplePairs($0, noise: 0.1, seed: UInt64($0)) }
    let joined = try SpectrumPairs(joining: parts)
    #expect(joined.count == 7 && joined.spectra.row(3) == parts[1].spectra.row(0)[...])
    let other = try SpectrumPairs(
      bandVariances: Matrix(rows: 1, columns: 2), spectra: Matrix(rows: 1, columns: 5))
    #expect(throws: EstimatorError.size(what: "bandVariances", given: 2, expected: 3)) {
      try SpectrumPairs(joining: parts + [other])
    }
  }

  @Test func weightsWithPriorsHaveAPosteriorThatPredicts() throws {
    let architecture = SpectrumArchitecture(
      divisors: [1.5, 2.1, 2.2], spectrumCount: 5, hidden: [8], isAmplitudeFree: false)
    let model = SpectrumModel(architecture, loss: .circle(4))
    let pairs = try examplePairs(300, noise: 0.05, seed: 18)
    let program = try model.bayesian(on: pairs, subsampleSize: 100)
    let svi = SVI(
      program, guide: AutoNormal(program, scale: 0.02), optimizer: Adam(learningRate: 0.02))
    let fit = try svi.run(steps: 1_200, key: RandomKey(19), progress: .silent)
    let draws = try fit.draws(20, key: RandomKey(20))
    let test = try examplePairs(100, noise: 0.05, seed: 21)
    let networks = (0..<20).map { (draw: Int) -> SpectrumNetwork in
      let values = draws.names.map { ($0, draws[$0][.at(draw)]) }
      return SpectrumNetwork(architecture, values: Dictionary(uniqueKeysWithValues: values))
    }
    let losses = try networks.map { try $0.meanLoss(.circle(4), on: test) }
    // Without a network, by the mean of the roots, it is 0.03.
    #expect(losses.reduce(0, +) / 20 < 0.006, "\(losses)")
    #expect(Set(losses).count == 20)
    let noise = draws["noise"].scalars.reduce(0, +) / 20
    #expect(noise > 0.001 && noise < 0.1, "\(noise)")
  }
}
