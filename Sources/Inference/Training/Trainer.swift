import PPL

/// Maximum-likelihood training by minibatches: minimizes the mean negative log density of the rows of a plate.
///
///     let plan = EpochPlan(plate: "row", rows: 160_000, batchSize: 2_500, key: orderKey)
///     let trainer = Trainer(model, plan: plan, learningRate: 1e-3)
///     let fit = try trainer.run(epochs: 30, key: key)
///
/// The model has parameters, such as those of `Context.module(_:_:)`, and data inside the plate, and no latent sites. A step
/// is that of `SVI` with the rows of the plan, and without a guide.
public struct Trainer: Sendable {
  private let svi: SVI
  /// The minibatches of each epoch.
  public let plan: EpochPlan
  /// The initial learning rate.
  public let learningRate: Double
  private let plateau: ReduceOnPlateau?
  private let checksPerEpoch: Int
  private let offset: Double

  /// A training of a conditioned `model`; nothing runs before `run`.
  ///
  /// - Parameters:
  ///   - model: The parameters, and the data inside a plate.
  ///   - plan: The minibatches.
  ///   - learningRate: The initial learning rate.
  ///   - plateau: The rule that lowers the learning rate on plateaus of the minibatch loss; nil keeps the rate.
  ///   - checksPerEpoch: The number of minibatches of an epoch whose loss the rule is given, each after its step.
  ///   - offset: A number that is subtracted from every loss, such as the constant of a density.
  ///   - optimizer: The optimizer with a given learning rate.
  public init(
    _ model: Model<some Sendable>, plan: EpochPlan, learningRate: Double,
    plateau: ReduceOnPlateau? = nil, checksPerEpoch: Int = 10, offset: Double = 0,
    optimizer: @escaping @Sendable (Schedule) -> any GradientTransformation = {
      Adam(learningRate: $0)
    }
  ) {
    svi = SVI(
      model, guide: Model<Void> { _ in },
      optimizer: AdjustableRate(rate: learningRate, optimizer: optimizer))
    (self.plan, self.learningRate, self.plateau) = (plan, learningRate, plateau)
    (self.checksPerEpoch, self.offset) = (checksPerEpoch, offset)
  }

  /// Trains by epochs; a resumed training has the digits of an uninterrupted one.
  ///
  /// - Parameters:
  ///   - epochs: The number of epochs, including those of the checkpoint.
  ///   - key: The key of the parameters' initial values.
  ///   - values: Initial values by the names of parameters, instead of those from the key.
  ///   - checkpoint: The checkpoint of a training with the same settings, except for the number of epochs.
  ///   - stopping: The rule that ends the training when the loss of epochs, or their validation loss if any, no longer falls.
  ///   - validation: The validation loss after an epoch, from the parameters by name.
  ///   - progress: Called after each epoch with its number, from 1; false ends the training there.
  ///   - observe: Called after each step but the last with a function that copies the state of the training.
  /// - Throws: As `SVI.run`, with `Divergence` also for an infinite loss; `InferenceError.argument` for a plan that does not
  ///   fit the model, `.otherEpochs` for a checkpoint of another plan; what the closures throw.
  public func run(
    epochs: Int, key: RandomKey, startingAt values: [String: Tensor] = [:],
    from checkpoint: TrainingCheckpoint? = nil, stopping: EarlyStopping? = nil,
    validation: ((_ parameters: [String: Tensor]) throws -> Double)? = nil,
    progress: (Int, EpochRecord) -> Bool = { _, _ in true },
    observing observe: (_ checkpoint: () -> TrainingCheckpoint) throws -> Void = { _ in }
  ) throws -> TrainedFit {
    try demandCount(epochs, "the number of epochs")
    try validate(stopping)
    var loop = try loop(key, values, checkpoint)
    var course =
      try checkpoint.map { try TrainingCourse($0, plan, plateau, checksPerEpoch) }
      ?? TrainingCourse(plan, plateau, checksPerEpoch)
    func reached(_ loop: borrowing SVILoop) -> TrainingCheckpoint {
      course.checkpoint(SVI.checkpoint(loop.fit(), history: StepHistory()))
    }
    func isUnfinished() -> Bool {
      course.epochs.count < epochs
        && !(stopping?.hasEnded(after: course.epochs.map { $0.validationLoss ?? $0.loss }) ?? false)
    }

    while isUnfinished() {
      while course.steps < plan.stepsPerEpoch {
        let rate = learningRate * course.scale
        loop.setRate(rate)
        course.append(try loop.step().loss - offset, rate: rate)
        if course.steps < plan.stepsPerEpoch { try observe { reached(loop) } }
      }
      let record = course.endEpoch(validationLoss: try validation?(loop.fit().parameters))
      if !progress(course.epochs.count, record) { break }
      if isUnfinished() { try observe { reached(loop) } }
    }
    return TrainedFit(fit: loop.fit(), epochs: course.epochs, checkpoint: reached(loop))
  }

  /// The time of each operation in the gradient of a part of a minibatch.
  ///
  /// - Parameters:
  ///   - key: The key of the training.
  ///   - replays: The number of gradients over which times are averaged.
  /// - Throws: As `run(epochs:key:startingAt:from:stopping:validation:progress:observing:)`.
  public func profile(key: RandomKey, replays: Int = 100) throws -> Profile {
    try demandCount(replays, "the number of replays")
    let function = try svi.function(try svi.initialState(key: key))
    return try MinibatchGradient(
      function, parameters: Tensor(function.layout.start), plan: plan
    ).profile(replays: replays)
  }

  private func validate(_ stopping: EarlyStopping?) throws(InferenceError) {
    try plan.validate()
    try plateau?.validate()
    try stopping?.validate()
    try demand(
      checksPerEpoch > 0, of: "Trainer", "checksPerEpoch is \(checksPerEpoch)", "must be positive")
  }

  private func loop(
    _ key: RandomKey, _ values: [String: Tensor], _ checkpoint: TrainingCheckpoint?
  ) throws -> SVILoop {
    if let checkpoint {
      return try SVILoop(svi, from: svi.state(from: checkpoint.fit, key: key), over: plan)
    }
    var state = try svi.initialState(key: key)
    for entry in state.layout.entries {
      guard let value = values[entry.name] else { continue }
      state.parameters.replaceSubrange(entry.range, with: entry.transform.inverse(value).scalars)
    }
    return try SVILoop(svi, from: state, over: plan)
  }
}
