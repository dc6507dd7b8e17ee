import Inference
import LinearAlgebra
import PPL
import Preconditions

/// The training of a spectrum network: minibatches of pairs in an order drawn anew for each epoch, and Adam.
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
  /// The rule that lowers the learning rate; nil keeps it.
  public var plateau: Plateau? = Plateau()
  /// The fraction of the pairs, the first ones, that is held out for validation.
  public var validationFraction = 0.1
  /// The number of epochs without a lower validation loss after which training stops early; nil for no early stopping.
  public var patience: Int?

  /// The training of the published sphere experiments.
  public init() {}

  /// The training for the sphere: 30 epochs with a rate that falls on plateaus, and a tenth held out.
  public static var sphere: SpectrumTraining { SpectrumTraining() }

  /// The training for the circle: 200 epochs with a rate of 3e-3, nothing held out.
  public static var circle: SpectrumTraining {
    var training = SpectrumTraining()
    (training.epochs, training.learningRate, training.plateau) = (200, 3e-3, nil)
    training.validationFraction = 0
    return training
  }

  /// The losses and the learning rate of an epoch.
  public struct Epoch: Sendable, Equatable, Codable {
    /// The mean loss of its pairs, each before the step that it was used in.
    public let loss: Double
    /// The mean loss of the pairs held out, after the epoch; nil if there are none.
    public let validationLoss: Double?
    /// The rate of its last step.
    public let learningRate: Double
  }

  /// A trained network and the course of its training.
  public struct Fit: Sendable {
    /// The network with the weights of the last step.
    public let network: SpectrumNetwork
    /// The record of each epoch.
    public let epochs: [Epoch]
    /// The number of steps taken.
    public let steps: Int
    /// The checkpoint from which `run` continues.
    public let checkpoint: Checkpoint
  }

  /// The state of a training, from which it continues.
  public struct Checkpoint: Sendable, Equatable, Codable {
    /// The epochs so far.
    public let epochs: [Epoch]
    let parameters: [Double]
    let optimizer: [[Double]]
    let steps: Int
    let course: Course
    /// The sums over the steps of the epoch under way.
    let begun: Begun

    struct Begun: Sendable, Equatable, Codable {
      /// The number of its steps so far.
      var steps = 0
      /// The sum of the losses of their pairs.
      var loss = 0.0
    }
  }

  /// Trains a network; a run from a checkpoint has the digits of an uninterrupted one.
  ///
  /// Epoch *e*, counted from 0, takes the pairs that are not held out in the order of `key.split().1.foldIn(e)`.
  ///
  /// - Parameters:
  ///   - model: The network's shape and its loss.
  ///   - pairs: The training data; the first ones are held out.
  ///   - key: The key of the initial weights and of the order of the pairs.
  ///   - checkpoint: The checkpoint of a training with the same key, pairs and settings but for `epochs` and `patience`.
  ///   - progress: Called after each epoch with its number, from 1; false ends the training there.
  ///   - observe: Called after each step that does not end the training with a function that copies where it stands.
  /// - Throws: `EstimatorError` if the pairs do not fit the network, none are left to train on, the loss diverges, or
  ///   the checkpoint is of another network or other pairs; what `observe` throws.
  public func run(
    _ model: SpectrumModel, on pairs: SpectrumPairs, key: RandomKey,
    from checkpoint: Checkpoint? = nil,
    progress: (Int, Epoch) -> Bool = { _, _ in true },
    observing observe: (_ checkpoint: () -> Checkpoint) throws -> Void = { _ in }
  ) throws -> Fit {
    let (trained, validation) = try split(pairs, for: model.architecture)
    let (startKey, orderKey) = key.split()
    let size = min(batchSize, trained.count)
    var step = try SpectrumStep(model, on: trained, batchSize: size, key: startKey)
    let stepsAnEpoch = (trained.count + size - 1) / size
    var course = checkpoint?.course ?? Course(plateau: plateau, steps: stepsAnEpoch)
    var epochs = checkpoint?.epochs ?? []
    var begun = checkpoint?.begun ?? Checkpoint.Begun()
    if let checkpoint {
      guard (0..<stepsAnEpoch).contains(begun.steps) else {
        throw EstimatorError.size(
          what: "steps of the checkpoint's epoch", given: begun.steps, expected: stepsAnEpoch)
      }
      try step.check(parameters: checkpoint.parameters, optimizer: checkpoint.optimizer)
      step.move(
        to: checkpoint.parameters, optimizer: checkpoint.optimizer, count: checkpoint.steps)
    }
    func reached(_ step: borrowing SpectrumStep) -> Checkpoint {
      Checkpoint(
        epochs: epochs, parameters: step.parameters, optimizer: step.optimizer, steps: step.count,
        course: course, begun: begun)
    }

    while epochs.count < self.epochs && !hasStoppedEarly(after: epochs) {
      let order = orderKey.foldIn(UInt32(epochs.count)).permutation(trained.count).scalars
      var rate = learningRate
      for place in begun.steps..<stepsAnEpoch {
        let rows = order[(place * size)..<min((place + 1) * size, order.count)]
        rate = learningRate * course.scale
        let loss = try step.run(rows, learningRate: rate)
        begun.loss += loss * Double(rows.count)
        begun.steps += 1
        course.update(loss: loss, step: place)
        if begun.steps < stepsAnEpoch { try observe { reached(step) } }
      }
      let held = validation.count == 0 ? nil : try step.network.meanLoss(model.loss, on: validation)
      let record = Epoch(
        loss: begun.loss / Double(order.count), validationLoss: held, learningRate: rate)
      epochs.append(record)
      begun = Checkpoint.Begun()
      if !progress(epochs.count, record) { break }
      if epochs.count < self.epochs && !hasStoppedEarly(after: epochs) {
        try observe { reached(step) }
      }
    }
    return Fit(
      network: step.network, epochs: epochs, steps: step.count, checkpoint: reached(step))
  }

  /// A profile of a step: the time of each operation in the gradient of a block of pairs.
  ///
  /// - Parameters:
  ///   - model: The network's shape and its loss.
  ///   - pairs: The training data, as `run(_:on:key:from:progress:observing:)` takes them.
  ///   - key: The key of the training.
  ///   - replays: The number of gradients that times are averaged over.
  /// - Throws: As `run(_:on:key:from:progress:observing:)`.
  public func profile(
    _ model: SpectrumModel, on pairs: SpectrumPairs, key: RandomKey, replays: Int = 100
  ) throws -> Profile {
    let trained = try split(pairs, for: model.architecture).trained
    let size = min(batchSize, trained.count)
    var step = try SpectrumStep(model, on: trained, batchSize: size, key: key.split().0)
    _ = try step.run((0..<size).map(Double.init)[...], learningRate: learningRate)
    return step.profile(replays: replays)
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

  /// The number of pairs that are held out, of so many.
  public func heldOutCount(of pairs: Int) -> Int {
    Int((Double(pairs) * validationFraction).rounded(.down))
  }

  /// Whether early stopping ends the training after these epochs: the last `patience` of them have no lower loss on the
  /// pairs held out than those before.
  public func hasStoppedEarly(after epochs: [Epoch]) -> Bool {
    let losses = epochs.compactMap(\.validationLoss)
    guard let patience, losses.count > patience else { return false }
    let earlier = losses.dropLast(patience).min() ?? .infinity
    return losses.suffix(patience).allSatisfy { $0 >= earlier }
  }
}

extension SpectrumNetwork {
  /// The mean of a loss over pairs.
  ///
  /// - Throws: As `predict(_:)`.
  public func meanLoss(
    _ loss: SpectrumLoss, on pairs: SpectrumPairs
  ) throws(EstimatorError) -> Double {
    let output = try output(pairs.bandVariances)
    var sum = 0.0
    for pair in 0..<pairs.count {
      sum += loss(Array(output.row(pair)), Array(pairs.spectra.row(pair)))
    }
    return sum / Double(pairs.count)
  }
}
