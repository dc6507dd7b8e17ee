import Inference
import PPL
import SpatialExtremes
import TestSupport

/// The fit that `svi_trace.json` is about, made once for all tests that look at it.
struct WholeFit: Sendable {
  /// The fit at each step whose parameters the file has, reached by going on from the one before.
  let checkpoints: [(step: Int, fit: SVIFit)]
  /// Of all steps.
  let losses: [Double]
  /// From the fitted guide, with the key and the count of the file.
  let draws: Draws
  /// From guide and model together.
  let predictions: Draws

  var fit: SVIFit { checkpoints[checkpoints.count - 1].fit }

  static let content = Result { try Reference.json("svi_trace.json") }
  static let shared = Result { try WholeFit() }

  private init() throws {
    let json = try Self.content.get()
    let gev = try Reference.gev()
    let settings = try FitSettings(json)
    let stored = try json.at("params_constrained").members.compactMap { Int($0.name) }
    let steps = Set(stored.filter { $0 > 0 } + [settings.steps]).sorted()

    let guide = AutoNormal(gev.posterior, initialization: .values(gev.start), scale: 0.1)
    let svi = SVI(gev.posterior, guide: guide, optimizer: settings.optimizer)
    var state = try svi.initialState(key: settings.key)
    var checkpoints: [(step: Int, fit: SVIFit)] = []
    for step in steps {
      let fit = try svi.run(steps: step - state.step, from: state, progress: .silent)
      checkpoints.append((step, fit))
      state = fit.state
    }
    self.checkpoints = checkpoints
    losses = checkpoints.flatMap(\.fit.losses)
    let fit = checkpoints[checkpoints.count - 1].fit
    draws = try fit.draws(settings.draws, key: settings.drawsKey)
    predictions = try fit.predictions(gev.model, settings.draws, key: settings.predictiveKey)
  }
}
