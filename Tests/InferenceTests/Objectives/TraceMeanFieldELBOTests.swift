import Distributions
import PPL
import Parallel
import TestModels
import TestSupport
import Testing

@testable import Inference

struct TraceMeanFieldELBOTests {
  /// A prior with a closed form against the guide's normal, one without, and groups inside a plate.
  private static let mixed = Model<Void> { p in
    let mu = p.sample("mu", Normal(1, 2))
    let tau = p.sample("tau", HalfCauchy(1))
    let size = p.sample("size", LogNormal(0.5, 0.3))
    p.plate("group", 3) { p in
      let theta = p.sample("theta", Normal(mu, tau))
      p.sample("y", Normal(theta, size), observed: [0.5, -1.5, 2])
    }
    _ = p.sample(
      "slopes", MultivariateNormal([0, 1], covariance: Tensor(rows: [[1, 0.5], [0.5, 2]])))
  }

  private func losses(
    _ model: Model<Void>, _ guide: some Guide, _ loss: some ELBO, seed: UInt64
  ) throws -> [String: Double] {
    let svi = SVI(model, guide: guide, optimizer: SGD(learningRate: 1e-9), loss: loss)
    let state = try svi.initialState(key: RandomKey(0))
    return try svi.siteLosses(at: state, draws: 1, key: RandomKey(seed))
  }

  @Test func sitesWithAClosedFormHaveNoNoiseOfTheirOwn() throws {
    let guide = AutoNormal(Self.mixed, scale: 0.4)
    func losses(_ loss: some ELBO, seed: UInt64) throws -> [String: Double] {
      try self.losses(Self.mixed, guide, loss, seed: seed)
    }
    let (one, other) = (
      try losses(TraceMeanFieldELBO(), seed: 1), try losses(TraceMeanFieldELBO(), seed: 2)
    )
    for site in ["mu", "size", "slopes"] { #expect(one[site] == other[site], "\(site)") }
    // `tau` has no closed form; that of `theta` is given draws of `mu` and `tau`.
    for site in ["tau", "theta", "y"] { #expect(one[site] != other[site], "\(site)") }
    // By draws all are noisy, and those without a closed form the same.
    let drawn = try losses(TraceELBO(), seed: 1)
    for site in ["tau", "y"] { #expect(one[site] == drawn[site], "\(site)") }
    for site in ["mu", "size", "slopes", "theta"] { #expect(one[site] != drawn[site], "\(site)") }
  }

  @Test func theClosedFormsAreTheDivergences() throws {
    let guide = AutoNormal(
      Self.mixed, initialization: .values(["mu": 0.5, "size": 2, "slopes": [0, 0]]), scale: 0.4)
    let found = try losses(Self.mixed, guide, TraceMeanFieldELBO(), seed: 1)
    func expected(_ loc: Double, _ mean: Double, _ deviation: Double) throws -> Double {
      try #require(klDivergence(Normal(Tensor(loc), 0.4), Normal(Tensor(mean), Tensor(deviation))))
        .scalar
    }
    let logTwo = log(Tensor(2)).scalar
    expectClose([found["mu"] ?? .nan], [try expected(0.5, 1, 2)], relative: 1e-14)
    expectClose([found["size"] ?? .nan], [try expected(logTwo, 0.5, 0.3)], relative: 1e-13)
  }

  @Test func aMinibatchScalesTheDivergence() throws {
    func model(_ subsample: Int?) -> Model<Void> {
      Model { p in
        p.plate("row", 6, subsampleSize: subsample) { p in _ = p.sample("z", Normal(1, 2)) }
      }
    }
    func loss(_ subsample: Int?) throws -> Double {
      let model = model(subsample)
      let guide = AutoNormal(model, initialization: .values(["z": 0]))
      return try losses(model, guide, TraceMeanFieldELBO(), seed: 1)["z"] ?? .nan
    }
    let one = try #require(klDivergence(Normal(0, 0.1), Normal(1, 2))).scalar
    expectClose([try loss(nil), try loss(2)], [6 * one, 6 * one], relative: 1e-14)
  }

  @Test func masksHaveToAgree() throws {
    let mask: Tensor = [1, 0]
    let masked = Model<Void> { p in
      p.plate("row", 2) { p in _ = p.sample("z", Normal([1, 3], 2), mask: mask) }
    }
    func divergence(_ guideMask: Tensor?, scale: Tensor? = nil) throws -> Double? {
      var guide = Model<Void> { p in
        p.plate("row", 2) { p in _ = p.sample("z", Normal([0, 0], 1), mask: guideMask) }
      }
      if let scale { guide = guide.scaled(by: scale) }
      let drawn = try guide.seeded(by: RandomKey(0)).trace()
      let model = try masked.replaying(drawn).trace()
      return TraceMeanFieldELBO().divergences(guide: drawn, model: model)["z"]?.scalar
    }
    let one = try #require(klDivergence(Normal(0, 1), Normal(1, 2))).scalar
    #expect(try divergence(mask) == one)
    #expect(try divergence(nil) == nil)
    #expect(try divergence([1, 1]) == nil)
    #expect(try divergence(mask, scale: 2) == nil)
  }

  /// The model's `b` depends on `a`, and so does the guide's, but the other way around.
  @Test func aSiteThatMightDependOnLaterDrawsIsDrawn() throws {
    let model = Model<Void> { p in
      let a = p.sample("a", Normal(0, 1))
      p.sample("b", Normal(a, 1))
    }
    let guide = Model<Void> { p in
      let b = p.sample("b", Normal(0, 1))
      p.sample("a", Normal(0.5 * b, 1))
    }
    let drawn = try guide.seeded(by: RandomKey(0)).trace()
    let trace = try model.replaying(drawn).trace()
    let divergences = TraceMeanFieldELBO().divergences(guide: drawn, model: trace)
    #expect(divergences.keys.sorted() == ["a"])
    // E[log q - log p] over both, worked out by hand: of b (E[(b - a)²] - 1) / 2, of a E[b²] / 8 = 1 / 8.
    let svi = SVI(
      model, guide: guide, optimizer: SGD(learningRate: 1e-9), loss: TraceMeanFieldELBO())
    let losses = try svi.siteLosses(
      at: try svi.initialState(key: RandomKey(0)), draws: 8_000, key: RandomKey(5))
    let mean = (losses["a"] ?? .nan) + (losses["b"] ?? .nan)
    // (b - a)² has mean 5 / 4: one half of 1 / 4 and 1 / 8, with a standard error of 0.011; a term left out is 1 / 8.
    #expect(abs(mean - 0.25) < 0.03)
  }

  @Test func theMeanIsThatOfTheOrdinaryBound() throws {
    let guide = AutoNormal(Self.mixed, scale: 0.4)
    func mean(_ loss: some ELBO) throws -> (mean: Double, error: Double) {
      let svi = SVI(Self.mixed, guide: guide, optimizer: SGD(learningRate: 1e-12), loss: loss)
      let losses = try svi.run(steps: 2_000, key: RandomKey(3), progress: .silent).losses
      let mean = losses.reduce(0, +) / 2_000
      let variance = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2_000
      return (mean, (variance / 2_000).squareRoot())
    }
    let (analytic, drawn) = (try mean(TraceMeanFieldELBO()), try mean(TraceELBO()))
    // Five standard errors of the difference.
    let error = (analytic.error * analytic.error + drawn.error * drawn.error).squareRoot()
    #expect(abs(analytic.mean - drawn.mean) < 5 * error)
    #expect(analytic.error < drawn.error)
  }

  @Test(arguments: [TestModel.normalMean(), .groups(), .rate()])
  func aFitByItFindsThePosterior(test: TestModel) throws {
    let svi = SVI(
      test.model, guide: AutoNormal(test.model),
      optimizer: Adam(learningRate: .exponential(from: 0.05, factor: 0.1, every: 600)),
      loss: TraceMeanFieldELBO(particles: 4))
    let fit = try svi.run(steps: 1_500, key: RandomKey(1), progress: .silent)
    let draws = try fit.draws(4_000, key: RandomKey(2))
    for (name, means) in test.posteriorMean {
      let found = draws[name].mean(along: [0]).scalars
      let deviations = try #require(test.deviation[name])
      for (index, mean) in means.enumerated() {
        // 0.016 of a deviation by the draws, some hundredths by the steps.
        #expect(abs(found[index] - mean) < 0.08 * deviations[index], "\(name) \(index)")
      }
    }
  }

  @Test func threadsDoNotChangeADigit() throws {
    func losses(_ pool: WorkPool) throws -> [Double] {
      try SVI(
        Self.mixed, guide: AutoNormal(Self.mixed), optimizer: Adam(learningRate: 0.01),
        loss: TraceMeanFieldELBO(particles: 5, pool: pool)
      ).run(steps: 10, key: RandomKey(3), progress: .silent).losses
    }
    let one = try losses(.serial)
    #expect(try losses(WorkPool(threads: 2)) == one)
  }

  @Test func thereIsAtLeastOneParticle() {
    expectError("TraceMeanFieldELBO: particles is 0, but must be positive.") {
      try TraceMeanFieldELBO(particles: 0).validate()
    }
  }
}
