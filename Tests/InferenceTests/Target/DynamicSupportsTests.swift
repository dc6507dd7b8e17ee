import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

/// Latent sites whose support depends on other latent sites.
struct DynamicSupportsTests {
  /// a ~ HalfNormal(1), b ~ Uniform(0, a), 1 ~ Normal(b, 1).
  private static let model = Model<Void> { p in
    let a = p.sample("a", HalfNormal(1))
    let b = p.sample("b", Uniform(0, a))
    p.deterministic("share", b / a)
    p.sample("x", Normal(b, 1), observed: 1)
  }

  static let guides: [(String, @Sendable (Model<Void>) -> any Guide)] = [
    ("AutoNormal", { AutoNormal($0) }),
    ("AutoDiagonalNormal", { AutoDiagonalNormal($0) }),
    ("AutoMultivariateNormal", { AutoMultivariateNormal($0) }),
    ("AutoLowRankMultivariateNormal", { AutoLowRankMultivariateNormal($0) }),
    ("AutoGuideList", { AutoGuideList($0).rest { AutoMultivariateNormal($0) } }),
  ]

  /// Posterior means of a and b by the trapezoidal rule over the simplex b = u a, u in (0, 1), where the density of u is
  /// smooth: exp(-a²/2 - (1 - u a)²/2) da du.
  private static let means: (a: Double, b: Double) = {
    var (mass, a, b) = (0.0, 0.0, 0.0)
    let count = 400
    let places = (0..<count).map { (Double($0) + 0.5) / Double(count) }
    let grid = Tensor(places)
    for u in places {
      let size = 10 * grid
      let weights = exp(-0.5 * square(size) - 0.5 * square(1 - Tensor(u) * size))
      mass += weights.sum().scalar
      a += (weights * size).sum().scalar
      b += (weights * Tensor(u) * size).sum().scalar
    }
    return (a / mass, b / mass)
  }()

  @Test func theDensityHasTheTransformOfTheValuesAtHand() throws {
    let logJoint = try LogJoint(Self.model)
    #expect(logJoint.sites.map(\.supportParents) == [[], ["a"]])
    let (x, y) = (0.4, -0.7)
    let a = exp(Tensor(x))
    let share = sigmoid(Tensor(y))
    let values = try logJoint.constrained(["a": Tensor(x), "b": Tensor(y)])
    #expect(values["a"]?.scalar == a.scalar)
    expectClose([values["b"]?.scalar ?? .nan], [(a * share).scalar], relative: 1e-15)
    let halfNormal = 0.5 * log(2 / Tensor(.pi)) - 0.5 * square(a)
    let likelihood = -0.5 * log(2 * Tensor(.pi)) - 0.5 * square(1 - a * share)
    // da/dx = a; db/dy = a share (1 - share), of which the density 1 / a of b takes the a away.
    let expected = halfNormal + likelihood + Tensor(x) + log(share * (1 - share))
    let found = try logJoint(["a": Tensor(x), "b": Tensor(y)])
    expectClose(found, expected, relative: 1e-14)
    expectGradient(
      of: { (try? logJoint(["a": $0[0], "b": $0[1]])) ?? Tensor(.nan) },
      at: [Tensor(x), Tensor(y)], "a and b")
  }

  @Test(arguments: guides.map(\.0))
  func noDrawIsOutsideTheSupportAndTheMeanIsThatOfQuadrature(guide name: String) throws {
    let guide = try #require(Self.guides.first { $0.0 == name }).1
    func fit(_ guide: some Guide) throws -> SVIFit { try closeFit(Self.model, guide: guide) }
    let fit = try fit(guide(Self.model))
    #expect(fit.losses.allSatisfy { $0.isFinite })
    #expect(fit.reads.isEmpty)
    let draws = try fit.draws(4000, key: RandomKey(4))
    #expect(draws.names == ["a", "b", "share"])
    #expect(((draws["b"] .> draws["a"]).sum() + (draws["b"] .< 0).sum()).scalar == 0)
    #expect(zip(draws["share"].scalars, (draws["b"] / draws["a"]).scalars).allSatisfy { $0 == $1 })
    // The family is not the posterior: its means are off by some hundredths, and draws by 0.01 more.
    #expect(abs(draws["a"].mean().scalar - Self.means.a) < 0.08, "\(Self.means)")
    #expect(abs(draws["b"].mean().scalar - Self.means.b) < 0.08, "\(Self.means)")
    // Marginal quantiles would need those of a product.
    #expect(try fit.quantiles([0.5]) == nil)
    #expect(try fit.median() == nil)
  }

  /// a ~ Normal(0, 1), b ~ Uniform(a, a + 1), 0.5 ~ Normal(b, 1): the mode is at a = 0, b = 0.5.
  private static let window = Model<Void> { p in
    let a = p.sample("a", Normal(0, 1))
    let b = p.sample("b", Uniform(a, a + 1))
    p.sample("x", Normal(b, 1), observed: 0.5)
  }

  @Test func aPointEstimateIsTheModeOnTheSupports() throws {
    let guide = AutoDelta(Self.window)
    let fit = try SVI(Self.window, guide: guide, optimizer: Adam(learningRate: 0.01)).minimized(
      by: LBFGS(gradientTolerance: 1e-10), key: RandomKey(0))
    #expect(fit.parameters.keys.sorted() == ["a_auto_loc", "b_auto_unconstrained"])
    let point = try #require(try fit.median())
    // A gradient of 1e-10 at curvatures of order 1.
    expectClose([point["a"]?.scalar ?? .nan], [0], relative: 0, absolute: 1e-8)
    expectClose([point["b"]?.scalar ?? .nan], [0.5], relative: 0, absolute: 1e-8)
    let draws = try fit.draws(3, key: RandomKey(1))
    #expect(draws["b"].scalars == Array(repeating: point["b"]?.scalar ?? .nan, count: 3))
  }

  @Test func laplaceDrawsLieOnTheSupports() throws {
    let guide = AutoLaplaceApproximation(Self.window)
    let fit = try SVI(Self.window, guide: guide, optimizer: Adam(learningRate: 0.01)).minimized(
      key: RandomKey(0))
    let draws = try fit.draws(1000, key: RandomKey(1))
    let excess = draws["b"] - draws["a"]
    #expect(excess.min().scalar > 0 && excess.max().scalar < 1)
    #expect(draws["b"].standardDeviation(along: [0]).scalar > 0.1)
  }

  @Test(arguments: [
    Initialization.uniform(), .median(), .mean, .sample, .feasible, .values(["a": 2, "b": 1.5]),
    .values(["b": 0.01]),
  ])
  func everyRuleStartsInsideTheSupport(_ rule: Initialization) throws {
    let logJoint = try LogJoint(Self.model)
    let start = try logJoint.start(rule, key: RandomKey(1))
    let values = try logJoint.constrained(start)
    let (a, b) = (values["a"]?.scalar ?? .nan, values["b"]?.scalar ?? .nan)
    #expect(0 < b && b < a, "\(rule): \(values)")
    if case .values(let given) = rule {
      for (name, value) in given {
        expectClose([values[name]?.scalar ?? .nan], [value.scalar], relative: 1e-14)
      }
    }
  }

  @Test func aSupportMayDependOnAParameter() throws {
    let model = Model<Void> { p in
      let top = p.parameter("top", initially: 2, in: .positive)
      let b = p.sample("b", Uniform(0, top))
      p.sample("x", Normal(b, 0.5), observed: 3)
    }
    #expect(try LogJoint(model).sites.map(\.supportParents) == [["top"]])
    let fit = try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.02))
      .run(steps: 1500, key: RandomKey(0), progress: .silent)
    let top = try #require(fit.parameters["top"]).scalar
    // It rose to make room for the data, and the draws with it.
    #expect(top > 2.5)
    let draws = try fit.draws(500, key: RandomKey(1))["b"]
    #expect(draws.max().scalar < top && draws.max().scalar > 2.5)
  }

  @Test func aSupportByANumberThatWasReadIsFoundToo() throws {
    let model = Model<Void> { p in
      let a = p.sample("a", HalfNormal(1))
      let b = p.sample("b", Uniform(0, Tensor(a.scalar)))
      p.sample("x", Normal(b, 1), observed: 1)
    }
    #expect(try LogJoint(model).sites.map(\.supportParents) == [[], ["a"]])
    let fit = try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.05))
      .run(steps: 20, key: RandomKey(0), progress: .silent)
    #expect(fit.losses.allSatisfy { $0.isFinite })
  }

  @Test func aSiteInsideAPlateHasTheBoundOfItsElement() throws {
    let model = Model<Void> { p in
      let top = p.plate("group", 3) { p in p.sample("top", LogNormal(0, 1)) }
      p.plate("group", 3) { p in
        let b = p.sample("b", Uniform(0, top))
        p.sample("x", Normal(b, 0.1), observed: [0.5, 1, 4])
      }
    }
    for name in ["AutoNormal", "AutoMultivariateNormal"] {
      let guide = try #require(Self.guides.first { $0.0 == name }).1
      func fit(_ guide: some Guide) throws -> SVIFit {
        try SVI(model, guide: guide, optimizer: Adam(learningRate: 0.05))
          .run(steps: 400, key: RandomKey(0), progress: .silent)
      }
      let fit = try fit(guide(model))
      let draws = try fit.draws(300, key: RandomKey(1))
      #expect(draws["b"].shape == [300, 3])
      #expect((draws["b"] .> draws["top"]).sum().scalar == 0)
    }
  }

  @Test func whatAGuideCannotFollowIsNamed() throws {
    let apart = AutoGuideList(Self.model).part(["a"]) { AutoNormal($0) }.rest { AutoNormal($0) }
    let parts = #expect(throws: InferenceError.self) { try apart.prepared(key: RandomKey(0)) }
    #expect(
      parts?.description
        == "AutoGuideList: the support of site \"b\" depends on \"a\", which another part has; "
        + "give both to one part.")

    let model = Model<Void> { p in
      let a = p.sample("a", HalfNormal(1))
      p.plate("row", 10, subsampleSize: 2) { p in _ = p.sample("b", Uniform(0, a)) }
    }
    let rows = #expect(throws: InferenceError.self) {
      try AutoNormal(model).prepared(key: RandomKey(0))
    }
    #expect(
      rows?.description
        == "site \"b\": its support depends on \"a\", and the subsampled plate \"row\" uses other "
        + "rows in each step; draw it from a distribution of fixed support and transform it, as in "
        + "a * u with u ~ Uniform(0, 1).")
  }

  @Test func aConstraintOfAParameterThatMovesIsRefused() throws {
    let model = Model<Void> { p in
      let a = p.parameter("a", initially: 1, in: .positive)
      let b = p.parameter("b", initially: 0.5, in: .interval(0, a))
      p.sample("x", Normal(b, 1), observed: 3)
    }
    let svi = SVI(model, guide: Model { _ in }, optimizer: Adam(learningRate: 0.1))
    let error = #expect(throws: ModelError.self) {
      try svi.run(steps: 100, key: RandomKey(0), progress: .silent)
    }
    #expect(
      error?.description
        == "parameter \"b\": its constraint depends on other parameters or sites, but is fixed when "
        + "a fit starts; constrain a part of it, as in a * p.parameter(\"u\", initially: 0.5, in: "
        + ".unitInterval).")
  }
}
