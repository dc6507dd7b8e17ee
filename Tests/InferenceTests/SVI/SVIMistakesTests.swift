import Distributions
import Inference
import PPL
import TestModels
import TestSupport
import Testing

/// What the loop refuses before its first step.
struct SVIMistakesTests {
  private let test = TestModel.regression()
  private let key = RandomKey(2024)

  @Test func guideAndModelMustHaveTheSameSites() {
    let guide = Model<Void> { p in
      p.sample("a", Normal(0, 1))
      p.sample("c", Normal(0, 1))
    }
    let svi = SVI(test.model, guide: guide, optimizer: Adam(learningRate: 0.1))
    #expect(throws: InferenceError.guideMismatch(onlyInGuide: ["c"], onlyInModel: ["b"])) {
      try svi.run(steps: 1, key: key, progress: .silent)
    }
  }

  @Test func aSiteOfTheGuideMustNotBroadcast() {
    let guide = Model<Void> { p in _ = p.sample("theta", Normal(0, 1)) }
    let svi = SVI(TestModel.groups().model, guide: guide, optimizer: Adam(learningRate: 0.1))
    #expect(throws: ModelError.valueShape(site: "theta", given: [], expected: [3])) {
      try svi.run(steps: 1, key: key, progress: .silent)
    }
  }

  @Test func aDiscreteLatentSiteIsRefusedWhateverTheGuide() {
    let model = Model<Void> { p in _ = p.sample("coin", FairCoin()) }
    #expect(throws: InferenceError.discreteSite("coin")) {
      try SVI(model, guide: model, optimizer: Adam(learningRate: 0.1))
        .run(steps: 1, key: key, progress: .silent)
    }
    #expect(throws: InferenceError.discreteSite("coin")) {
      try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.1))
        .run(steps: 1, key: key, progress: .silent)
    }
  }

  @Test(arguments: [0, -3])
  func thereIsAtLeastOneStep(steps: Int) {
    #expect(throws: InferenceError.count("the number of steps", steps)) {
      try SVI(test.model, guide: AutoNormal(test.model), optimizer: Adam(learningRate: 0.05))
        .run(steps: steps, key: key, progress: .silent)
    }
  }

  @Test func aWrongModelIsRefusedBeforeTheFirstStep() {
    let model = Model<Void> { p in
      let mu = p.sample("mu", Normal(0, 1))
      p.sample("y", Normal(mu, -1), observed: 0)
    }
    let svi = SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.1))
    let error = #expect(throws: ModelError.self) {
      try svi.run(steps: 1, key: key, progress: .silent)
    }
    #expect(error?.description == "site \"y\": Normal deviation is -1.0, but must be positive.")
  }
}
