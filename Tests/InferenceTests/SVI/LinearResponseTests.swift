import Distributions
import PPL
import Parallel
import TestSupport
import Testing

@testable import Inference

@Suite struct LinearResponseTests {
  /// The mean field misses the correlations of a normal posterior, and its linear response has them all, since the Hessian does
  /// not depend on the point.
  @Test func theCovarianceOfANormalPosteriorIsExact() throws {
    let exact = ConjugateRegression(shared: 2)
    let guides: [any Guide] = [
      AutoNormal(exact.model), AutoDiagonalNormal(exact.model),
    ]
    for guide in guides {
      let svi = SVI(exact.model, guide: guide, optimizer: Adam(learningRate: 0.01))
      let fit = try svi.run(steps: 300, key: RandomKey(1), progress: .silent)
      let found = try fit.linearResponseCovariance(draws: 16)
      // The scales of an unfinished fit enter with the gradients alone, which cancel in pairs but for their second order.
      expectClose(found, exact.covariance, relative: 1e-6, absolute: 1e-9)
    }
  }

  /// A standard deviation that the mean field has at 70 % is found to a few per cent, on a posterior that is not normal.
  @Test func theStandardDeviationOfASlopeIsFound() throws {
    let x = Tensor((0..<30).map { Double($0) / 10 })
    let counts = floor(exp(0.3 + 0.4 * x) + 0.5)
    let model = Model { p in
      let level = p.sample("level", Normal(0, 1))
      let slope = p.sample("slope", Normal(0, 1))
      p.plate("row", 30) { p in
        _ = p.sample("y", Poisson(rate: exp(level + slope * x)), observed: counts)
      }
    }
    let rate = Schedule.cosine(from: 0.05, steps: 1_500)
    let svi = SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: rate))
    let fit = try svi.run(steps: 1_500, key: RandomKey(1), progress: .silent)
    let covariance = try fit.linearResponseCovariance(draws: 100)
    let laplace = try GaussianApproximation.atMode(of: LogDensity(model))
    // The exact covariance is that of the Laplace approximation to some per cent.
    let ratio = sqrt(covariance.diagonal()) / Tensor(laplace.standardDeviations)
    #expect(ratio.scalars.allSatisfy { abs($0 - 1) < 0.05 }, "\(ratio)")
    let meanField = fit.parameters["slope_auto_scale"]?.scalar ?? .nan
    #expect(meanField < 0.7 * laplace.standardDeviations[1])
  }

  @Test func twoThreadsFindTheDigitsOfOne() throws {
    let exact = ConjugateRegression(shared: 1)
    let svi = SVI(
      exact.model, guide: AutoNormal(exact.model), optimizer: Adam(learningRate: 0.01))
    let fit = try svi.run(steps: 200, key: RandomKey(1), progress: .silent)
    let one = try fit.linearResponseCovariance(draws: 40, pool: .serial)
    let three = try fit.linearResponseCovariance(draws: 40, pool: WorkPool(threads: 3))
    #expect(one.scalars == three.scalars)
  }

  @Test func aGuideWithCorrelationsIsRefused() throws {
    let model = ConjugateRegression().model
    let svi = SVI(model, guide: AutoMultivariateNormal(model), optimizer: Adam(learningRate: 0.01))
    let fit = try svi.run(steps: 2, key: RandomKey(1), progress: .silent)
    #expect {
      try fit.linearResponseCovariance()
    } throws: {
      "\($0)".contains("must be AutoNormal or AutoDiagonalNormal on unconstrained coordinates")
    }
  }
}
