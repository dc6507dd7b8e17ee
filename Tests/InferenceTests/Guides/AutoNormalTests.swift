import Distributions
import PPL
import TestModels
import TestSupport
import Testing

@testable import Inference

struct AutoNormalTests {
  private func parameters(
    _ guide: AutoNormal, _ model: Model<Void>
  ) throws -> (unconstrained: [String: Tensor], constrained: [String: Tensor]) {
    let state = try SVI(model, guide: guide, optimizer: Adam(learningRate: 0.01))
      .initialState(key: RandomKey(5))
    return (
      state.layout.unconstrained(state.parameters), state.layout.constrained(state.parameters)
    )
  }

  @Test func theGuideHasALocationAndAScaleForEachSite() throws {
    let model = TestModel.regression().model
    let (x, values) = try parameters(AutoNormal(model), model)
    #expect(x.keys.sorted() == ["a_auto_loc", "a_auto_scale", "b_auto_loc", "b_auto_scale"])
    for name in ["a_auto_scale", "b_auto_scale"] {
      // NumPyro's digits, but for the last bit of its logarithm.
      expectClose([x[name]?.scalar ?? .nan], [-2.252168461044091], relative: 3e-16)
      expectClose([values[name]?.scalar ?? .nan], [0.1], relative: 1e-15)
    }
  }

  @Test func locationsStartWhereTheyAreTold() throws {
    let model = TestModel.regression().model
    let start = Initialization.values(["a": 0.25, "b": -3])
    let guide = AutoNormal(model, initialization: start, scale: 0.5, prefix: "q")
    let values = try parameters(guide, model).constrained
    #expect(values["a_q_loc"]?.scalar == 0.25)
    #expect(values["b_q_loc"]?.scalar == -3)
    expectClose([values["b_q_scale"]?.scalar ?? .nan], [0.5], relative: 1e-15)
  }

  @Test func aSiteOfAPlateHasParametersForEachElement() throws {
    let model = TestModel.groups().model
    let values = try parameters(AutoNormal(model), model).constrained
    #expect(values["theta_auto_loc"]?.shape == [3])
    #expect(values["theta_auto_scale"]?.shape == [3])
  }

  @Test func aSubsampledPlateHasParametersForAllOfIt() throws {
    let model = Model<Void> { p in
      p.plate("group", 3, dim: -2) { p in
        p.plate("row", 10, subsampleSize: 4, dim: -1) { p in
          _ = p.sample("s", HalfNormal(1))
        }
      }
    }
    let guide = AutoNormal(model)
    let values = try parameters(guide, model).constrained
    #expect(values["s_auto_loc"]?.shape == [3, 10])
    let prepared = try guide.prepared(key: RandomKey(0))
    let trace = try prepared.model.seeded(by: RandomKey(1)).trace()
    #expect(trace["s"]?.value?.shape == [3, 4])
    #expect(trace["s"]?.scale?.scalar == 2.5)
  }

  @Test func sitesOfOnePlateUseTheSameRows() throws {
    let model = Model<Void> { p in
      p.plate("row", 50, subsampleSize: 5) { p in
        let a = p.sample("a", Normal(0, 1))
        _ = p.sample("b", Normal(a, 1))
      }
      p.plate("row", 50, subsampleSize: 5) { p in _ = p.sample("c", Normal(0, 1)) }
    }
    let prepared = try AutoNormal(model).prepared(key: RandomKey(0))
    // A location that says which row it is, and no spread.
    var values: [String: Tensor] = [:]
    for name in ["a", "b", "c"] {
      values["\(name)_auto_loc"] = .arange(50)
      values["\(name)_auto_scale"] = .full(1e-300, [50])
    }
    let trace = try prepared.model.substituting(values).seeded(by: RandomKey(2)).trace()
    let rows = try #require(trace["row"]?.value?.scalars)
    #expect(Set(rows).count == 5)
    for name in ["a", "b", "c"] { #expect(trace[name]?.value?.scalars == rows) }
  }

  @Test func drawsAreLocationPlusScaleTimesNoise() throws {
    let model = TestModel.groups().model
    let prepared = try AutoNormal(model).prepared(key: RandomKey(0))
    let (loc, scale) = (Tensor([1, 2, 3]), Tensor([0.1, 0.2, 0.3]))
    let key = RandomKey(9)
    let draws = try prepared.draws(
      4, parameters: ["theta_auto_loc": loc, "theta_auto_scale": scale], key: key, pool: .serial)
    let expected = loc + scale * key.split().1.normal([4, 3])
    #expect(draws["theta"].scalars == expected.scalars)
  }

  @Test func quantilesAreThoseOfTheFamily() throws {
    let model = Model<Void> { p in
      p.sample("x", Normal(0, 1))
      p.sample("s", HalfNormal(1))
    }
    let prepared = try AutoNormal(model).prepared(key: RandomKey(0))
    let values: [String: Tensor] = [
      "x_auto_loc": 2, "x_auto_scale": 3, "s_auto_loc": 0.5, "s_auto_scale": 0.25,
    ]
    let found = try #require(try prepared.quantiles([0.5, 0.975], parameters: values))
    let z = 1.959963984540054
    expectClose(found["x"], Tensor([2, 2 + 3 * z]), relative: 1e-14)
    expectClose(found["s"], exp(Tensor([0.5, 0.5 + 0.25 * z])), relative: 1e-14)
  }

  @Test func quantilesOfASupportBoundedAboveRise() throws {
    // Onto x < 0 the unconstrained line is turned around.
    let model = Model<Void> { p in
      p.sample("x", Below())
    }
    let prepared = try AutoNormal(model).prepared(key: RandomKey(0))
    let values: [String: Tensor] = ["x_auto_loc": 0.3, "x_auto_scale": 0.8]
    let levels = [0.1, 0.5, 0.9]
    let found = try #require(try prepared.quantiles(levels, parameters: values))["x"].scalars
    let draws = try prepared.draws(10_000, parameters: values, key: RandomKey(1), pool: .serial)[
      "x"
    ].scalars
    for (level, quantile) in zip(levels, found) {
      let share = Double(draws.filter { $0 < quantile }.count) / 10_000
      // Four standard errors of a share of 10 000.
      #expect(abs(share - level) < 0.02)
    }
  }

  @Test func theScaleIsPositive() {
    expectError("AutoNormal: scale is 0.0, but must be positive.") {
      _ = try AutoNormal(TestModel.normalMean().model, scale: 0).prepared(key: RandomKey(0))
    }
  }

  @Test func aDiscreteLatentSiteIsRefused() {
    let model = Model<Void> { p in _ = p.sample("coin", FairCoin()) }
    #expect(throws: InferenceError.discreteSite("coin")) {
      try AutoNormal(model).prepared(key: RandomKey(0))
    }
  }
}

/// Minus an exponential variable.
private struct Below: Distribution {
  var parameters: [Parameter] { [] }
  var support: Support { .lessThan(0) }
  var batchShape: [Int] { [] }
  func sample(_ shape: [Int], key: RandomKey) -> Tensor { -key.exponential(shape) }
  func logProb(_ x: Tensor) -> Tensor { x }
}
