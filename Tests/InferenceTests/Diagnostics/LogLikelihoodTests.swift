import Distributions
import Inference
import PPL
import TestSupport
import Testing

/// Densities of data, point by point and draw by draw.
struct LogLikelihoodTests {
  private let y = Tensor([0.3, -0.1, 0.8])
  private var model: Model<Void> {
    let y = y
    return Model { p in
      let mu = p.sample("mu", Normal(0, 1))
      let tau = p.sample("tau", HalfNormal(1))
      let shifted = p.deterministic("shifted", mu + Tensor([1, 2, 3]))
      p.plate("row", 3) { p in _ = p.sample("y", Normal(shifted, tau), observed: y) }
      p.sample("pair", Normal(.zeros([2]), 1).toEvent(1), observed: [1, 2])
    }
  }
  private let draws = Draws(
    count: 4,
    sites: [("mu", [0, 1, -2, 0.5]), ("tau", [1, 2, 0.5, 3]), ("shifted", .zeros([4, 3]))])

  @Test func logLikelihoodIsTheDensityOfEachPointGivenEachDraw() throws {
    let found = try draws.logLikelihood(of: "y", in: model)
    #expect(found.shape == [4, 3])
    for draw in 0..<4 {
      let (mu, tau) = (draws["mu"][.at(draw)], draws["tau"][.at(draw)])
      let expected = Normal(mu + Tensor([1, 2, 3]), tau).logProb(y)
      // The same operations, eager and replayed.
      #expect(found[.at(draw)].scalars == expected.scalars)
    }
    // A vector is one point.
    let pairs = try draws.logLikelihood(of: "pair", in: model)
    #expect(pairs.shape == [4])
    expectClose(pairs, .full(Normal(0, 1).logProb([1, 2]).sum().scalar, [4]), relative: 1e-15)
  }

  @Test func threadsChangeNoDigit() throws {
    let one = try draws.logLikelihood(of: "y", in: model, pool: .serial)
    #expect(one.scalars == (try draws.logLikelihood(of: "y", in: model)).scalars)
  }

  @Test func aFitHasOneForEachDraw() throws {
    let fit = try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.05))
      .run(steps: 50, key: RandomKey(0), progress: .silent)
    let draws = try fit.draws(20, key: RandomKey(1))
    let tau = draws["tau"].expandingDimension(at: 1)
    #expect(
      try draws.logLikelihood(of: "y", in: model).scalars
        == Normal(draws["shifted"], tau).logProb(y).scalars)
  }

  @Test func aMaskedPointHasNoneAndNoPointIsWeighed() throws {
    let y = Tensor([0.3, .nan, 0.8])
    let masked = Model<Void> { p in
      let mu = p.sample("mu", Normal(0, 1))
      p.plate("row", 3) { p in
        _ = p.sample("y", Normal(mu, 1), observed: y, mask: Tensor([1, 0, 1]))
      }
    }.scaled(by: 10)
    let found = try Draws(count: 1, sites: [("mu", [0.5])]).logLikelihood(of: "y", in: masked)
    let first = Normal(0.5, 1).logProb(0.3).scalar
    let last = Normal(0.5, 1).logProb(0.8).scalar
    #expect(found.scalars == [first, 0, last])
  }

  @Test func parametersOfTheModelAreGiven() throws {
    let model = Model<Void> { p in
      let shift = p.parameter("shift", initially: 0)
      let mu = p.sample("mu", Normal(0, 1))
      p.sample("y", Normal(mu + shift, 1), observed: 2)
    }
    let draws = Draws(count: 2, sites: [("mu", [1, 3])])
    #expect(
      try draws.logLikelihood(of: "y", in: model, parameters: ["shift": 10]).scalars
        == Normal([11, 13], 1).logProb(2).scalars)
    #expect(throws: InferenceError.missingValue("shift")) {
      try draws.logLikelihood(of: "y", in: model)
    }
  }

  @Test func whatIsMissingIsNamed() throws {
    #expect(throws: InferenceError.missingValue("tau")) {
      try Draws(count: 1, sites: [("mu", [0])]).logLikelihood(of: "y", in: model)
    }
    for name in ["mu", "yy"] {
      #expect(throws: InferenceError.unknownSite(name, known: ["y", "pair"])) {
        try draws.logLikelihood(of: name, in: model)
      }
    }
    #expect(throws: InferenceError.count("the number of draws", 0)) {
      try Draws(count: 0, sites: []).logLikelihood(of: "y", in: model)
    }
    let subsampled = Model<Void> { p in
      let mu = p.sample("mu", Normal(0, 1))
      p.plate("row", 3, subsampleSize: 2) { p, rows in
        _ = p.sample("y", Normal(mu, 1), observed: rows.taken(from: [1, 2, 3]))
      }
    }
    #expect(throws: InferenceError.missingValue("row")) {
      try draws.logLikelihood(of: "y", in: subsampled)
    }
  }
}
