import Distributions
import PPL
import Parallel
import TestModels
import TestSupport
import Testing

@testable import Inference

/// Draws do not depend on the number of threads that share them.
struct DrawsOnThreadsTests {
  private func expectSame(
    _ draws: (WorkPool) throws -> Draws, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let one = try draws(.serial)
    for threads in [2, 8, 64] {
      let several = try draws(WorkPool(threads: threads))
      #expect(several.names == one.names, sourceLocation: sourceLocation)
      for name in one.names {
        #expect(several[name].shape == one[name].shape, sourceLocation: sourceLocation)
        // Bits, since a draw may be no number.
        #expect(
          several[name].scalars.map(\.bitPattern) == one[name].scalars.map(\.bitPattern),
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test func drawsOfAFitAreTheSameOnAnyNumberOfThreads() throws {
    let test = TestModel.groups()
    let fit = try SVI(
      test.model, guide: AutoNormal(test.model), optimizer: Adam(learningRate: 0.05)
    ).run(steps: 20, key: RandomKey(0), progress: .silent)
    try expectSame { try fit.draws(37, key: RandomKey(1), pool: $0) }
    try expectSame {
      try fit.predictions(test.model.unconditioned(), 37, key: RandomKey(2), pool: $0)
    }
  }

  @Test func drawsOfAGuideByHandAreTheSameOnAnyNumberOfThreads() throws {
    let guide = Model<Void> { p in
      let loc = p.parameter("loc", initially: 0.5)
      p.sample("mu", Normal(loc, 2))
    }
    try expectSame { try guide.draws(13, parameters: ["loc": 1], key: RandomKey(5), pool: $0) }
  }

  @Test func priorDrawsAreTheSameOnAnyNumberOfThreads() throws {
    let model = Model<Tensor> { p in
      let scale = p.sample("scale", LogNormal(0, 1))
      return p.sample("x", Normal(.zeros([3]), scale))
    }
    try expectSame { try Predictive(model, draws: 21)(key: RandomKey(7), pool: $0) }
  }

  @Test func drawsOfAModelThatReadsAValueAreTheSameOnAnyNumberOfThreads() throws {
    let model = Model<Tensor> { p in
      let z = p.sample("z", Normal(0, 1))
      return p.sample("x", Normal(z.scalar < 0 ? -10 : 10, 1))
    }
    try expectSame { try Predictive(model, draws: 21)(key: RandomKey(7), pool: $0) }
  }
}
