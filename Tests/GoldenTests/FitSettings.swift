import Inference
import PPL
import SpatialExtremes
import TestSupport

/// How a reference fit was made: `meta.config` of its file.
struct FitSettings: Sendable {
  let steps: Int
  let learningRate, clip: Double
  let key, predictiveKey, drawsKey: RandomKey
  let draws: Int

  init(_ json: JSONValue) throws {
    let config = try json.at("meta", "config")
    func seed(_ name: String) throws -> RandomKey { RandomKey(UInt64(try config.number(name))) }
    steps = Int(try config.number("steps"))
    (learningRate, clip) = (try config.number("lr"), try config.number("clip"))
    key = try seed("svi_seed")
    (predictiveKey, drawsKey) = (try seed("pred_seed"), try seed("post_seed"))
    draws = Int(try config.number("num_samples"))
  }

  var optimizer: some GradientTransformation {
    ZeroNaNs().then(ClipGlobalNorm(clip)).then(Adam(learningRate: .constant(learningRate)))
  }

  /// The same optimizer, with a state that begins with the gradient as it came.
  var transparentOptimizer: some GradientTransformation { TransparentOptimizer(optimizer) }
}

/// An optimizer before whose state stands the gradient that it got.
private struct TransparentOptimizer<Base: GradientTransformation>: GradientTransformation {
  let base: Base
  init(_ base: Base) { self.base = base }

  func initialState(_ parameters: ParameterVector) -> [Tensor] {
    [parameters.values] + base.initialState(parameters)
  }

  func update(_ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep) -> Tensor {
    var own = Array(state.dropFirst())
    let change = base.update(gradient, state: &own, step: &step)
    state = [gradient] + own
    return change
  }
}
