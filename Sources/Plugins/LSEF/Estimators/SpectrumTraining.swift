import Inference
import LinearAlgebra
import PPL

/// How a spectrum network is trained: minibatches of pairs in an order drawn anew for each epoch, and Adam.
///
///     let fit = try SpectrumTraining.sphere.run(model, on: pairs, key: RandomKey(0))
///     let spectra = try fit.network.predict(bandVariances)
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 3.3; `lsef.md` 5.3.
public struct SpectrumTraining: Sendable {
  /// Pairs a step. If there are fewer, all of them; what is left over in an epoch waits for the next.
  public var batchSize = 2_500
  /// How often all pairs are gone through.
  public var epochs = 30
  /// Of Adam.
  public var learningRate = 1e-3
  /// How the rate falls; nothing keeps it.
  public var plateau: Plateau? = Plateau()
  /// The part of the pairs, the first ones, that is held out to watch the loss.
  public var validationFraction = 0.1
  /// After how many epochs without a lower loss on what is held out to end; nothing goes on to the last.
  public var patience: Int?

  /// The training of the published sphere experiments.
  public init() {}

  /// For the sphere: 30 epochs with a rate that falls on plateaus, and a tenth held out.
  public static var sphere: SpectrumTraining { SpectrumTraining() }

  /// For the circle: 200 epochs with a rate of 3e-3, nothing held out.
  public static var circle: SpectrumTraining {
    var training = SpectrumTraining()
    (training.epochs, training.learningRate, training.plateau) = (200, 3e-3, nil)
    training.validationFraction = 0
    return training
  }

  /// A rate that falls where the loss of the last minibatch has stopped falling.
  ///
  /// The loss is looked at `evaluations` times an epoch. One that is not below the best by `improvement` of it counts; after
  /// more than `patience` in a row the rate is multiplied by `factor`.
  ///
  /// - Reference: PyTorch, `ReduceLROnPlateau`.
  public struct Plateau: Sendable, Equatable, Codable {
    /// What the rate is multiplied by.
    public var factor = 0.1
    /// How many looks without improvement are borne.
    public var patience = 15
    /// The part of the best loss by which a new one must be lower.
    public var improvement = 1e-6
    /// How many looks an epoch has.
    public var evaluations = 10

    /// PyTorch's rule with the numbers of the published code.
    public init() {}
  }

  /// What an epoch left.
  public struct Epoch: Sendable, Equatable, Codable {
    /// The mean loss of its minibatches, each before its step.
    public let loss: Double
    /// The mean loss of the pairs held out, after it; nothing if there are none.
    public let validationLoss: Double?
    /// The rate of its last step.
    public let learningRate: Double
  }

  /// A trained network and the course of its training.
  public struct Fit: Sendable {
    /// With the weights of the last step.
    public let network: SpectrumNetwork
    /// One an epoch.
    public let epochs: [Epoch]
    /// How many steps were taken.
    public let steps: Int
  }

  /// Trains a network.
  ///
  /// - Parameters:
  ///   - model: The network's shape and its loss.
  ///   - pairs: What it is trained on; the first ones are held out.
  ///   - key: Decides the start and the order of the pairs.
  ///   - progress: Called after each epoch with its number, from 1; false ends the training there.
  /// - Throws: `EstimatorError` if the pairs do not fit the network, none are left to train on, or the loss diverges.
  public func run(
    _ model: SpectrumModel, on pairs: SpectrumPairs, key: RandomKey,
    progress: (Int, Epoch) -> Bool = { _, _ in true }
  ) throws -> Fit {
    precondition(
      batchSize > 0 && epochs > 0 && (0..<1).contains(validationFraction),
      "SpectrumTraining: \(epochs) epochs of batches of \(batchSize) with \(validationFraction) held out."
    )
    try pairs.checkFit(model.architecture)
    let heldOut = Int((Double(pairs.count) * validationFraction).rounded(.down))
    guard pairs.count > heldOut else {
      throw EstimatorError.tooFewPairs(pairs.count - heldOut, needed: 1)
    }
    let trained = pairs.taking(Array(heldOut..<pairs.count))
    let validation = pairs.taking(Array(0..<heldOut))
    let (startKey, orderKey) = key.split()
    var step = try SpectrumStep(
      model, on: trained, batchSize: min(batchSize, trained.count), learningRate: learningRate,
      key: startKey)
    var course = Course(plateau: plateau, steps: step.stepsAnEpoch)
    var epochs: [Epoch] = []
    for epoch in 0..<self.epochs {
      let order = orderKey.foldIn(UInt32(epoch)).permutation(trained.count).scalars
      var sum = 0.0
      for place in 0..<step.stepsAnEpoch {
        let loss = try step.run(
          order[(place * step.batchSize)...], learningRate: learningRate * course.scale)
        sum += loss
        course.takes(loss, step: place)
      }
      let record = Epoch(
        loss: sum / Double(step.stepsAnEpoch),
        validationLoss: try meanLoss(model, step.network, validation),
        learningRate: learningRate * course.scale)
      epochs.append(record)
      let isStale = hasCeasedToFall(epochs.compactMap(\.validationLoss))
      if !progress(epoch + 1, record) || isStale { break }
    }
    return Fit(network: step.network, epochs: epochs, steps: step.count)
  }

  private func meanLoss(
    _ model: SpectrumModel, _ network: SpectrumNetwork, _ pairs: SpectrumPairs
  ) throws -> Double? {
    pairs.count == 0 ? nil : try network.meanLoss(model.loss, on: pairs)
  }

  private func hasCeasedToFall(_ losses: [Double]) -> Bool {
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

/// Where the rate stands.
struct Course {
  private(set) var scale = 1.0
  private let plateau: SpectrumTraining.Plateau?
  private let interval: Int
  private var best = Double.infinity
  private var waited = 0

  /// - Parameter steps: How many an epoch has.
  init(plateau: SpectrumTraining.Plateau?, steps: Int) {
    self.plateau = plateau
    interval = max(1, steps / max(1, plateau?.evaluations ?? 1))
  }

  /// Hears of the loss of step `step` of an epoch.
  mutating func takes(_ loss: Double, step: Int) {
    guard let plateau, (step + 1) % interval == 0 else { return }
    if loss < best * (1 - plateau.improvement) {
      (best, waited) = (loss, 0)
    } else {
      waited += 1
    }
    if waited > plateau.patience { (scale, waited) = (scale * plateau.factor, 0) }
  }
}
