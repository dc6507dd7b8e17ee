import Distributions
import Foundation
import PPL
import Parallel
import TestModels
import TestSupport
import Testing

@testable import Inference

/// Log densities of fitted guides, and importance sampling with their draws.
struct ImportanceSampleTests {
  private func fit(
    _ model: Model<Void>, _ guide: some Guide, steps: Int = 1, rate: Double = 1e-9
  ) throws -> SVIFit {
    try SVI(model, guide: guide, optimizer: Adam(learningRate: .constant(rate)))
      .run(steps: steps, key: RandomKey(0), progress: .silent)
  }

  @Test func aGuideOfThePosteriorGivesTheEvidenceWithoutError() throws {
    let test = TestModel.proportion()
    let guide = Model<Void> { p in
      // The posterior itself, with a parameter, which a fit needs, that does not change it.
      let zero = p.parameter("zero", initially: 0)
      _ = p.sample("share", Beta(16 + 0 * zero, 9))
    }
    let sample = try fit(test.model, guide).importanceSample(draws: 500, key: RandomKey(1))
    // log B(16, 9) - log B(2, 3).
    func logBeta(_ a: Double, _ b: Double) -> Double { lgamma(a) + lgamma(b) - lgamma(a + b) }
    let evidence = logBeta(16, 9) - logBeta(2, 3)
    #expect(abs(sample.elbo.value - evidence) < 1e-9 && sample.elbo.standardError < 1e-9)
    #expect(sample.khat == 0 && sample.impossibleCount == 0)
    #expect(abs(sample.smoothing.effectiveSampleSize / 500 - 1) < 1e-9)
    // A density on unconstrained space has the Jacobian of the logistic function.
    for (x, logDensity) in zip(sample.draws["share"].scalars, sample.logProposal) {
      let share = 1 / (1 + exp(-x))
      let expected = Beta(16, 9).logProb(Tensor(share)).scalar + log(share * (1 - share))
      #expect(abs(logDensity - expected) < 1e-9)
    }
  }

  @Test func everyGuideOfNormalsHasTheirDensity() throws {
    let test = TestModel.regression()
    func expectDensity(
      _ guide: some Guide, _ expected: (SVIFit) -> (mean: Tensor, factor: Tensor)
    ) throws {
      let fit = try fit(test.model, guide, steps: 40, rate: 0.05)
      let draws = Draws(count: 3, sites: [("b", [0.1, 1.5, -2]), ("a", [1, 0.4, 3])])
      let found = try fit.logDensity(of: draws)
      let (mean, factor) = expected(fit)
      let x = stack([draws["a"], draws["b"]], along: 1)
      expectClose(
        found, MultivariateNormal(mean, choleskyFactor: factor).logProb(x), relative: 1e-10)
      // Draws on the supports are those of the density.
      let sample = try fit.importanceSample(draws: 50, key: RandomKey(3))
      let own = try fit.draws(50, key: RandomKey(3))
      #expect(sample.draws["a"].scalars == own["a"].scalars)
      #expect(try fit.logDensity(of: sample.draws).scalars == sample.logProposal)
    }
    func diagonal(_ scales: [Double]) -> Tensor {
      Tensor([scales[0], 0, 0, scales[1]], shape: [2, 2])
    }
    try expectDensity(AutoNormal(test.model)) { fit in
      let p = fit.parameters
      return (
        Tensor([p["a_auto_loc"]!.scalar, p["b_auto_loc"]!.scalar]),
        diagonal([p["a_auto_scale"]!.scalar, p["b_auto_scale"]!.scalar])
      )
    }
    try expectDensity(AutoDiagonalNormal(test.model)) {
      ($0.parameters["auto_loc"]!, diagonal($0.parameters["auto_scale"]!.scalars))
    }
    try expectDensity(AutoMultivariateNormal(test.model)) {
      ($0.parameters["auto_loc"]!, $0.parameters["auto_scale_tril"]!)
    }
    try expectDensity(
      AutoGuideList(test.model).part(["b"]) { AutoNormal($0) }.rest { AutoDiagonalNormal($0) }
    ) { fit in
      let p = fit.parameters
      return (
        Tensor([p["auto_loc"]!.scalars[0], p["b_auto_loc"]!.scalar]),
        diagonal([p["auto_scale"]!.scalars[0], p["b_auto_scale"]!.scalar])
      )
    }
  }

  @Test func theLaplaceApproximationOfANormalPosteriorIsExact() throws {
    let test = TestModel.regression()
    let fit = try SVI(
      test.model, guide: AutoLaplaceApproximation(test.model), optimizer: SGD(learningRate: 1)
    ).minimized(key: RandomKey(0))
    let sample = try fit.importanceSample(draws: 300, key: RandomKey(1))
    // The search ends with a gradient of about 1e-6.
    #expect(sample.elbo.standardError < 1e-5 && sample.khat <= 0.7)
    #expect(ApproximationDiagnosis(sample).isReliable)
  }

  @Test func supportsThatDependOnSitesAreFollowed() throws {
    let model = Model<Void> { p in
      let width = p.sample("width", LogNormal(0, 1))
      let x = p.sample("x", Uniform(0, width))
      p.sample("y", Normal(x, 0.3), observed: 0.4)
    }
    let fit = try fit(model, AutoNormal(model), steps: 30, rate: 0.05)
    let sample = try fit.importanceSample(draws: 40, key: RandomKey(2))
    let own = try fit.draws(40, key: RandomKey(2))
    for draw in 0..<40 {
      let free = sample.draws[draw]
      let share = 1 / (1 + exp(-free["x"]!.scalar))
      let width = exp(free["width"]!.scalar)
      #expect(abs(width / own["width"].scalars[draw] - 1) < 1e-12)
      #expect(abs(share * width / own["x"].scalars[draw] - 1) < 1e-9)
      let joint = try LogJoint(model)(free).scalar
      #expect(abs(joint - sample.logTarget[draw]) < 1e-10 * abs(joint))
    }
    let p = fit.parameters
    let expected =
      Normal(p["x_auto_loc"]!, p["x_auto_scale"]!).logProb(sample.draws["x"])
      + Normal(p["width_auto_loc"]!, p["width_auto_scale"]!).logProb(sample.draws["width"])
    expectClose(sample.logProposal, expected.scalars, relative: 1e-12)
  }

  @Test func resampledDrawsAreThoseOfThePosterior() throws {
    let test = TestModel.rate()
    let guide = Model<Void> { p in
      let shift = p.parameter("shift", initially: 0)
      _ = p.sample("rate", LogNormal(0.2 + shift, 0.4))
    }
    let fit = try fit(test.model, guide)
    let posterior = try fit.importanceResampled(draws: 4_000, key: RandomKey(1))
    let exact = (test.posteriorMean["rate"]![0], test.deviation["rate"]![0])
    let summary = posterior.summaries(of: "rate")[0]
    // Four standard errors of 4,000 draws, of which about half are different: 4 sqrt(2 / 4,000) = 0.09 deviations.
    #expect(abs(summary.mean - exact.0) < 0.09 * exact.1)
    #expect(abs(summary.sd / exact.1 - 1) < 0.09)
    // The guide by itself is far off.
    let plain = try fit.posterior(draws: 4_000, key: RandomKey(1)).summaries(of: "rate")[0]
    #expect(abs(plain.mean - exact.0) > 0.5 * exact.1)
    #expect(Double(posterior.origin.settings["khat"]!)! < 0.7)
    let serial = try fit.importanceResampled(draws: 4_000, key: RandomKey(1), pool: .serial)
    #expect(serial["rate"].scalars == posterior["rate"].scalars)
  }

  @Test func theChoiceFollowsTheWeights() throws {
    let ratios: [Double] = [0, -Double.infinity, 0.6931471805599453, 0]
    let sample = ImportanceSample(
      Draws(count: 4, sites: [("x", [0, 1, 2, 3])]), logTarget: ratios,
      logProposal: [0, 0, 0, 0])
    let chosen = try sample.resampled(4_000, key: RandomKey(0))
    let counts = (0..<4).map { i in chosen.count { $0 == i } }
    // A stratum at the border between two draws goes to either.
    #expect(counts[1] == 0 && abs(counts[0] - 1_000) <= 1 && abs(counts[2] - 2_000) <= 1)
    #expect(sample.impossibleCount == 1 && abs(sample.elbo.value - 0.6931471805599453 / 3) < 1e-15)
  }

  @Test func whatHasNoDensityIsNamed() throws {
    let test = TestModel.regression()
    let error = InferenceError.guideWithoutDensity(site: "a")
    let delta = try fit(test.model, AutoDelta(test.model))
    #expect(throws: error) { try delta.importanceSample(draws: 4, key: RandomKey(0)) }
    #expect(
      error.description
        == "site \"a\": the guide has no density there, since it is a point or depends on more than the latent sites of "
        + "the model; take a guide with a density, such as AutoNormal.")
    let point = Model<Void> { p in
      let a = p.parameter("at", initially: 1)
      p.sample("a", Delta(a))
      _ = p.sample("b", Normal(a, 1))
    }
    let handWritten = try fit(test.model, point)
    #expect(throws: error) { try handWritten.importanceSample(draws: 4, key: RandomKey(0)) }
    let normal = try fit(test.model, AutoNormal(test.model))
    #expect(throws: InferenceError.missingValue("b")) {
      try normal.logDensity(of: Draws(count: 2, sites: [("a", [1, 2])]))
    }
    #expect(throws: InferenceError.count("the number of draws", 0)) {
      try normal.importanceSample(draws: 0, key: RandomKey(0))
    }
    let subsampled = Model<Void> { p in
      let mu = p.sample("mu", Normal(0, 1))
      p.plate("row", 3, subsampleSize: 2) { p, rows in
        _ = p.sample("y", Normal(mu, 1), observed: rows.taken(from: [1, 2, 3]))
      }
    }
    let minibatches = try fit(subsampled, AutoNormal(subsampled))
    #expect(
      throws: InferenceError.argument(
        of: "SVIFit.logDensity", found: "plate \"row\" is subsampled",
        requirement: "must have all its rows for a comparison with the posterior")
    ) { try minibatches.importanceSample(draws: 4, key: RandomKey(0)) }
    #expect(throws: InferenceError.self) {
      try ImportanceSample(of: LogDensity(test.model), at: .zeros([3, 1]), logProposal: [0, 0, 0])
    }
  }
}
