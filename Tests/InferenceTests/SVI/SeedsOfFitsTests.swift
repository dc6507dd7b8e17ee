import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

/// Fits of models that draw more than their sites: starts of parameters, rows, random keys.
struct SeedsOfFitsTests {
  static let guides: [(String, @Sendable (Model<Void>) -> any Guide)] = [
    ("AutoNormal", { AutoNormal($0) }),
    ("AutoNormal from the median", { AutoNormal($0, initialization: .median()) }),
    ("AutoDelta", { AutoDelta($0) }),
    ("AutoDiagonalNormal", { AutoDiagonalNormal($0) }),
    ("AutoMultivariateNormal", { AutoMultivariateNormal($0) }),
    ("AutoLowRankMultivariateNormal", { AutoLowRankMultivariateNormal($0) }),
    ("AutoLaplaceApproximation", { AutoLaplaceApproximation($0) }),
    ("AutoGuideList", { AutoGuideList($0).rest { AutoNormal($0) } }),
  ]

  private static let x = RandomKey(1).normal([20, 2])

  /// Models whose parameters start from draws.
  static let models: [(String, Model<Void>)] = [
    (
      "module",
      Model { p in
        let shift = p.sample("shift", Normal(0, 1))
        let f = p.module("net", Linear(2, 1))
        p.sample("y", Normal(shift + f(x)[.all, .at(0)], 1), observed: x[.all, .at(0)])
      }
    ),
    (
      "randomModule of which a part is random",
      Model { p in
        let f = p.randomModule("net", Linear(2, 1), prior: ["bias": Normal(0, 1)])
        p.sample("y", Normal(f(x)[.all, .at(0)], 1), observed: x[.all, .at(0)])
      }
    ),
    (
      "parameter that starts from a key",
      Model { p in
        let shift = p.sample("shift", Normal(0, 1))
        let w = p.parameter("w") { key in key.normal([2]) }
        p.sample("y", Normal(shift + matmul(x, w), 1), observed: x[.all, .at(0)])
      }
    ),
    (
      "random key",
      Model { p in
        let shift = p.sample("shift", Normal(0, 1))
        let noise = p.randomKey("noise").normal([20])
        p.deterministic("total", shift + noise.sum())
        p.sample("y", Normal(shift + 0.01 * noise, 1), observed: x[.all, .at(0)])
      }
    ),
  ]

  @Test(arguments: guides.map(\.0), models.map(\.0))
  func automaticGuidesSeedTheRunThatTheyStartFrom(guide name: String, model kind: String) throws {
    let guide = try #require(Self.guides.first { $0.0 == name }).1
    let model = try #require(Self.models.first { $0.0 == kind }).1
    func fitted(_ guide: some Guide) throws -> [SVIFit] {
      let svi = SVI(model, guide: guide, optimizer: Adam(learningRate: 0.01))
      return [
        try svi.run(steps: 5, key: RandomKey(0), progress: .silent),
        try svi.minimized(key: RandomKey(0)),
      ]
    }
    for fit in try fitted(guide(model)) {
      #expect(fit.losses.allSatisfy { $0.isFinite })
      let draws = try fit.draws(3, key: RandomKey(2))
      for name in draws.names { #expect(draws[name].scalars.allSatisfy { $0.isFinite }) }
    }
  }

  @Test func aNetworkStartsFromTheDrawOfTheGuidesSeed() throws {
    let model = Self.models[0].1
    let svi = SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.01))
    func start(_ seed: UInt64) throws -> [Double] {
      let state = try svi.initialState(key: RandomKey(seed))
      return state.layout.constrained(state.parameters)["net/weight"]?.scalars ?? []
    }
    #expect(try start(1).count == 2 && start(1) == start(1) && start(1) != start(2))
  }

  private static let rows = 1000
  /// y = 0, …, 999, of which a step sees ten.
  private static let minibatches = Model<Void> { p in
    let mean = p.sample("mean", Normal(0, 1))
    let deviation = p.parameter("deviation", in: .positive) { key in exp(0.1 * key.normal([])) }
    p.plate("row", rows, subsampleSize: 10) { p in
      p.sample(
        "y", Normal(1000 * mean, 300 * deviation), observed: p.subsample(.arange(rows)))
    }
  }

  @Test func minibatchesOfAModelWithADrawnStartAreDrawnAnewForEachStep() throws {
    let fit = try closeFit(Self.minibatches, particles: 1)
    let mean = 1000 * (try #require(fit.parameters["mean_auto_loc"]).scalar)
    // The posterior has the mean 499.5 and the deviation 288.7 / √1000 = 9.1. Steps of 0.0005 leave noise of half of it.
    #expect(abs(mean - 499.5) < 4.6)
    // Ten other rows in each step: no two losses are the same.
    #expect(Set(fit.losses).count == fit.losses.count)
  }

  @Test func aSeedThatWouldFreezeTheMinibatchIsRefused() throws {
    let seeded = Self.minibatches.seeded(by: RandomKey(3))
    let svi = SVI(seeded, guide: AutoNormal(seeded), optimizer: Adam(learningRate: 0.01))
    let error = #expect(throws: InferenceError.self) {
      try svi.run(steps: 1, key: RandomKey(0), progress: .silent)
    }
    #expect(
      error?.description
        == "the model is seeded, so \"row\" would be drawn from the same key in every step; SVI "
        + "seeds model and guide again for each step: leave out seeded(by:).")
  }

  @Test func aSeedThatWouldFreezeTheDrawsOfAGuideIsRefused() throws {
    let model = Model<Void> { p in
      let z = p.sample("z", Normal(0, 1))
      p.sample("y", Normal(z, 1), observed: 1)
    }
    let guide = Model<Void> { p in
      _ = p.sample("z", Normal(p.parameter("loc", initially: 0), 1))
    }.seeded(by: RandomKey(0))
    let svi = SVI(model, guide: guide, optimizer: Adam(learningRate: 0.01))
    let error = #expect(throws: InferenceError.seeded("z", in: "guide")) {
      try svi.run(steps: 1, key: RandomKey(0), progress: .silent)
    }
    #expect(
      error?.description
        == "the guide is seeded, so \"z\" would be drawn from the same key in every step; SVI "
        + "seeds model and guide again for each step: leave out seeded(by:).")
  }

  @Test func aSeedOfKeysThatAreNoSitesIsTheModelsOwnAffair() throws {
    let model = Self.models[3].1
    func losses(_ model: Model<Void>) throws -> [Double] {
      let svi = SVI(model, guide: AutoDelta(model), optimizer: Adam(learningRate: 0.01))
      let state = try svi.initialState(key: RandomKey(0))
      return try [1, 2].map { try svi.evaluate(at: state, key: RandomKey($0)) }
    }
    // The same draws in every step, so that the loss is a smooth function of the parameters; else new ones in each.
    let (seeded, plain) = (try losses(model.seeded(by: RandomKey(7))), try losses(model))
    #expect(seeded[0] == seeded[1])
    #expect(plain[0] != plain[1])
  }

  @Test func laplaceTakesTheCurvatureAtTheFittedParameters() throws {
    let y = Tensor([2, 2.5, 3, 3.5])
    let model = Model<Void> { p in
      let z = p.sample("z", Normal(0, 10))
      let deviation = p.parameter("deviation", initially: 5, in: .positive)
      p.plate("row", 4) { p in _ = p.sample("y", Normal(z, deviation), observed: y) }
    }
    let svi = SVI(
      model, guide: AutoLaplaceApproximation(model), optimizer: Adam(learningRate: 0.01))
    let fit = try svi.minimized(key: RandomKey(0))
    let deviation = try #require(fit.parameters["deviation"]).scalar
    let precision = 4 / (deviation * deviation) + 0.01
    let levels = try #require(try fit.quantiles([0.5, normalCDF(1).scalar]))["z"].scalars
    // By the start of the parameter, 5, the deviation would be 2.4 in place of 0.28.
    expectClose([levels[1] - levels[0]], [1 / precision.squareRoot()], relative: 1e-9)
  }
}
