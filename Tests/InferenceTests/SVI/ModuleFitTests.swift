import Distributions
import Inference
import PPL
import TestSupport
import Testing

/// Networks inside models, fitted.
struct ModuleFitTests {
  private let x = RandomKey(1).uniform([400, 1], in: -2..<2)
  private var y: Tensor { sin(2 * x[.all, .at(0)]) + 0.1 * RandomKey(2).normal([400]) }

  private func regression(
    _ network: @escaping @Sendable (inout Context) -> BoundModule
  ) -> Model<Void> {
    let (x, y) = (x, y)
    return Model { p in
      let f = network(&p)
      let noise = p.parameter("noise", initially: 0.5, in: .positive)
      p.plate("row", 400, subsampleSize: 40) { p in
        let mean = f(p.subsample(x, eventRank: 1))[.ellipsis, .at(0)]
        p.deterministic("mean", mean)
        p.sample("y", Normal(mean, noise), observed: p.subsample(y))
      }
    }
  }

  @Test func aNetworkOnMinibatchesLearnsAFunction() throws {
    let network = Sequential(Linear(1, 32), ReLU(), Linear(32, 1))
    let model = regression { $0.module("net", network) }
    let guide = Model { _ in }
    let svi = SVI(model, guide: guide, optimizer: Adam(learningRate: 0.01))
    let fit = try svi.run(steps: 1200, key: RandomKey(0), progress: .silent)
    #expect(fit.reads.isEmpty)

    let grid = Tensor((0...30).map { -1.8 + 0.12 * Double($0) }).reshaped(to: [31, 1])
    let found = try Model { p in p.module("net", network)(grid) }
      .under(Substitute(fit.parameters)).outputAndTrace().output
    let error = found[.all, .at(0)] - sin(2 * grid[.all, .at(0)])
    // The noise of the data, 0.1, over some ten rows for each of the network's pieces, and steps that do not end.
    #expect(square(error).mean().scalar.squareRoot() < 0.07)
    let noise = try #require(fit.parameters["noise"]).scalar
    #expect(abs(noise - 0.1) < 0.03)
  }

  @Test func aStepRunsTheFusedLayer() throws {
    let network = Sequential(Linear(1, 32), ReLU(), Linear(32, 1))
    let model = regression { $0.module("net", network) }
    let svi = SVI(model, guide: Model { _ in }, optimizer: Adam(learningRate: 0.01))
    let profile = try svi.profile(at: svi.initialState(key: RandomKey(0)), steps: 3)
    #expect("\(profile)".contains("affineReLU"), "\(profile)")
  }

  @Test func aBayesianNetworkLearnsAFunctionAndHowWellItIsKnown() throws {
    let network = Sequential(Linear(1, 12), Tanh(), Linear(12, 1))
    let model = regression { $0.randomModule("net", network, prior: Normal(0, 1)) }
    let guide = AutoNormal(model, initialization: .uniform(radius: 1), scale: 0.01)
    let svi = SVI(model, guide: guide, optimizer: Adam(learningRate: 0.02))
    let fit = try svi.run(steps: 1000, key: RandomKey(0), progress: .silent)
    #expect(fit.reads.isEmpty)

    let places = Tensor((0...12).map { -1.8 + 0.3 * Double($0) }).reshaped(to: [13, 1])
    let curve = Model<Void> { p in
      let f = p.randomModule("net", network, prior: Normal(0, 1))
      p.deterministic("f", f(places)[.all, .at(0)])
    }
    let draws = try fit.draws(200, key: RandomKey(1))
    let f = try Predictive(curve, given: draws)(key: RandomKey(2))["f"]
    let mean = f.mean(along: [0])
    let error = mean - sin(2 * places[.all, .at(0)])
    let deviation = sqrt(square(f - mean).mean(along: [0]))
    // The curve has a height of 1. The prior's spread is that of 12 terms of variance below 1, up to 3.6; the data leave
    // little of it, but not nothing.
    #expect(square(error).mean().scalar.squareRoot() < 0.25)
    #expect(deviation.max().scalar < 0.5)
    #expect(deviation.min().scalar > 0.005)
  }
}
