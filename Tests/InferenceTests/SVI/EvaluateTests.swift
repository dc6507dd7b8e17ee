import Distributions
import Inference
import PPL
import TestModels
import TestSupport
import Testing

/// The loss at given parameters, without a step.
struct EvaluateTests {
  private let test = TestModel.groups()

  private func svi(
    _ loss: some ELBO, _ optimizer: some GradientTransformation = Adam(learningRate: 0.05)
  ) -> SVI {
    SVI(test.model, guide: AutoNormal(test.model), optimizer: optimizer, loss: loss)
  }

  /// The loss that the next step records, digit for digit.
  @Test(arguments: [
    TraceELBO() as any ELBO, TraceELBO(particles: 3), TraceMeanFieldELBO(),
    RenyiELBO(particles: 3),
  ])
  func isWhatTheNextStepRecords(_ loss: any ELBO) throws {
    let svi = svi(loss)
    let fit = try svi.run(steps: 20, key: RandomKey(1), progress: .silent)
    let before = fit.state
    let found = try svi.evaluate(at: before, key: before.key)
    let next = try svi.run(steps: 1, from: before, progress: .silent)
    #expect(found == next.losses[0])
    #expect(fit.state.parameters == before.parameters)
  }

  @Test func severalDrawsAreAveraged() throws {
    let svi = svi(TraceELBO())
    let state = try svi.run(steps: 20, key: RandomKey(1), progress: .silent).state
    let key = RandomKey(8)
    let each = try key.split(5).map { try svi.evaluate(at: state, key: $0) }
    let mean = try svi.evaluate(at: state, draws: 5, key: key)
    #expect(Set(each).count == 5)
    #expect(mean == each.reduce(0, +) / 5)
  }

  /// A guide that is the posterior has the evidence at every draw; at other data it has not.
  @Test func otherDataAreThoseOfAnotherModel() throws {
    func posterior(_ y: Tensor) -> Model<Void> {
      Model { p in
        let mu = p.sample("mu", Normal(0, 1))
        p.plate("row", 3) { p in _ = p.sample("y", Normal(mu, 1), observed: y) }
      }
    }
    func svi(_ model: Model<Void>) -> SVI {
      SVI(model, guide: AutoDelta(model), optimizer: Adam(learningRate: 0.05))
    }
    let state = try svi(posterior([1, 2, 3])).run(steps: 10, key: RandomKey(0), progress: .silent)
      .state
    let mu = Tensor(state.parameters[0])
    let heldOut = Tensor([0, 4, -1])
    let expected = -(Normal(0, 1).logProb(mu) + Normal(mu, 1).logProb(heldOut).sum())
    expectClose(
      [try svi(posterior(heldOut)).evaluate(at: state, key: RandomKey(2))], expected.scalars,
      relative: 1e-14)
  }

  @Test func aModelThatReadsItsDrawsIsRunForEach() throws {
    func svi(reads: Bool) -> SVI {
      let model = Model<Void> { p in
        let x = p.sample("x", Normal(1, 2))
        p.sample("y", Normal(reads && x.scalar > -1e9 ? x : x + 0, 0.5), observed: 2)
      }
      return SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.05))
    }
    let (plain, reading) = (svi(reads: false), svi(reads: true))
    let state = try plain.initialState(key: RandomKey(3))
    #expect(
      try reading.evaluate(at: state, draws: 4, key: RandomKey(5))
        == plain.evaluate(at: state, draws: 4, key: RandomKey(5)))
  }

  @Test func thereIsAtLeastOneDraw() throws {
    let svi = svi(TraceELBO())
    let state = try svi.initialState(key: RandomKey(0))
    #expect(throws: InferenceError.count("the number of draws", 0)) {
      try svi.evaluate(at: state, draws: 0, key: RandomKey(0))
    }
  }
}
