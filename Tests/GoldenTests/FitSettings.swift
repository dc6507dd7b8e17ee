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

  var optimizer: WholeFit.Recipe {
    ZeroNaNs().then(ClipGlobalNorm(clip)).then(Adam(learningRate: learningRate))
  }

  /// The same optimizer, with a state that can be looked into.
  var transparentOptimizer: TransparentOptimizer {
    TransparentOptimizer(clip: ClipGlobalNorm(clip), adam: Adam(learningRate: learningRate))
  }
}

/// `ZeroNaNs`, `ClipGlobalNorm` and `Adam` in a chain that keeps the gradient as it came.
struct TransparentOptimizer: Optimizer {
  struct State: Sendable {
    var gradient: [Double] = []
    var adam: Adam.State
  }
  let zero = ZeroNaNs()
  let clip: ClipGlobalNorm
  let adam: Adam

  func initialState(_ parameters: [Double]) -> State {
    State(adam: adam.initialState(parameters))
  }

  func update(_ gradient: inout [Double], state: inout State, record: inout StepRecord) {
    state.gradient = gradient
    var (zeroing, clipping) = (zero.initialState([]), clip.initialState([]))
    zero.update(&gradient, state: &zeroing, record: &record)
    clip.update(&gradient, state: &clipping, record: &record)
    adam.update(&gradient, state: &state.adam, record: &record)
  }
}
