import Distributions
import PPL
import TestModels
import TestSupport
import Testing

@testable import Inference

/// What a fit tells of steps that go wrong, and of the parts of its loss.
struct DiagnosisTests {
  /// `y` has an infinite log density where `x` is beyond 0.3 of its start.
  private let cliff = Model<Void> { p in
    let x = p.sample("x", Normal(0, 1))
    p.factor("cliff", log(0.3 - x))
    p.sample("y", Normal(x, 0.5), observed: 2)
  }

  @Test func aStepThatIsLeftOutNamesItsSite() throws {
    let svi = SVI(
      cliff, guide: AutoNormal(cliff, initialization: .values(["x": 0])),
      optimizer: Adam(learningRate: 0.01).skippingNonFinite())
    let fit = try svi.run(steps: 300, key: RandomKey(0), progress: .silent)
    #expect(!fit.skipped.isEmpty && fit.skipped.count < 300)
    #expect(
      fit.skipped.map(\.step)
        == fit.records.indices.filter { fit.records[$0].isSkipped }.map { $0 + 1 })
    #expect(fit.skipped.allSatisfy { $0.cause == "site \"cliff\" has log density nan" })
    // A loss that is not a number differs from itself.
    #expect(SVI.checkpoint(fit).records.map(\.isSkipped) == fit.records.map(\.isSkipped))
  }

  @Test func groupsThatAllSkipLeaveAStepOut() throws {
    func fit(_ optimizer: some GradientTransformation) throws -> SVIFit {
      try SVI(
        cliff, guide: AutoNormal(cliff, initialization: .values(["x": 0])), optimizer: optimizer
      )
      .run(steps: 300, key: RandomKey(0), progress: .silent)
    }
    let skipping = Adam(learningRate: 0.01).skippingNonFinite()
    let plain = try fit(skipping)
    let whole = try fit(ParameterGroups(otherwise: skipping))
    #expect(whole.skipped == plain.skipped && !whole.skipped.isEmpty)
    #expect(whole.parameters.mapValues(\.scalars) == plain.parameters.mapValues(\.scalars))
    let divided = try fit(
      ParameterGroups(otherwise: skipping).group(skipping) { $0.hasSuffix("loc") })
    #expect(divided.skipped == plain.skipped)
    #expect(divided.parameters.mapValues(\.scalars) == plain.parameters.mapValues(\.scalars))
    // One group that goes on by a loss that is not a number ends the fit, as without groups.
    let partly = ParameterGroups(otherwise: skipping)
      .group(ZeroNaNs().then(Adam(learningRate: 0.01))) { $0.hasSuffix("loc") }
    let divergence = try #require(throws: Divergence.self) { try fit(partly) }
    #expect(divergence.record.loss.isNaN && !divergence.record.isSkipped)
  }

  @Test func aFitThatDivergesNamesTheSite() throws {
    let svi = SVI(
      cliff, guide: AutoNormal(cliff, initialization: .values(["x": 0])),
      optimizer: Adam(learningRate: 0.01))
    let divergence = try #require(throws: Divergence.self) {
      try svi.run(steps: 300, key: RandomKey(0), progress: .silent)
    }
    #expect(divergence.cause == "site \"cliff\" has log density nan")
    #expect(
      divergence.description
        == "step \(divergence.step): the loss is not a number; site \"cliff\" has log density nan. Lower the learning rate, clip the gradient, or start inside the support; "
        + "the \(divergence.step - 1) steps before it are kept.")
  }

  @Test func theLossesOfTheSitesAddUpToTheBound() throws {
    let test = TestModel.groups()
    let svi = SVI(test.model, guide: AutoNormal(test.model), optimizer: Adam(learningRate: 0.01))
    let state = try svi.initialState(key: RandomKey(2))
    let losses = try svi.siteLosses(at: state, draws: 20, key: RandomKey(9))
    #expect(losses.keys.sorted() == ["theta", "y"])
    let values = state.layout.constrained(state.parameters)
    let bound = try RandomKey(9).split(20).reduce(0) { sum, key in
      let (guide, model) = try svi.loss.traces(
        svi.model, state.guide.model, parameters: values, key: key)
      return sum + svi.loss.loss(guide: guide, model: model).scalar
    }
    expectClose([losses.values.reduce(0, +)], [bound / 20], relative: 1e-12)
    #expect(throws: InferenceError.count("the number of draws", 0)) {
      try svi.siteLosses(at: state, draws: 0, key: RandomKey(9))
    }
  }

  @Test func aStoredFitDrawsWithoutAnotherStep() throws {
    let test = TestModel.groups()
    let svi = SVI(test.model, guide: AutoNormal(test.model), optimizer: Adam(learningRate: 0.05))
    let fit = try svi.run(steps: 30, key: RandomKey(0), progress: .silent)
    let again = try svi.fit(from: SVI.checkpoint(fit), key: RandomKey(0))
    #expect(again.records == fit.records)
    let key = RandomKey(1)
    #expect(
      try again.draws(4, key: key)["theta"].scalars == fit.draws(4, key: key)["theta"].scalars)
    let other = SVI(test.model, guide: AutoNormal(test.model), optimizer: SGD(learningRate: 1))
    #expect(throws: InferenceError.otherOptimizer(stored: [1, 6, 6], expected: [1])) {
      try other.state(from: SVI.checkpoint(fit), key: RandomKey(0))
    }
  }

  @Test func aGuideWhoseDrawsDoNotMoveIsRefused() {
    let model = Model<Void> { p in _ = p.sample("x", Normal(0, 1)) }
    let guide = Model<Void> { p in
      let place = p.parameter("place", initially: 0)
      _ = p.sample(
        "x", MixtureSameFamily(Categorical(probabilities: [0.3, 0.7]), Normal(place + [0, 2], 1)))
    }
    let error = InferenceError.drawWithoutGradient("x", distribution: "MixtureSameFamily")
    #expect(throws: error) {
      try SVI(model, guide: guide, optimizer: Adam(learningRate: 0.01))
        .run(steps: 1, key: RandomKey(0), progress: .silent)
    }
    #expect(
      error.description
        == "site \"x\": draws of MixtureSameFamily do not move with its parameters, so a guide with "
        + "it would get a wrong gradient; take another distribution for the guide.")
  }

  @Test func tooFewDrawsForStatisticsAreSaidSo() throws {
    let model = Model<Void> { p in _ = p.sample("x", Normal(0, 1)) }
    let mcmc = MCMC(NUTS(), chains: 2, warmup: 10, draws: 1)
    let diagnosis = SamplingDiagnosis(try mcmc.run(model, key: RandomKey(0)).posterior())
    #expect(!diagnosis.isConverged)
    #expect(
      diagnosis.doubts == [
        "1 draw of each chain is too few for R-hat and effective sample sizes, which need 4; take more draws."
      ])
  }
}
