import PPL

/// Reduction of the learning rate on plateaus of the loss: the last transformation of a chain.
///
///     Adam(learningRate: 0.01).then(ReduceOnPlateau(patience: 10, averaging: 100))
///
/// Losses are averaged over `averaging` steps; after `patience` means in a row that are not below the best one by
/// `improvement` times its magnitude, all later changes are multiplied by `factor`. Losses that are not finite are left out of
/// the means.
///
/// State: the scale, the best mean, the number of means without improvement, the sum of losses and their number.
///
/// - Reference: Optax, `contrib.reduce_on_plateau`.
public struct ReduceOnPlateau: GradientTransformation, Equatable {
  let factor, improvement, smallest: Double
  let patience, averaging: Int

  /// A reduction by these numbers; `validate()` throws for those that are not allowed.
  ///
  /// - Parameters:
  ///   - factor: The factor of a reduction, in (0, 1).
  ///   - patience: The number of means without improvement before a reduction.
  ///   - improvement: The relative decrease of the best mean that counts as an improvement.
  ///   - averaging: The number of losses in one mean.
  ///   - smallest: The smallest scale.
  public init(
    factor: Double = 0.5, patience: Int = 10, improvement: Double = 1e-4, averaging: Int = 1,
    smallest: Double = 0
  ) {
    (self.factor, self.improvement, self.smallest) = (factor, improvement, smallest)
    (self.patience, self.averaging) = (patience, averaging)
  }

  public func validate() throws(InferenceError) {
    let owner = "ReduceOnPlateau"
    try demand(factor > 0 && factor < 1, of: owner, "the factor is \(factor)", "must be in (0, 1)")
    try demand(
      patience > 0 && averaging > 0, of: owner,
      "patience is \(patience) and averaging \(averaging)", "must be positive")
    try demand(
      improvement >= 0 && smallest >= 0, of: owner,
      "improvement is \(improvement) and smallest \(smallest)", "must not be negative")
  }

  public func initialState(_ parameters: ParameterVector) -> [Tensor] {
    reportInvalid()
    return [1, Tensor(.infinity), 0, 0, 0]
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let (scale, best, waited) = (state[0], state[1], state[2])
    let isCounted = isFinite(step.loss)
    let sum = state[3] + select(isCounted, step.loss, 0)
    let count = state[4] + isCounted
    let isFull = count .>= Tensor(Double(averaging))
    let mean = sum / Tensor(Double(averaging))
    // Before the first mean the best one is infinite, and infinity times 0 is NaN.
    let margin = select(
      isFinite(best), Tensor(improvement) * abs(select(isFinite(best), best, 0)), 0)
    let isBetter = isFull .& (mean .< best - margin)
    let waiting = select(isBetter, 0, waited + isFull)
    let isPlateau = waiting .>= Tensor(Double(patience))
    let reduced = maximum(scale * Tensor(factor), Tensor(smallest))
    let next = select(isPlateau, reduced, scale)
    state = [
      next, select(isBetter, mean, best), select(isPlateau, 0, waiting), select(isFull, 0, sum),
      select(isFull, 0, count),
    ]
    return next * gradient
  }
}
