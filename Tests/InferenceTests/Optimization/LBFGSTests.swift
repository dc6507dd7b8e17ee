import Distributions
import Inference
import PPL
import TestModels
import TestSupport
import Testing

struct LBFGSTests {
  @Test func theSearchFindsTheFloorOfRosenbrocksValley() throws {
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

  /// 434 rows, a response about 90, a predictor about 100: as a person has them, not standardized.
  private static func regression() -> Model<Void> {
    let (first, second) = RandomKey(11).split()
    let x = 100 + 15 * first.normal([434])
    let y = 26 + 0.6 * x + 18 * second.normal([434])
    return Model { p in
      let intercept = p.sample("intercept", Normal(0, 100))
      let slope = p.sample("slope", Normal(0, 10))
      let sigma = p.sample("sigma", HalfCauchy(2.5))
      p.plate("row", 434) { p in
        _ = p.sample("y", Normal(intercept + slope * x, sigma), observed: y)
      }
    }
  }

  @Test(arguments: 0..<6)
  func aRegressionOnDataAsTheyAreConverges(seed: Int) throws {
    let model = Self.regression()
    let svi = SVI(
      model, guide: AutoMultivariateNormal(model), optimizer: SGD(learningRate: 1),
      loss: TraceELBO(particles: 100))
    let fit = try svi.minimized(key: RandomKey(UInt64(seed)))
    let ended = try #require(fit.minimization)
    #expect(ended.isConverged && ended.termination == .smallGradient, "\(ended)")
    // A millionth of a loss of some 1900.
    #expect(ended.gradientNorm < 1e-2)
    // The guide's own mean at 100 draws of three numbers is within half a deviation of the mode, by far.
    let mode = try #require(
      try SVI(model, guide: AutoDelta(model), optimizer: SGD(learningRate: 1))
        .minimized(key: RandomKey(0)).median())
    let draws = try fit.draws(2_000, key: RandomKey(1))
    for name in ["intercept", "slope", "sigma"] {
      let deviation = draws[name].standardDeviation(along: [0]).scalar
      let shift = (draws[name].mean(along: [0]) - (mode[name] ?? 0)).scalar
      #expect(abs(shift) < 0.5 * deviation, "\(name): \(shift / deviation) deviations")
    }
  }

  @Test func aSearchThatCannotDescendDoesNotConverge() {
    // The value is flat while the gradient claims a slope, as where rounding hides every descent.
    var calls = 0
    let minimum = LBFGS().minimize(from: [1, 2]) { _ in
      calls += 1
      return (5, [300, 60])
    }
    #expect(minimum.termination == .noDescent && !minimum.isConverged)
    #expect(minimum.point == [1, 2] && calls > 1)
  }

  @Test func aCollapsedSearchBeginsAgainAlongTheSteepestDescent() throws {
    // Two valleys of which the first has the curvature 1e12 of the second, met where the memory is of the flat one.
    let minimum = try LBFGS().minimize(from: [-3, 4]) { x in
      let wall = 1e6 * square(softplus(20 * (x[0] - 0.5)))
      return (square(x[0] - 1) + 1e-6 * square(x[1]) + wall)
    }
    #expect(minimum.isConverged, "\(minimum.termination)")
    #expect(minimum.gradient.allSatisfy { abs($0) <= 1e-6 * max(1, minimum.value) })
  }

  @Test func roundingAtTheSizeOfTheFunctionIsNoFailure() throws {
    // At 1e9 the value has no digits left for a gradient of 1e-6; a millionth of the size is asked for there.
    let minimum = try LBFGS().minimize(from: [3, -2]) { x in 1e9 + (square(x) * [1, 50]).sum() }
    #expect(minimum.isConverged)
    expectClose(minimum.point, [0, 0], relative: 0, absolute: 1e-2)
  }

  @Test func theTerminationIsTold() throws {
    let valley: @Sendable (Tensor) -> Tensor = { x in
      100 * square(x[1] - square(x[0])) + square(1 - x[0])
    }
    #expect(try LBFGS().minimize(from: [-1.2, 1], valley).termination == .smallGradient)
    #expect(
      try LBFGS(iterations: 2).minimize(from: [-1.2, 1], valley).termination
        == .iterationsExhausted)
    #expect(try LBFGS().minimize(from: [-1]) { sqrt($0).sum() }.termination == .notFinite)
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
