import Foundation
import Inference
import PPL
import SpectrumExamples
import TestSupport
import Testing

@testable import SpectrumEstimator

/// A training that ends and goes on.
struct SpectrumCheckpointTests {
  private let model = SpectrumModel(exampleArchitecture, loss: .circle(4))

  private var training: SpectrumTraining {
    var training = SpectrumTraining.circle
    (training.batchSize, training.epochs) = (50, 60)
    return training
  }

  @Test func aTrainingGoesOnFromACheckpointWithTheSameBits() throws {
    let pairs = try examplePairs(330, noise: 0.3, seed: 26)
    var long = training
    (long.epochs, long.validationFraction) = (12, 0.1)
    long.plateau = ReduceOnPlateau(factor: 0.1, patience: 3, improvement: 1e-6)
    let whole = try long.run(model, on: pairs, key: RandomKey(27))
    #expect(whole.epochs[11].learningRate < 3e-3, "the plateau is met, and its state is carried")
    for epochs in [1, 5] {
      let part = try long.run(model, on: pairs, key: RandomKey(27)) { epoch, _ in epoch < epochs }
      let text = try Self.encoder.encode(part.checkpoint)
      let stored = try Self.decoder.decode(TrainingCheckpoint.self, from: text)
      let rest = try long.run(model, on: pairs, key: RandomKey(27), from: stored)
      #expect(rest.network == whole.network && rest.epochs == whole.epochs)
      #expect(rest.checkpoint == whole.checkpoint && rest.steps == whole.steps)
    }
  }

  /// A process can be killed after any step: also within an epoch, whose losses so far are part of the checkpoint.
  @Test func aTrainingGoesOnFromTheMiddleOfAnEpochWithTheSameBits() throws {
    let pairs = try examplePairs(330, noise: 0.3, seed: 26)
    var long = training
    (long.epochs, long.validationFraction) = (4, 0.1)
    long.plateau = ReduceOnPlateau(factor: 0.1, patience: 3, improvement: 1e-6)
    var stored: [Data] = []
    let whole = try long.run(
      model, on: pairs, key: RandomKey(27),
      observing: { reached in stored.append(try Self.encoder.encode(reached())) })
    // All but the last step, after which the training is at its end.
    #expect(stored.count == whole.steps - 1)
    for data in stored {
      let checkpoint = try Self.decoder.decode(TrainingCheckpoint.self, from: data)
      let rest = try long.run(model, on: pairs, key: RandomKey(27), from: checkpoint)
      #expect(rest.network == whole.network && rest.epochs == whole.epochs)
      #expect(rest.checkpoint == whole.checkpoint && rest.steps == whole.steps)
    }
  }

  @Test func aCheckpointOfOtherPairsOrAnotherNetworkIsRefused() throws {
    let pairs = try examplePairs(330, noise: 0.3, seed: 26)
    var stored: [TrainingCheckpoint] = []
    _ = try training.run(
      model, on: pairs, key: RandomKey(27), progress: { _, _ in false },
      observing: { reached in stored.append(reached()) })
    let last = try #require(stored.last)
    #expect(last.stepsOfEpoch > 1)
    #expect(
      throws: EstimatorError.size(
        what: "steps of the checkpoint's epoch", given: last.stepsOfEpoch, expected: 1)
    ) {
      try training.run(model, on: pairs.taking([0]), key: RandomKey(27), from: last)
    }
    let other = SpectrumModel(
      SpectrumArchitecture(
        divisors: exampleArchitecture.divisors, spectrumCount: exampleArchitecture.spectrumCount,
        hidden: [2]), loss: .circle(4))
    #expect(throws: EstimatorError.self) {
      try training.run(other, on: pairs, key: RandomKey(27), from: last)
    }
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}
