import Inference
import LinearAlgebra
import PPL
import Preconditions

/// The training of a spectrum network by Adam, with minibatches of pairs in a new random order for each epoch.
///
///     let fit = try SpectrumTraining.sphere.run(model, on: pairs, key: RandomKey(0))
///     let spectra = try fit.network.predict(bandVariances)
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 3.3; `lsef.md` 5.3.
public struct SpectrumTraining: Sendable {
  /// The number of pairs in a minibatch; the last one of an epoch may be smaller.
  public var batchSize = 2_500
  /// The number of epochs.
  public var epochs = 30
  /// Adam's initial learning rate.
  public var learningRate = 1e-3
  /// The rule that lowers the learning rate on plateaus of the minibatch loss; nil keeps the rate.
  ///
  /// It is given ten losses in each epoch. The published code uses PyTorch's rule, which tolerates 15 losses without
  /// improvement.
  public var plateau: ReduceOnPlateau? = ReduceOnPlateau(
    factor: 0.1, patience: 16, improvement: 1e-6)
  /// The fraction of the pairs, the first ones, that is held out for validation.
  public var validationFraction = 0.1
  /// The number of epochs without a lower validation loss before early stopping; nil for none.
  public var patience: Int?

  /// The training of the published sphere experiments.
  public init() {}

  /// The training for the sphere: 30 epochs with a rate that falls on plateaus, and a tenth of the pairs held out.
  public static var sphere: SpectrumTraining { SpectrumTraining() }

  /// The training for the circle: 200 epochs with a rate of 3e-3, nothing held out.
  public static var circle: SpectrumTraining {
    var training = SpectrumTraining()
    (training.epochs, training.learningRate, training.plateau) = (200, 3e-3, nil)
    training.validationFraction = 0
    return training
  }

  /// A trained network and the course of its training.
  public struct Fit: Sendable {
    /// The network with the weights of the last step.
    public let network: SpectrumNetwork
    /// The record of each epoch.
    public let epochs: [EpochRecord]
    /// The number of steps taken.
    public let steps: Int
    /// The checkpoint from which `run` continues.
    public let checkpoint: TrainingCheckpoint
  }

  /// Trains a network; a resumed training has the digits of an uninterrupted one.
  ///
  /// Epoch *e*, counted from 0, takes the pairs that are not held out in the order of `key.split().1.foldIn(e)`.
  ///
  /// - Parameters:
  ///   - model: The network's shape and its loss.
  ///   - pairs: The training data; the first ones are held out.
  ///   - key: The key of the initial weights and of the order of the pairs.
  ///   - checkpoint: The checkpoint of a training with the same key, pairs and settings, except for `epochs` and `patience`.
  ///   - progress: Called after each epoch with its number, from 1; false ends the training there.
  ///   - observe: Called after each step but the last with a function that copies the state of the training.
  /// - Throws: `EstimatorError` if the pairs do not fit the network, none are left to train on, the loss diverges, or
  ///   the checkpoint is of another network or other pairs; what `observe` throws.
  public func run(
    _ model: SpectrumModel, on pairs: SpectrumPairs, key: RandomKey,
    from checkpoint: TrainingCheckpoint? = nil,
    progress: (Int, EpochRecord) -> Bool = { _, _ in true },
    observing observe: (_ checkpoint: () -> TrainingCheckpoint) throws -> Void = { _ in }
  ) throws -> Fit {
    let (trained, validation) = try split(pairs, for: model.architecture)
    let startKey = key.split().0
    let network = { SpectrumNetwork(model.architecture, values: $0) }
    let loss = { (values: [String: Tensor]) in
      try network(values).meanLoss(model.loss, on: validation)
    }
    do {
      let fit = try trainer(model, on: trained, key: key).run(
        epochs: epochs, key: startKey, startingAt: try model.initialValues(key: startKey),
        from: checkpoint, stopping: validation.count > 0 ? stopping : nil,
        validation: validation.count > 0 ? loss : nil, progress: progress, observing: observe)
      return Fit(
        network: network(fit.fit.parameters), epochs: fit.epochs, steps: fit.fit.state.step,
        checkpoint: fit.checkpoint)
    } catch let divergence as Divergence {
      throw EstimatorError.diverged(step: divergence.step)
    } catch InferenceError.otherEpochs(let step, let steps) {
      throw EstimatorError.size(
        what: "steps of the checkpoint's epoch", given: step, expected: steps)
    } catch InferenceError.checkpointMismatch(let stored, let expected) {
      throw EstimatorError.size(
        what: "the checkpoint's numbers", given: stored, expected: expected)
    }
  }

  /// A profile of a step: the time of each operation in the gradient of a block of pairs.
  ///
  /// - Parameters:
  ///   - model: The network's shape and its loss.
  ///   - pairs: The training data, as for `run(_:on:key:from:progress:observing:)`.
  ///   - key: The key of the training.
  ///   - replays: The number of gradients over which times are averaged.
  /// - Throws: As `run(_:on:key:from:progress:observing:)`.
  public func profile(
    _ model: SpectrumModel, on pairs: SpectrumPairs, key: RandomKey, replays: Int = 100
  ) throws -> Profile {
    let trained = try split(pairs, for: model.architecture).trained
    return try trainer(model, on: trained, key: key).profile(key: key.split().0, replays: replays)
  }

  private func trainer(
    _ model: SpectrumModel, on pairs: SpectrumPairs, key: RandomKey
  ) throws(EstimatorError) -> Trainer {
    let size = min(batchSize, pairs.count)
    return Trainer(
      try model.trained(on: pairs, subsampleSize: size),
      plan: EpochPlan(
        plate: SpectrumModel.plate, rows: pairs.count, batchSize: size, key: key.split().1),
      learningRate: learningRate, plateau: plateau, offset: model.constant)
  }

  /// The pairs to train on, and those held out.
  private func split(
    _ pairs: SpectrumPairs, for architecture: SpectrumArchitecture
  ) throws(EstimatorError) -> (trained: SpectrumPairs, validation: SpectrumPairs) {
    require(
      batchSize > 0 && epochs > 0 && (0..<1).contains(validationFraction),
      "SpectrumTraining: \(epochs) epochs of batches of \(batchSize) with \(validationFraction) held out."
    )
    try pairs.checkFit(architecture)
    let heldOut = heldOutCount(of: pairs.count)
    guard pairs.count > heldOut else { throw .tooFewPairs(pairs.count - heldOut, needed: 1) }
    return (
      pairs.taking(Array(heldOut..<pairs.count)), pairs.taking(Array(0..<heldOut))
    )
  }

  /// The number of held-out pairs in a sample of this size.
  public func heldOutCount(of pairs: Int) -> Int {
    Int((Double(pairs) * validationFraction).rounded(.down))
  }

  private var stopping: EarlyStopping? {
    patience.map { EarlyStopping(patience: $0, averaging: 1, improvement: 0) }
  }

  /// Whether early stopping ends the training after these epochs: none of the last `patience` epochs has a lower validation
  /// loss than all before.
  public func hasStoppedEarly(after epochs: [EpochRecord]) -> Bool {
    stopping?.hasEnded(after: epochs.compactMap(\.validationLoss)) ?? false
  }
}

extension SpectrumNetwork {
  /// The mean of a loss over pairs; for an amplitude-free network in the unit of each pair's total band variance.
  ///
  /// - Throws: As `predict(_:)` and `SpectrumPairs.normalized(for:)`.
  public func meanLoss(
    _ loss: SpectrumLoss, on pairs: SpectrumPairs
  ) throws(EstimatorError) -> Double {
    let pairs = try pairs.normalized(for: architecture)
    let output = try output(pairs.bandVariances)
    var sum = 0.0
    for pair in 0..<pairs.count {
      sum += loss(Array(output.row(pair)), Array(pairs.spectra.row(pair)))
    }
    return sum / Double(pairs.count)
  }
}
