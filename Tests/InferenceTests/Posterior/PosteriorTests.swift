import Distributions
import Inference
import PPL
import TestModels
import TestSupport
import Testing

struct PosteriorTests {
  // The tests of reference posteriors have a type of this name.
  private typealias Posterior = Inference.Posterior

  private let origin = Posterior.Origin(method: "by hand")

  private func fit() throws -> SVIFit {
    let model = TestModel.groups().model
    return try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.05))
      .run(steps: 20, key: RandomKey(0), progress: .silent)
  }

  @Test func theDrawsOfAFitAreThoseOfItsGuide() throws {
    let fit = try fit()
    let posterior = try fit.posterior(draws: 7, key: RandomKey(1))
    let draws = try fit.draws(7, key: RandomKey(1))
    #expect(posterior.draws.names == draws.names)
    #expect(posterior.draws["theta"].scalars == draws["theta"].scalars)
    #expect(posterior["theta"].shape == [1, 7, 3])
    #expect(posterior.origin.method == "SVI" && posterior.origin.settings["steps"] == "20")
    #expect(posterior.table() == draws.table())
  }

  @Test func elementsHaveTheLabelsOfTheirPlates() throws {
    let posterior = try fit().posterior(draws: 4, key: RandomKey(1))
    #expect(posterior.axes["theta"] == ["group"])
    #expect(posterior.elementNames(of: "theta") == ["theta[0]", "theta[1]", "theta[2]"])
    let labelled = try posterior.labelled("group", ["a", "b", "c"])
    #expect(labelled.elementNames(of: "theta") == ["theta[a]", "theta[b]", "theta[c]"])
    #expect(labelled.table().contains("theta[b]"))
    expectError(
      "Posterior: plate \"group\" has 2 labels, but must have 3, one for each element."
    ) { _ = try posterior.labelled("group", ["a", "b"]) }
    #expect(throws: InferenceError.unknownSite("row", known: ["group"])) {
      try posterior.labelled("row", ["a"])
    }
  }

  @Test func platesOfASiteWithAnEventAreBeforeItsLastAxes() throws {
    let model = Model<Void> { p in
      p.plate("row", 2, dim: -2) { p in
        p.plate("column", 3, dim: -1) { p in
          let x = p.sample("x", Dirichlet([1, 2, 3, 4]))
          p.deterministic("first", x[.ellipsis, .at(0)])
        }
      }
    }
    let fit = try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.05))
      .run(steps: 2, key: RandomKey(0), progress: .silent)
    let posterior = try fit.posterior(draws: 2, key: RandomKey(1))
    #expect(posterior.axes["x"] == ["row", "column", nil])
    #expect(posterior.axes["first"] == ["row", "column"])
    let labelled = try posterior.labelled("column", ["a", "b", "c"])
    #expect(labelled.elementNames(of: "x")[5] == "x[0, b, 1]")
  }

  @Test func chainsAreTheFirstAxis() throws {
    let draws = Draws(count: 6, sites: [("x", Tensor([0, 1, 2, 10, 11, 12]))])
    let posterior = try Posterior(draws, chains: 2, origin: origin)
    #expect(posterior.drawsPerChain == 3)
    #expect(posterior["x"].shape == [2, 3])
    #expect(posterior["x"][0].scalars == [0, 1, 2])
    #expect(posterior.summaries(of: "x")[0].mean == 6)
  }

  @Test func drawsMustDivideIntoChainsAndHaveTheirStatistics() throws {
    let draws = Draws(count: 4, sites: [("x", Tensor([0, 1, 2, 3]))])
    expectError(
      "Posterior: there are 4 draws of 3 chains, but each chain must have the same number."
    ) { _ = try Posterior(draws, chains: 3, origin: origin) }
    expectError(
      "Posterior: there are statistics of 3 draws, but must have one for each of the 4 draws."
    ) {
      _ = try Posterior(draws, statistics: Draws(count: 3, sites: []), origin: origin)
    }
    #expect(throws: InferenceError.count("the number of chains", 0)) {
      try Posterior(draws, chains: 0, origin: origin)
    }
  }
}
