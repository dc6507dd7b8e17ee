import Foundation
import Inference
import PPL
import Plugins

/// One fit of the model by SVI, from its start or from a checkpoint.
struct GEVMultiplicativeFit {
  typealias Optimizer = Chain<Chain<ZeroNaNs, ClipGlobalNorm>, Adam>

  let model: GEVMultiplicative
  let fit: SVIFit<Optimizer>
  /// One record a step, those before a checkpoint included.
  let records: [StepRecord]
  /// Wall time of this run, seconds.
  let seconds: Double
  let checkpoint: Checkpoint<Optimizer.State>

  init(_ model: GEVMultiplicative, _ settings: FitOptions, control: FitControl) throws {
    let began = ContinuousClock.now
    let svi = SVI(
      model.posterior,
      guide: AutoNormal(model.posterior, initialization: .values(model.start)),
      optimizer: ZeroNaNs().then(ClipGlobalNorm(10)).then(Adam(learningRate: settings.learningRate)))
    let key = RandomKey(settings.seed)

    var earlier: [StepRecord] = []
    let state: SVI<Optimizer>.State
    if settings.resume, let folder = settings.outputFolder {
      let stored = try CheckpointFile.read(Checkpoint<Optimizer.State>.self, in: folder)
      guard stored.step < settings.steps else {
        throw CheckpointFile.Finished(step: stored.step, steps: settings.steps)
      }
      earlier = stored.records
      state = try svi.state(from: stored, key: key)
    } else {
      state = try svi.initialState(key: key)
    }

    self.model = model
    fit = try svi.run(
      steps: settings.steps - state.step, from: state, progress: control.progress
    ) { _, _ in control.goesOn }
    records = earlier + fit.records
    checkpoint = SVI.checkpoint(fit, after: earlier)
    seconds = (ContinuousClock.now - began) / .seconds(1)
  }
}
