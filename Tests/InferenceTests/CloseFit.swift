import Inference
import PPL

/// A fit by averages of several draws and steps that shrink, so that little of the noise is left.
func closeFit(
  _ model: Model<Void>, guide: some Guide, particles: Int = 8
) throws -> SVIFit {
  func svi(_ rate: Double) -> SVI {
    SVI(
      model, guide: guide, optimizer: Adam(learningRate: rate),
      loss: TraceELBO(particles: particles))
  }
  var fit = try svi(0.05).run(steps: 800, key: RandomKey(1), progress: .silent)
  for rate in [0.01, 0.002, 0.0005] {
    fit = try svi(rate).run(steps: 800, from: fit.state, progress: .silent)
  }
  return fit
}

func closeFit(_ model: Model<Void>, particles: Int = 8) throws -> SVIFit {
  try closeFit(model, guide: AutoNormal(model), particles: particles)
}
