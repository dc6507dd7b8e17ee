import Distributions
import Inference
import PPL
import TestModels
import TestSupport
import Testing

// Nothing of this file needs more than the public API.

/// A guide of independent Laplace distributions on unconstrained space, as another package would write one.
private struct AutoDoubleExponential: Guide {
  let model: Model<Void>
  var scale = 0.1

  func prepared(key: RandomKey) throws -> any PreparedGuide {
    try JointGuide(Family(scale: scale), model, .feasible, prefix: "double", key: key)
  }

  struct Family: JointFamily {
    let scale: Double
    var name: String { "AutoDoubleExponential" }

    func validate(count: Int) throws(InferenceError) {
      guard scale > 0 else {
        throw .argument(
          of: name, found: "scale is \(scale)", requirement: "must be positive for \(count) values")
      }
    }

    func distribution(_ p: inout Context, start: Tensor, prefix: String) -> any Distribution {
      let loc = p.parameter("\(prefix)_loc", initially: start)
      let scale = p.parameter(
        "\(prefix)_scale", initially: .full(scale, start.shape), in: .softplusPositive)
      return Laplace(loc, scale).toEvent(1)
    }
  }
}

/// A guide of one point, the mode of the compiled density by Newton's method.
private struct AutoNewton: Guide {
  let model: Model<Void>

  func prepared(key: RandomKey) throws -> any PreparedGuide {
    let density = try LogDensity(model)
    var x = density.vector.flat(try density.logJoint.start(.feasible, key: key)).scalars
    var gradient = x
    let evaluator = density.evaluator()
    for _ in 0..<5 {
      _ = try evaluator.value(at: x, gradient: &gradient)
      let factor = cholesky(-(try density.hessianProduct(at: x).matrix()))
      let half = triangularSolve(factor, Tensor(gradient, shape: [x.count, 1]))
      let step = matmul(triangularSolve(factor, Tensor.identity(x.count)).transposed(), half)
      x = zip(x, step.scalars).map { $0 + $1 }
    }
    let mode = density.vector.named(Tensor(x))
    let sites = density.vector.sites
    return Model<Void> { p in
      for site in sites {
        let point = site.transform(mode[site.name] ?? .zeros(site.shape))
        p.sample(site.name, Delta(point, eventRank: site.valueRank))
      }
    }
  }
}

struct GuideFromOutsideTests {
  private let test = TestModel.regression()

  @Test func aFamilyFromOutsideIsFitted() throws {
    let guide = AutoDoubleExponential(model: test.model)
    let fit = try SVI(test.model, guide: guide, optimizer: Adam(learningRate: 0.02))
      .run(steps: 3_000, key: RandomKey(0), progress: .silent)
    #expect(fit.parameters.keys.sorted() == ["double_loc", "double_scale"])
    let draws = try fit.draws(4_000, key: RandomKey(1))
    for name in ["a", "b"] {
      // Means within a fifth of a posterior deviation, which is 0.5 at most.
      expectClose(
        draws[name].mean(), Tensor(try #require(test.posteriorMean[name]?[0])), relative: 0,
        absolute: 0.1)
    }
  }

  /// Quantiles of Laplace distributions, not of normal ones with their variance; onto x < 1 they come in reverse order.
  @Test func quantilesAreThoseOfTheFamily() throws {
    let model = Model<Void> { p in
      p.sample("x", Normal(0, 1))
      p.sample("s", HalfNormal(Tensor([1, 2])).toEvent(1))
      p.sample("below", Truncated(Normal(0, 1), high: 1))
    }
    let guide = try AutoDoubleExponential(model: model).prepared(key: RandomKey(0))
    let levels = [0.01, 0.5, 0.9]
    let found = try #require(
      try guide.quantiles(
        levels, parameters: ["double_loc": [1, 0.5, -1, 2], "double_scale": [2, 1, 1, 0.5]]))
    func x(_ levels: [Double], _ loc: Tensor, _ scale: Tensor) -> Tensor {
      Laplace(loc, scale).icdf(Tensor(levels))
    }
    expectClose(found["x"], x(levels, 1, 2), relative: 1e-14)
    expectClose(found["s"][.all, .at(1)], exp(x(levels, -1, 1)), relative: 1e-14)
    expectClose(found["below"], 1 - exp(x([0.99, 0.5, 0.1], 2, 0.5)), relative: 1e-14)
  }

  @Test func theNumbersOfAFamilyAreCheckedBeforeTheFirstStep() {
    let guide = AutoDoubleExponential(model: test.model, scale: 0)
    let error = #expect(throws: InferenceError.self) {
      try SVI(test.model, guide: guide, optimizer: Adam(learningRate: 0.02))
        .initialState(key: RandomKey(0))
    }
    #expect(
      error?.description
        == "AutoDoubleExponential: scale is 0.0, but must be positive for 2 values.")
  }

  @Test func aGuideStandsOnTheCompiledDensity() throws {
    let prepared = try AutoNewton(model: test.model).prepared(key: RandomKey(0))
    let trace = try prepared.model.seeded(by: RandomKey(0)).trace()
    for name in ["a", "b"] {
      let mode = try #require(trace[name]?.value).scalar
      expectClose([mode], [try #require(test.posteriorMean[name]?[0])], relative: 1e-10)
    }
  }
}
