import Inference
import PPL

/// What a case measures: a conditioned model, where its fit starts, and the data in a form that peers can read.
struct Problem: Sendable {
  let posterior: Model<Tensor>
  var initialization = Initialization.uniform()
  /// Every array of the problem by the name that the peers know it by.
  let data: [String: Tensor]

  /// The fit that all cases and all peers run: clip at 10, then Adam.
  var svi: SVI {
    let optimizer = ZeroNaNs().then(ClipGlobalNorm(10)).then(Adam(learningRate: 3e-3))
    let guide = AutoNormal(posterior, initialization: initialization)
    return SVI(posterior, guide: guide, optimizer: optimizer)
  }
}
