import Preconditions
import PPL

/// Steps scaled by a running mean of the squared gradient.
///
///     v <- decay v + (1 - decay) g²,    change = -rate g / sqrt(v + eps)
///
/// State: `t`, `v`. Entries of a gradient beyond 1e150 count as that, so that `v` stays finite.
///
/// - Reference: Tieleman and Hinton (2012), *Lecture 6.5: rmsprop*; `eps` under the root as in NumPyro's `RMSProp`.
public struct RMSProp: Optimizer {
  let learningRate: Schedule
  let decay, epsilon: Double

  /// - Precondition: `decay` is in [0, 1), `epsilon` positive.
  public init(learningRate: Schedule, decay: Double = 0.9, epsilon: Double = 1e-8) {
    require((0..<1).contains(decay), "RMSProp: the decay is \(decay), but must be in [0, 1).")
    require(epsilon > 0, "RMSProp: epsilon is \(epsilon), but must be positive.")
    (self.learningRate, self.decay, self.epsilon) = (learningRate, decay, epsilon)
  }

  public func initialState(_ parameters: ParameterVector) -> [Tensor] {
    [0, .zeros(parameters.values.shape)]
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let gradient = squarable(gradient)
    let meanSquare = Tensor(decay) * state[1] + Tensor(1 - decay) * square(gradient)
    let rate = learningRate(state[0])
    state = [state[0] + 1, meanSquare]
    return -(rate * gradient / sqrt(meanSquare + Tensor(epsilon)))
  }
}
