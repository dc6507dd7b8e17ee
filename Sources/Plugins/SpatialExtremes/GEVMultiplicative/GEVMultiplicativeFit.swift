import Inference
import PPL
import Plugins

/// One fit of the model by SVI, from its start or from a checkpoint.
struct GEVMultiplicativeFit {
  let model: GEVMultiplicative
  let run: FitRun
  var fit: SVIFit { run.fit }

  init(
    _ model: GEVMultiplicative, data: StationMaxima, _ settings: FitOptions, control: RunControl
  ) throws {
    let posterior = control.interruptible(model.posterior)
    let guide = AutoNormal(posterior, initialization: .values(model.start))
    let svi = SVI(posterior, guide: guide, optimizer: settings.optimizer)
    self.model = model
    do {
      run = try FitRun(
        svi, settings, conditions: Self.conditions(model, data), control: control)
    } catch let error as InferenceError {
      guard case .noValidStart = error,
        let failure = GEVMultiplicativeFailure.noStart(of: data, model.priors)
      else { throw error }
      throw failure
    }
  }

  /// What decides every digit of a fit besides its seed, learning rate and number of steps.
  private static func conditions(
    _ model: GEVMultiplicative, _ data: StationMaxima
  ) throws -> [CheckpointFile.Condition] {
    let priors = model.priors
    return try [
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
