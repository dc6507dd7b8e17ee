import Distributions
import Inference
import PPL
import TestModels
import TestSupport
import Testing

/// What the loop reaches.
struct SVITests {
  private let key = RandomKey(2024)

  @Test(arguments: TestModel.all.filter(\.isNormal))
  func aFitReachesANormalPosterior(_ test: TestModel) throws {
    let fit = try closeFit(test.model)
    for (name, mean) in test.posteriorMean {
      let deviation = try #require(test.deviation[name])
      let loc = try #require(fit.parameters["\(name)_auto_loc"]?.scalars)
      let scale = try #require(fit.parameters["\(name)_auto_scale"]?.scalars)
      for i in mean.indices {
        // The noise that the last steps leave, some twentieth of a posterior deviation.
        #expect(abs(loc[i] - mean[i]) < 0.05 * deviation[i], "\(name)[\(i)]")
        #expect(abs(scale[i] / deviation[i] - 1) < 0.05, "\(name)[\(i)]")
      }
    }
  }

  @Test(arguments: TestModel.all.filter { !$0.isNormal })
  func aFitComesCloseToAPosteriorThatIsNearlyNormal(_ test: TestModel) throws {
    let draws = try closeFit(test.model).draws(20_000, key: key)
    for (name, mean) in test.posteriorMean {
      let deviation = try #require(test.deviation[name])
      let found = draws[name]
      // The family is not the posterior's: some hundredths, besides the noise of the fit.
      #expect(abs(found.mean().scalar - mean[0]) < 0.1 * deviation[0])
      #expect(abs(found.standardDeviation(along: [0]).scalar / deviation[0] - 1) < 0.08)
    }
  }

  @Test func aGuideWrittenByHandIsFitted() throws {
    let test = TestModel.normalMean()
    let guide = Model<Void> { p in
      let loc = p.parameter("loc", initially: 0)
      let scale = p.parameter("scale", initially: 1, in: .positive)
      p.sample("mu", Normal(loc, scale))
    }
    let fit = try closeFit(test.model, guide: guide)
    let (mean, deviation) = (test.posteriorMean["mu"]?[0] ?? 0, test.deviation["mu"]?[0] ?? 0)
    let found = try #require(fit.parameters["loc"]?.scalar)
    let scale = try #require(fit.parameters["scale"]?.scalar)
    // As for the automatic guide.
    #expect(abs(found - mean) < 0.05 * deviation)
    #expect(abs(scale / deviation - 1) < 0.05)
    let draws = try fit.draws(2000, key: key)
    #expect(draws.names == ["mu"])
    // Five standard errors of a mean of 2000 draws, and the fit's own error.
    #expect(abs(draws["mu"].mean().scalar - mean) < 0.16 * deviation)
    #expect(try fit.quantiles([0.5]) == nil)
  }

  @Test func parametersOfTheModelAreFittedToo() throws {
    // The mean of the data maximizes their likelihood.
    let model = Model<Void> { p in
      let center = p.parameter("center", initially: 0)
      p.plate("row", 4) { p in
        _ = p.sample("y", Normal(center, 1), observed: [1, 2, 4, 5])
      }
    }
    let guide = Model<Void> { _ in }
    let fit = try SVI(model, guide: guide, optimizer: Adam(learningRate: 0.1))
      .run(steps: 500, key: key, progress: .silent)
    // No draws, no noise: Adam comes to rest.
    expectClose([fit.parameters["center"]?.scalar ?? .nan], [3], relative: 1e-4)
  }

  @Test func aGuideWithoutParametersHasALossAndNothingToFit() throws {
    let test = TestModel.normalMean()
    let guide = Model<Void> { p in _ = p.sample("mu", Normal(2, 0.2)) }
    let fit = try SVI(test.model, guide: guide, optimizer: Adam(learningRate: 0.1))
      .run(steps: 3, key: key, progress: .silent)
    #expect(fit.losses.filter(\.isFinite).count == 3)
    #expect(fit.parameters.isEmpty)
  }
}
