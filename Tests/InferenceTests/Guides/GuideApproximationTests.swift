import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

/// A fitted guide as a normal distribution of the unconstrained values.
struct GuideApproximationTests {
  /// The approximation has the density of the guide itself at draws of it, which fixes mean and covariance.
  @Test func itsDensityIsThatOfTheGuide() throws {
    let model = Model<Void> { p in
      let scale = p.sample("scale", HalfNormal(2))
      p.plate("row", 3) { p in p.sample("x", Normal(1, 2)) }
      p.sample("y", Normal(0, scale), observed: 3)
    }
    let guides: [any Guide] = [
      AutoNormal(model), AutoDiagonalNormal(model), AutoMultivariateNormal(model),
      AutoLowRankMultivariateNormal(model, rank: 2),
      AutoDiagonalNormal(model, coordinates: .preconditioned),
      AutoLowRankMultivariateNormal(model, rank: 2, coordinates: .preconditioned),
    ]
    for guide in guides {
      let svi = SVI(model, guide: guide, optimizer: Adam(learningRate: 0.1))
      let fit = try svi.run(steps: 20, key: RandomKey(1), progress: .silent)
      let approximation = try fit.gaussianApproximation()
      let sample = try fit.importanceSample(draws: 5, key: RandomKey(2))
      let x = sample.vectors(of: try LogDensity(model).vector)
      for (draw, expected) in sample.logProposal.enumerated() {
        let found = approximation.logDensity(at: x[.at(draw)].scalars)
        // Rounding of factors and their squares.
        expectClose([found], [expected], relative: 1e-8)
      }
    }
  }

  @Test func aPointHasNone() throws {
    let model = Model<Void> { p in p.sample("x", Normal(0, 1)) }
    let svi = SVI(model, guide: AutoDelta(model), optimizer: Adam(learningRate: 0.1))
    let fit = try svi.run(steps: 1, key: RandomKey(1), progress: .silent)
    #expect {
      try fit.gaussianApproximation()
    } throws: {
      "\($0)"
        == "SVIFit.gaussianApproximation: the guide is AutoDelta, but must be AutoNormal or a joint distribution, as "
        + "AutoMultivariateNormal."
    }
  }
}
