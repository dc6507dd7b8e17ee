import Distributions
import PPL
import TestModels
import TestSupport
import Testing

@testable import Inference

/// Guides over all latent sites together, on models whose posterior is known.
struct JointGuideTests {
  /// The exact posterior of `TestModel.regression()`: its marginal deviations and correlation.
  private static let exact: (deviationA: Double, deviationB: Double, correlation: Double) = {
    let x = [0.0, 0.5, 1, 1.5, 2]
    let (aa, ab) = (0.01 + 5 / 0.25, x.reduce(0, +) / 0.25)
    let bb = 0.01 + x.reduce(0) { $0 + $1 * $1 } / 0.25
    let determinant = aa * bb - ab * ab
    return (
      (bb / determinant).squareRoot(), (aa / determinant).squareRoot(), -ab / (aa * bb).squareRoot()
    )
  }()
  private let test = TestModel.regression()

  /// Mean, deviation above it and correlation of `a` and `b`, from quantiles and draws.
  private func expectExact(
    _ fit: SVIFit, relative: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let oneDeviation = normalCDF(Tensor(1)).scalar
    let quantiles = try #require(try fit.quantiles([0.5, oneDeviation]))
    for (name, deviation) in [("a", Self.exact.deviationA), ("b", Self.exact.deviationB)] {
      let mean = try #require(test.posteriorMean[name]?[0])
      let found = quantiles[name].scalars
      expectClose(
        [found[0]], [mean], relative: relative, absolute: relative,
        sourceLocation: sourceLocation)
      expectClose(
        [found[1] - found[0]], [deviation], relative: 10 * relative,
        sourceLocation: sourceLocation)
    }
    let draws = try fit.draws(20_000, key: RandomKey(3))
    let (a, b) = (draws["a"] - draws["a"].mean(), draws["b"] - draws["b"].mean())
    let product = ((a * b).mean() / sqrt(square(a).mean() * square(b).mean())).scalar
    // The standard error of a correlation of 20,000 draws is at most 0.007.
    #expect(abs(product - Self.exact.correlation) < 0.03, sourceLocation: sourceLocation)
  }

  @Test func aFullCovarianceReachesACorrelatedPosterior() throws {
    let fit = try closeFit(test.model, guide: AutoMultivariateNormal(test.model))
    // Deviations of 0.4 are reached within some thousandths.
    try expectExact(fit, relative: 4e-3)
    // At the posterior itself, every draw gives the evidence.
    let last = fit.losses.suffix(20)
    #expect((last.max() ?? 1) - (last.min() ?? 0) < 0.05)
  }

  @Test func oneFactorAndADiagonalAreAllThatTwoValuesNeed() throws {
    let fit = try closeFit(test.model, guide: AutoLowRankMultivariateNormal(test.model))
    #expect(fit.parameters["auto_cov_factor"]?.shape == [2, 1])
    // The diagonal's noise adds to the factor's: the steps end within a hundredth or two of a deviation.
    try expectExact(fit, relative: 8e-3)
  }

  @Test func aRankHasToFitTheLatentValues() throws {
    for rank in [0, 3, -1] {
      #expect(throws: InferenceError.guideRank(rank, count: 2)) {
        try AutoLowRankMultivariateNormal(test.model, rank: rank).prepared(key: RandomKey(0))
      }
    }
    #expect(
      InferenceError.guideRank(3, count: 2).description
        == "AutoLowRankMultivariateNormal: rank is 3, but must be in 1...2, the number of unconstrained latent values."
    )
  }

  @Test func theRankIsTheRootOfTheNumberOfLatentValues() throws {
    for (count, rank) in [(1, 1), (3, 2), (6, 2), (7, 3), (30, 5)] {
      let model = Model<Void> { p in
        p.plate("row", count) { p in _ = p.sample("z", Normal(0, 1)) }
      }
      let guide = try AutoLowRankMultivariateNormal(model).prepared(key: RandomKey(0)).model
      let factor = try guide.seeded(by: RandomKey(0)).trace()["auto_cov_factor"]?.value
      #expect(factor?.shape == [count, rank])
    }
  }

  @Test func aDiagonalOneIsAutoNormalInOneVector() throws {
    for test in TestModel.all where test.isNormal {
      let fit = try closeFit(test.model, guide: AutoDiagonalNormal(test.model))
      let level = normalCDF(Tensor(1)).scalar
      let quantiles = try #require(try fit.quantiles([0.5, level]))
      for (name, mean) in test.posteriorMean {
        let (middle, above) = (quantiles[name][.at(0)], quantiles[name][.at(1)])
        // The steps end within some hundredths of a deviation, which is at most 1.
        expectClose(middle.scalars, mean, relative: 0, absolute: 0.03, "\(test.name) \(name)")
        expectClose(
          (above - middle).scalars, try #require(test.deviation[name]), relative: 0.01,
          "\(test.name) \(name)")
      }
    }
  }

  @Test func theParametersHaveNumPyrosNames() throws {
    func names(_ guide: some Guide) throws -> [String] {
      let svi = SVI(test.model, guide: guide, optimizer: Adam(learningRate: 0.01))
      return try svi.run(steps: 1, key: RandomKey(0), progress: .silent).parameters.keys.sorted()
    }
    #expect(try names(AutoDiagonalNormal(test.model)) == ["auto_loc", "auto_scale"])
    #expect(try names(AutoMultivariateNormal(test.model)) == ["auto_loc", "auto_scale_tril"])
    #expect(
      try names(AutoLowRankMultivariateNormal(test.model))
        == ["auto_cov_factor", "auto_loc", "auto_scale"])
    #expect(try names(AutoLaplaceApproximation(test.model, prefix: "q")) == ["q_loc"])
    #expect(try names(AutoDelta(test.model)) == ["a_auto_loc", "b_auto_loc"])
  }

  // MARK: Modes

  private func minimized(_ model: Model<Void>, _ guide: some Guide) throws -> SVIFit {
    try SVI(model, guide: guide, optimizer: Adam(learningRate: 0.01))
      .minimized(key: RandomKey(0))
  }

  @Test func laplaceIsExactForANormalPosterior() throws {
    // The mode is found to 1e-6 of the gradient.
    try expectExact(
      minimized(test.model, AutoLaplaceApproximation(test.model)), relative: 1e-6)
  }

  @Test func aPointIsTheModeOnTheSupport() throws {
    let model = TestModel.rate().model
    let mean = try #require(TestModel.rate().posteriorMean["rate"]?[0])
    // Gamma(12, b) has its mean at 12 / b and its mode at 11 / b; the logarithm has its own at 12 / b.
    let point = try #require(try minimized(model, AutoDelta(model)).median()?["rate"])
    expectClose(point.scalars, [mean * 11 / 12], relative: 1e-6)
    let laplace = try minimized(model, AutoLaplaceApproximation(model))
    let median = try #require(try laplace.median()?["rate"])
    expectClose(median.scalars, [mean], relative: 1e-6)
    // The Hessian of 12 x - b exp(x) at its mode is -12: one deviation is a factor exp(1 / sqrt(12)).
    let above = try #require(try laplace.quantiles([normalCDF(Tensor(1)).scalar]))["rate"]
    expectClose(above.scalars, [mean * exp(Tensor(1 / 12.0.squareRoot())).scalar], relative: 1e-6)
  }

  @Test func aPointIsAllItsDrawsAndQuantiles() throws {
    let fit = try minimized(test.model, AutoDelta(test.model))
    let a = try #require(fit.parameters["a_auto_loc"]).scalar
    #expect(try fit.draws(3, key: RandomKey(0))["a"].scalars == [a, a, a])
    #expect(try fit.quantiles([0.1, 0.9])?["a"].scalars == [a, a])
  }

  @Test func stepsComeToTheModeAsWell() throws {
    let guide = AutoDelta(test.model)
    let svi = SVI(test.model, guide: guide, optimizer: Adam(learningRate: 0.05))
    let fit = try svi.run(steps: 1500, key: RandomKey(0), progress: .silent)
    for (name, mean) in test.posteriorMean {
      expectClose(
        try #require(fit.parameters["\(name)_auto_loc"]).scalars, mean, relative: 1e-3)
    }
  }

  @Test func aPointThatIsNoModeIsRefused() throws {
    // Without steps the guide stands where two hills meet.
    let model = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      p.factor("hills", 8 * square(x) - square(square(x)))
    }
    let guide = AutoLaplaceApproximation(model, initialization: .values(["x": 0]))
    let fit = try SVI(model, guide: guide, optimizer: SGD(learningRate: 1e-9))
      .run(steps: 1, key: RandomKey(0), progress: .silent)
    #expect(throws: InferenceError.notAMode) { try fit.draws(2, key: RandomKey(0)) }
    #expect(
      InferenceError.notAMode.description
        == "AutoLaplaceApproximation: the log density does not curve down in every direction at the "
        + "fitted point; take more steps, minimize with LBFGS, or use AutoMultivariateNormal.")
  }

  @Test func rowsThatChangeAreRefused() {
    let model = Model<Void> { p in
      p.plate("row", 10, subsampleSize: 4) { p in _ = p.sample("z", Normal(0, 1)) }
    }
    let error = InferenceError.subsampledSite(
      "z", plate: "row", guide: "AutoMultivariateNormal")
    #expect(throws: error) { try AutoMultivariateNormal(model).prepared(key: RandomKey(0)) }
    #expect(
      error.description
        == "site \"z\": is inside the subsampled plate \"row\", where AutoMultivariateNormal cannot "
        + "follow its rows; use AutoNormal or AutoDelta.")
  }

  @Test func scalesArePositive() {
    expectError("AutoDiagonalNormal: scale is 0.0, but must be positive.") {
      _ = try AutoDiagonalNormal(Model<Void> { _ in }, scale: 0).prepared(key: RandomKey(0))
    }
    expectError("AutoMultivariateNormal: scale is -1.0, but must be positive.") {
      _ = try AutoMultivariateNormal(Model<Void> { _ in }, scale: -1).prepared(key: RandomKey(0))
    }
    expectError("AutoLowRankMultivariateNormal: scale is 0.0, but must be positive.") {
      _ = try AutoLowRankMultivariateNormal(Model<Void> { _ in }, scale: 0).prepared(
        key: RandomKey(0))
    }
  }
}
