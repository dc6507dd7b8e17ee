import Distributions
import Inference
import PPL
import TestSupport
import Testing

struct LBFGSTests {
  @Test func findsTheFloorOfRosenbrocksValley() throws {
    let minimum = try LBFGS().minimize(from: [-1.2, 1, -0.5, 2]) { x in
      let (head, tail) = (x[.range(0..<3)], x[.range(1..<4)])
      return (100 * square(tail - square(head)) + square(1 - head)).sum()
    }
    #expect(minimum.isConverged)
    expectClose(minimum.point, [1, 1, 1, 1], relative: 1e-6)
    #expect(minimum.values == minimum.values.sorted(by: >))
    #expect(minimum.value == minimum.values.last)
  }

  @Test func aQuadraticIsSolvedInFewIterations() throws {
    let scales = Tensor([1, 10, 100, 1000])
    let minimum = try LBFGS().minimize(from: [1, 1, 1, 1]) { x in
      (scales * square(x - 0.5)).sum()
    }
    // The gradient ends below 1e-6, with a curvature of 2 at least.
    expectClose(minimum.point, [0.5, 0.5, 0.5, 0.5], relative: 1e-6)
    #expect(minimum.values.count < 40)
  }

  @Test func stepsThatLeaveTheDomainAreShortened() throws {
    // log x is not a number left of 0, where the first long step leads.
    let minimum = try LBFGS().minimize(from: [50]) { x in (x - 3 * log(x)).sum() }
    expectClose(minimum.point, [3], relative: 1e-6)
  }

  @Test func iterationsThatRunOutAreNotConverged() throws {
    let minimum = try LBFGS(iterations: 2).minimize(from: [-1.2, 1]) { x in
      (100 * square(x[1] - square(x[0])) + square(1 - x[0])).sum()
    }
    #expect(!minimum.isConverged && minimum.values.count == 3)
    #expect(minimum.gradientNorms.count == 3)
  }

  @Test func aStartOutsideTheDomainIsNotConverged() throws {
    // The gradient is not a number, which is no small one.
    let minimum = try LBFGS().minimize(from: [-1]) { x in sqrt(x).sum() }
    #expect(minimum.value.isNaN && !minimum.isConverged)
  }

  /// The mean of the coefficients of a regression, by a search that may end early.
  @Test func aFitTellsHowItsSearchEnded() throws {
    let test = TestModel.regression()
    func fit(_ minimizer: LBFGS) throws -> SVIFit {
      try SVI(test.model, guide: AutoDelta(test.model), optimizer: SGD(learningRate: 1))
        .minimized(by: minimizer, key: RandomKey(0))
    }
    let converged = try fit(LBFGS())
    let ended = try #require(converged.minimization)
    // Four parameters or fewer, each with a gradient below 1e-6, or rounding at the size of the loss.
    #expect(ended.isConverged && ended.gradientNorm < 1e-4)
    let norms = converged.records.map(\.gradientNorm)
    #expect(norms.last == ended.gradientNorm && norms[0] > 1e-2)

    let exhausted = try fit(LBFGS(iterations: 1))
    #expect(exhausted.minimization?.isConverged == false)
    #expect(exhausted.records.count == 1)
    #expect(exhausted.records[0] == converged.records[0])
    #expect(exhausted.minimization?.gradientNorm == exhausted.records[0].gradientNorm)

    let stepped = try SVI(
      test.model, guide: AutoDelta(test.model), optimizer: SGD(learningRate: 1e-4)
    )
    .run(steps: 1, key: RandomKey(0), progress: .silent)
    #expect(stepped.minimization == nil)
  }

  @Test func theStartMayBeTheEnd() throws {
    let minimum = try LBFGS().minimize(from: [0]) { square($0).sum() }
    #expect(minimum.isConverged && minimum.values == [0])
  }

  @Test func aModelThatReadsItsDrawsIsMinimizedToo() throws {
    func fit(reads: Bool) throws -> SVIFit {
      let model = Model<Void> { p in
        let x = p.sample("x", Normal(1, 2))
        let mean = reads && x.scalar > -1e9 ? x : x + 0
        p.sample("y", Normal(mean, 0.5), observed: 2)
      }
      return try SVI(model, guide: AutoDelta(model), optimizer: SGD(learningRate: 1))
        .minimized(key: RandomKey(0))
    }
    let (plain, reading) = (try fit(reads: false), try fit(reads: true))
    #expect(plain.reads.isEmpty && !reading.reads.isEmpty)
    expectClose(
      try #require(plain.parameters["x_auto_loc"]).scalars, [(0.25 + 8) / 4.25], relative: 1e-6)
    expectClose(
      try #require(reading.parameters["x_auto_loc"]),
      try #require(plain.parameters["x_auto_loc"]), relative: 1e-6)
  }

  @Test func settingsOutOfRangeAreRefused() {
    expectError("LBFGS: memory is 0 and iterations 1000, but must be positive.") {
      try LBFGS(memory: 0).validate()
    }
    expectError("LBFGS: the tolerances are -1.0 and 1e-14, but must not be negative.") {
      try LBFGS(gradientTolerance: -1).validate()
    }
  }
}
