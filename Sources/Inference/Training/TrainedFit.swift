import PPL

/// The record of an epoch: its losses and its learning rate.
public struct EpochRecord: Sendable, Equatable, Codable {
  /// The mean loss of its rows, each before the step in which it was used.
  public let loss: Double
  /// The validation loss after the epoch; nil if there is none.
  public let validationLoss: Double?
  /// The learning rate of its last step.
  public let learningRate: Double

  /// The record of an epoch with these numbers.
  public init(loss: Double, validationLoss: Double?, learningRate: Double) {
    (self.loss, self.validationLoss, self.learningRate) = (loss, validationLoss, learningRate)
  }
}

/// The result of a training.
public struct TrainedFit: Sendable {
  /// The fit with the parameters of the last step.
  public let fit: SVIFit
  /// The record of each epoch.
  public let epochs: [EpochRecord]
  /// The checkpoint from which the training continues.
  public let checkpoint: TrainingCheckpoint
}

/// The state of a training between two steps, from which it continues.
public struct TrainingCheckpoint: Sendable, Equatable, Codable {
  /// The epochs so far.
  public let epochs: [EpochRecord]
  /// The parameters and the state of the optimizer, without the records of steps.
  public let fit: Checkpoint
  /// The number of steps taken in the current epoch.
  public let stepsOfEpoch: Int
  /// The sum of the losses of the rows used in them.
  let loss: Double
  /// The state of the plateau rule.
  let plateau: StoredNumbers
}

/// The course of a training: its epochs, and the factor of the learning rate that follows from the losses.
struct TrainingCourse: Sendable {
  private(set) var epochs: [EpochRecord] = []
  /// The number of steps taken in the current epoch.
  private(set) var steps = 0
  private var loss = 0.0
  private var rate = Double.nan
  private let plan: EpochPlan
  private let rule: ReduceOnPlateau?
  /// The state of the rule, whose first tensor is the factor.
  private var plateau: [Tensor]
  /// The number of steps between two losses for the plateau rule, in an epoch.
  private let interval: Int

  init(_ plan: EpochPlan, _ rule: ReduceOnPlateau?, _ checksPerEpoch: Int) {
    (self.plan, self.rule) = (plan, rule)
    plateau = rule?.initialState(ParameterVector([])) ?? []
    interval = max(1, plan.stepsPerEpoch / checksPerEpoch)
  }

  /// The course of a training, resumed from its checkpoint.
  ///
  /// - Throws: `InferenceError.otherEpochs` for a checkpoint of another plan, `.otherOptimizer` of another rule.
  init(
    _ stored: TrainingCheckpoint, _ plan: EpochPlan, _ rule: ReduceOnPlateau?,
    _ checksPerEpoch: Int
  ) throws(InferenceError) {
    self.init(plan, rule, checksPerEpoch)
    guard (0..<plan.stepsPerEpoch).contains(stored.stepsOfEpoch),
      stored.fit.step == stored.epochs.count * plan.stepsPerEpoch + stored.stepsOfEpoch
    else { throw .otherEpochs(step: stored.stepsOfEpoch, steps: plan.stepsPerEpoch) }
    guard stored.plateau.values.count == plateau.count else {
      throw .otherOptimizer(stored: [stored.plateau.values.count], expected: [plateau.count])
    }
    (epochs, steps, loss) = (stored.epochs, stored.stepsOfEpoch, stored.loss)
    plateau = stored.plateau.values.map { Tensor($0) }
  }

  /// The factor of the learning rate.
  var scale: Double { plateau.first?.scalar ?? 1 }

  /// Adds the next step of the epoch.
  ///
  /// - Parameters:
  ///   - loss: The mean loss of its rows.
  ///   - rate: The learning rate.
  mutating func append(_ loss: Double, rate: Double) {
    self.loss += loss * Double(plan.range(ofStep: steps).count)
    self.rate = rate
    steps += 1
    guard let rule, steps % interval == 0 else { return }
    var step = OptimizerStep(parameters: ParameterVector([]), loss: Tensor(loss))
    _ = rule.update(Tensor([]), state: &plateau, step: &step)
  }

  /// Ends the current epoch.
  mutating func endEpoch(validationLoss: Double?) -> EpochRecord {
    let record = EpochRecord(
      loss: loss / Double(plan.rows), validationLoss: validationLoss, learningRate: rate)
    epochs.append(record)
    (steps, loss) = (0, 0)
    return record
  }

  func checkpoint(_ fit: Checkpoint) -> TrainingCheckpoint {
    TrainingCheckpoint(
      epochs: epochs, fit: fit, stepsOfEpoch: steps, loss: loss,
      plateau: StoredNumbers(plateau.map(\.scalar)))
  }
}
