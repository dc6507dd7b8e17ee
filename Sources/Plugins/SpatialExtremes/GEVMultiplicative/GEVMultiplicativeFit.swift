import Foundation
import Inference
import PPL
import Plugins

/// One fit of the model by SVI, from its start or from a checkpoint.
struct GEVMultiplicativeFit {
  let model: GEVMultiplicative
  let fit: SVIFit
  /// One record a step, those before a checkpoint included.
  let records: [StepRecord]
  /// Wall time of this run, seconds.
  let seconds: Double
  let checkpoint: Checkpoint
  let conditions: [CheckpointFile.Condition]
  /// If it was asked for.
  let profile: Profile?

  init(
    _ model: GEVMultiplicative, data: StationMaxima, _ settings: FitOptions, control: FitControl
  ) throws {
    let began = ContinuousClock.now
    let svi = SVI(
      model.posterior,
      guide: AutoNormal(model.posterior, initialization: .values(model.start)),
      optimizer: ZeroNaNs().then(ClipGlobalNorm(10)).then(
        Adam(learningRate: .constant(settings.learningRate)))
    )
    let key = RandomKey(settings.seed)
    conditions = try Self.conditions(model, data, settings)

    var earlier: [StepRecord] = []
    let state: SVI.State
    if settings.resume, let folder = settings.outputFolder {
      let stored = try CheckpointFile.read(
        Checkpoint.self, in: folder, conditions: conditions)
      guard stored.step < settings.steps else {
        throw CheckpointFile.Finished(step: stored.step, steps: settings.steps)
      }
      earlier = stored.records
      state = try svi.state(from: stored, key: key)
    } else {
      do {
        state = try svi.initialState(key: key)
      } catch let error as InferenceError {
        guard case .noValidStart = error, let failure = GEVMultiplicativeFailure.noStart(of: data)
        else { throw error }
        throw failure
      }
    }

    self.model = model
    fit = try Self.run(svi, from: state, settings, control)
    records = earlier + fit.records
    checkpoint = SVI.checkpoint(fit, after: earlier)
    seconds = (ContinuousClock.now - began) / .seconds(1)
    profile = settings.profile ? try svi.profile(at: fit.state) : nil
  }

  private static func run(
    _ svi: SVI, from state: SVI.State, _ settings: FitOptions,
    _ control: FitControl
  ) throws -> SVIFit {
    func diverged(_ step: Int, _ parameter: String?) -> GEVMultiplicativeFailure {
      .diverged(step: step, parameter: parameter, learningRate: settings.learningRate)
    }
    do {
      let fit = try svi.run(
        steps: settings.steps - state.step, from: state, progress: control.progress
      ) { _, _ in control.goesOn }
      // A scale can reach 0 while its logarithm, which the optimizer sees, is still a number.
      let isScale = { (name: String) in name.hasSuffix("_auto_scale") }
      for (name, value) in fit.parameters.sorted(by: { $0.key < $1.key })
      where !value.scalars.allSatisfy({ $0.isFinite && !(isScale(name) && $0 <= 0) }) {
        throw diverged(fit.state.step, name)
      }
      return fit
    } catch let error as Divergence {
      throw diverged(error.step, error.parameter)
    }
  }

  /// What decides every digit of a fit besides the number of steps.
  private static func conditions(
    _ model: GEVMultiplicative, _ data: StationMaxima, _ settings: FitOptions
  ) throws -> [CheckpointFile.Condition] {
    let priors = model.priors
    return try [
      .init("--seed", settings.seed), .init("--learning-rate", settings.learningRate),
      .init("--prior-mu-variance", priors.mu.variance),
      .init("--prior-mu-lengthscale", priors.mu.lengthscale),
      .init("--prior-beta-variance", priors.beta.variance),
      .init("--prior-beta-lengthscale", priors.beta.lengthscale),
      .init("--prior-mu0", priors.mu0.map { "\($0)" } ?? "the mean of the maxima"),
      .init("--prior-beta0", priors.beta0), .init("--prior-sigma", priors.sigma),
      .init("--prior-xi", priors.xi), .init(content: "the stations", data.stationsText),
      .init(content: "the years or their GMST values", data.covariateText),
      .init(content: "the maxima", data.maximaText),
    ]
  }
}
