import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

/// Threads decide how long work takes, and no digit of what comes out.
struct ThreadsTests {
  private struct Refused: Error, Equatable { let index: Int }

  @Test(arguments: [1, 2, 3, 8, 100], [0, 1, 5, 64])
  func partsCoverAllWorkInOrder(threads: Int, total: Int) throws {
    let parts = try Threads(threads).map(total) { Array($0) }
    #expect(parts.flatMap(\.self) == Array(0..<total))
    #expect(parts.count == max(1, min(threads, total)))
    let sizes = parts.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  @Test func theErrorOfTheFirstPartIsThrown() {
    #expect(throws: Refused(index: 2)) {
      try Threads(8).map(8) { part in
        if part.lowerBound >= 2 { throw Refused(index: part.lowerBound) }
      }
    }
  }

  @Test func automaticIsAtLeastOne() {
    #expect(Threads.automatic.count >= 1)
    #expect(Threads.one.count == 1)
  }

  @Test func thereIsAtLeastOneThread() {
    expectError("Threads: the number is 0, but must be positive.") {
      try Threads(0).validate()
    }
  }

  // MARK: Draws

  private func expectSame(
    _ draws: (Threads) throws -> Draws, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let one = try draws(.one)
    for threads in [2, 8, 64] {
      let several = try draws(Threads(threads))
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
    try expectSame { try fit.draws(37, key: RandomKey(1), threads: $0) }
    try expectSame {
      try fit.predictions(test.model.unconditioned(), 37, key: RandomKey(2), threads: $0)
    }
  }

  @Test func drawsOfAGuideByHandAreTheSameOnAnyNumberOfThreads() throws {
    let guide = Model<Void> { p in
      let loc = p.parameter("loc", initially: 0.5)
      p.sample("mu", Normal(loc, 2))
    }
    try expectSame { try guide.draws(13, parameters: ["loc": 1], key: RandomKey(5), threads: $0) }
  }

  @Test func priorDrawsAreTheSameOnAnyNumberOfThreads() throws {
    let model = Model<Tensor> { p in
      let scale = p.sample("scale", LogNormal(0, 1))
      return p.sample("x", Normal(.zeros([3]), scale))
    }
    try expectSame { try Predictive(model, draws: 21)(key: RandomKey(7), threads: $0) }
  }

  @Test func drawsOfAModelThatReadsAValueAreTheSameOnAnyNumberOfThreads() throws {
    let model = Model<Tensor> { p in
      let z = p.sample("z", Normal(0, 1))
      return p.sample("x", Normal(z.scalar < 0 ? -10 : 10, 1))
    }
    try expectSame { try Predictive(model, draws: 21)(key: RandomKey(7), threads: $0) }
  }
}
