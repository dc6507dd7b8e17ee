import Distributions
import Inference
import PPL
import TestSupport
import Testing

struct PredictiveTests {
  private let model = Model<Void> { p in
    let a = p.sample("a", Normal(0, 1))
    p.plate("row", 3) { p in
      let b = p.sample("b", Normal(a, 1))
      p.deterministic("sum", a + b)
    }
    p.sample("data", Normal(a, 1), observed: 7)
  }

  /// Posterior precision 1 + 1: what is computed from `a` varies as its draws do, and not as the mode that was fitted.
  @Test func predictionsFromALaplaceApproximationVaryAsItsDraws() throws {
    let model = Model<Void> { p in
      let a = p.sample("a", Normal(0, 1))
      p.deterministic("double", 2 * a)
      p.sample("data", Normal(a, 1), observed: 7)
    }
    let svi = SVI(
      model, guide: AutoLaplaceApproximation(model), optimizer: Adam(learningRate: 0.01))
    let fit = try svi.minimized(key: RandomKey(1))
    let predicted = try fit.predictions(model, 4_000, key: RandomKey(2))
    // Four errors of a deviation by 4,000 draws, each 1.1 %.
    let deviation = predicted["double"].standardDeviation(along: [0]).scalar
    #expect(abs(deviation / 2.0.squareRoot() - 1) < 0.045)
  }

  @Test func eachPriorDrawHasItsKey() throws {
    let key = RandomKey(3)
    let draws = try Predictive(model, draws: 4)(key: key)
    #expect(draws.names == ["a", "b", "sum", "data"])
    #expect(draws["b"].shape == [4, 3])
    for (index, key) in key.split(4).enumerated() {
      let trace = try model.seeded(by: key).trace()
      for name in draws.names {
        #expect(draws[index][name]?.scalars == trace[name]?.value?.scalars, "\(name) \(index)")
      }
    }
  }

  @Test func aSingleDrawUsesTheKeyItself() throws {
    let draws = try Predictive(model, draws: 1)(key: RandomKey(3))
    let trace = try model.seeded(by: RandomKey(3)).trace()
    #expect(draws["b"].shape == [1, 3])
    #expect(draws["b"].scalars == trace["b"]?.value?.scalars)
  }

  @Test func givenDrawsAreHeldAndTheRestFollows() throws {
    let given = Draws(count: 3, sites: [("a", [10, 20, 30])])
    let key = RandomKey(5)
    let draws = try Predictive(model, given: given)(key: key)
    #expect(draws.names == ["b", "sum", "data"])
    let a = Tensor([10, 20, 30]).expandingDimension(at: 1)
    #expect(draws["sum"].scalars == (a + draws["b"]).scalars)
    for (index, key) in key.split(3).enumerated() {
      // A site that is given takes no key: "b" has the first one.
      let noise = key.split().1.normal([3])
      let expected = Tensor(Double(10 * (index + 1))) + noise
      #expect(draws[index]["b"]?.scalars == expected.scalars)
    }
  }

  @Test func deterministicSitesAreRecomputedThoughTheyAreGiven() throws {
    let given = Draws(count: 2, sites: [("a", [1, 2]), ("sum", .zeros([2, 3]))])
    let draws = try Predictive(model, given: given)(key: RandomKey(5))
    let expected = Tensor([1, 2]).expandingDimension(at: 1) + draws["b"]
    #expect(draws["sum"].scalars == expected.scalars)
  }

  @Test func onlyTheSitesAskedForAreReturned() throws {
    let given = Draws(count: 2, sites: [("a", [1, 2])])
    let draws = try Predictive(model, given: given)(key: RandomKey(5), sites: ["a", "sum"])
    #expect(draws.names == ["a", "sum"])
    #expect(draws["a"].scalars == [1, 2])
    let known = ["a", "row", "b", "sum", "data"]
    #expect(throws: InferenceError.unknownSite("summ", known: known)) {
      try Predictive(model, given: given)(key: RandomKey(5), sites: ["summ"])
    }
  }

  @Test func aModelThatReadsItsDrawsIsRunForEach() throws {
    let model = Model<Void> { p in
      let a = p.sample("a", Normal(0, 1))
      p.deterministic("side", a.scalar > 0 ? 1 : -1)
    }
    let draws = try Predictive(model, draws: 30)(key: RandomKey(1))
    #expect(draws["side"].scalars == sign(draws["a"]).scalars)
    #expect(Set(draws["side"].scalars) == [-1, 1])
  }

  @Test func priorDrawsFollowThePrior() throws {
    let draws = try Predictive(model, draws: 4000)(key: RandomKey(2))
    // b has mean 0 and variance 2; five standard errors, its three columns sharing a.
    #expect(abs(draws["b"].mean().scalar) < 0.1)
    #expect(abs(square(draws["b"]).mean().scalar - 2) < 0.25)
  }

  @Test(arguments: [0, -1])
  func thereIsAtLeastOneDraw(count: Int) {
    #expect(throws: InferenceError.count("the number of draws", count)) {
      try Predictive(model, draws: count)(key: RandomKey(0))
    }
  }

  @Test func anErrorOfTheModelIsPassedOn() {
    let model = Model<Void> { p in
      p.sample("x", Normal(0, 1))
      p.sample("x", Normal(0, 1))
    }
    #expect(throws: ModelError.duplicateSite("x")) {
      try Predictive(model, draws: 2)(key: RandomKey(0))
    }
  }
}
