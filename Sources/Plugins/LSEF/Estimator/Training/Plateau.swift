extension SpectrumTraining {
  /// A plateau rule: the learning rate falls where the loss of the last minibatch has stopped falling.
  ///
  /// The loss is looked at `evaluations` times an epoch. One that is not below the best by `improvement` of it counts;
  /// after more than `patience` in a row the rate is multiplied by `factor`.
  ///
  /// - Reference: PyTorch, `ReduceLROnPlateau`.
  public struct Plateau: Sendable, Equatable, Codable {
    /// The factor of the learning rate.
    public var factor = 0.1
    /// The number of evaluations without improvement that are tolerated.
    public var patience = 15
    /// The fraction of the best loss by which a new one must be lower.
    public var improvement = 1e-6
    /// The number of evaluations in an epoch.
    public var evaluations = 10

    /// PyTorch's rule with the numbers of the published code.
    public init() {}
  }
}

/// The state of the plateau rule: the factor of the learning rate so far.
struct Course: Sendable, Equatable, Codable {
  private(set) var scale = 1.0
  private let plateau: SpectrumTraining.Plateau?
  private let interval: Int
  private var best = Double.infinity
  private var waited = 0

  /// The state at the start of a training.
  ///
  /// - Parameter steps: The number of steps in an epoch.
  init(plateau: SpectrumTraining.Plateau?, steps: Int) {
    self.plateau = plateau
    interval = max(1, steps / max(1, plateau?.evaluations ?? 1))
  }

  /// Updates the rule with the loss of step `step` of an epoch.
  mutating func update(loss: Double, step: Int) {
    guard let plateau, (step + 1) % interval == 0 else { return }
    if loss < best * (1 - plateau.improvement) {
      (best, waited) = (loss, 0)
    } else {
      waited += 1
    }
    if waited > plateau.patience { (scale, waited) = (scale * plateau.factor, 0) }
  }
}
