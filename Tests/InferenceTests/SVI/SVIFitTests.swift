import Distributions
import Inference
import PPL
import TestSupport
import Testing

/// What can be asked of a fit.
struct SVIFitTests {
  private static let model = Model<Void> { p in
    let mu = p.sample("mu", Normal(0, 1))
    let tau = p.sample("tau", HalfNormal(1))
    p.deterministic("sum", mu + tau)
    p.plate("row", 3) { p in
      p.deterministic("shifted", mu + Tensor([1, 2, 3]))
      _ = p.sample("y", Normal(mu, tau), observed: [0.3, -0.1, 0.8])
    }
  }
  private let fit: SVIFit

  init() throws {
    fit = try SVI(Self.model, guide: AutoNormal(Self.model), optimizer: Adam(learningRate: 0.05))
      .run(steps: 100, key: RandomKey(0), progress: .silent)
  }

  @Test func deterministicSitesFollowFromEachDraw() throws {
    let draws = try fit.draws(50, key: RandomKey(1))
    #expect(draws.count == 50)
    #expect(draws.names == ["mu", "tau", "sum", "shifted"])
    #expect(draws["sum"].scalars == (draws["mu"] + draws["tau"]).scalars)
    let shifted = draws["mu"].expandingDimension(at: 1) + Tensor([1, 2, 3])
    #expect(draws["shifted"].scalars == shifted.scalars)
    #expect(draws["tau"].min().scalar > 0)
  }

  @Test func theMedianIsThatOfTheGuideWithItsDeterministicSites() throws {
    let median = try #require(try fit.median())
    let loc = try #require(fit.parameters["mu_auto_loc"])
    let logTau = try #require(fit.parameters["tau_auto_loc"])
    #expect(median["mu"]?.scalar == loc.scalar)
    #expect(median["tau"]?.scalar == exp(logTau).scalar)
    #expect(median["sum"]?.scalar == (loc + exp(logTau)).scalar)
    #expect(median["shifted"]?.shape == [3])
  }

  @Test func quantilesRiseWithTheirLevel() throws {
    let quantiles = try #require(try fit.quantiles([0.05, 0.5, 0.95]))
    for name in ["mu", "tau", "sum"] {
      let values = quantiles[name].scalars
      #expect(values == values.sorted() && Set(values).count == 3)
    }
  }

  @Test func predictionsDrawGuideAndModelTogether() throws {
    let forecast = Self.model.unconditioned()
    let found = try fit.predictions(forecast, 4000, key: RandomKey(2))
    #expect(found.names == ["sum", "shifted", "y"])
    #expect(found["y"].shape == [4000, 3])
    // E y = E mu; five standard errors of 12 000 draws whose deviation is below 1.
    let mu = try #require(fit.parameters["mu_auto_loc"]).scalar
    #expect(abs(found["y"].mean().scalar - mu) < 0.08)
    let chosen = try fit.predictions(forecast, 10, key: RandomKey(2), sites: ["mu", "sum"])
    #expect(chosen.names == ["mu", "sum"])
  }

  @Test func aSiteThatIsNotThereCannotBePredicted() {
    let known = ["mu", "tau", "sum", "row", "shifted", "y"]
    #expect(throws: InferenceError.unknownSite("nu", known: known)) {
      try fit.predictions(Self.model, 2, key: RandomKey(0), sites: ["mu", "nu"])
    }
  }

  @Test func thereIsAtLeastOneDraw() {
    #expect(throws: InferenceError.count("the number of draws", 0)) {
      try fit.draws(0, key: RandomKey(0))
    }
    #expect(throws: InferenceError.count("the number of draws", -1)) {
      try fit.predictions(Self.model, -1, key: RandomKey(0))
    }
  }

  @Test func parametersAreThereOnBothScales() {
    #expect(fit.parameters.keys.sorted() == fit.unconstrainedParameters.keys.sorted())
    let (values, x) = (fit.parameters, fit.unconstrainedParameters)
    let scale = softplus(x["mu_auto_scale"] ?? .zeros([]))
    #expect(values["mu_auto_scale"]?.scalar == scale.scalar)
    #expect(fit.losses.count == 100)
    #expect(fit.records.map(\.loss) == fit.losses)
  }
}
