import Assimilation
import Autodiff
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite struct TwinExperimentTests {
  private let points = 6

  /// A field that moves around a ring of six points, with model errors.
  private func twin(
    _ plan: ObservationPlan? = nil, steps: Int = 40, key: RandomKey = RandomKey(1)
  ) throws -> TwinExperiment {
    let noise = NormalNoise(variances: Array(repeating: 0.1, count: points))
    return try TwinExperiment(
      LinearAdvection(points: points, damping: 0.95, noise: noise),
      initial: .normal(mean: Array(repeating: 0, count: points), variance: 1),
      observing: plan ?? .every(2, points: [0, 3], variance: 0.2), steps: steps, key: key)
  }

  @Test(arguments: [0, 1, 7, 19]) func aRunInPartsHasTheSameBits(_ first: Int) throws {
    let twin = try twin()
    for filter in [
      EnKF(members: 8, inflation: 1.02), ETKF(members: 8, rotation: .random), EnSRF(members: 8),
      FreeRun(),
    ] as [any Filter] {
      let whole = try twin.run(filter, burnIn: 3, key: RandomKey(2))
      var checkpoint = try twin.start(filter, burnIn: 3, key: RandomKey(2))
      twin.advance(&checkpoint, filter, cycles: first)
      let stored = try JSONEncoder().encode(checkpoint)
      var resumed = try JSONDecoder().decode(TwinCheckpoint.self, from: stored)
      twin.advance(&resumed, filter)
      #expect(resumed.run == whole, "\(filter.name)")
      #expect(whole.rows.count == 20 && whole.failure == nil)
    }
  }

  @Test func whatIsCostlyCanBeMeasuredNowAndThenWithoutTouchingErrors() async throws {
    let twin = try twin()
    let always = try twin.run(EnKF(members: 8), key: RandomKey(2))
    let rarely = try twin.run(EnKF(members: 8), every: 5, key: RandomKey(2))
    #expect(always.rows.map(\.analysisMSE) == rarely.rows.map(\.analysisMSE))
    for (time, (all, some)) in zip(always.rows, rarely.rows).enumerated() {
      #expect(some.forecastCRPS == (time.isMultiple(of: 5) ? all.forecastCRPS : nil))
      #expect(
        some.innovationChiSquare == (time.isMultiple(of: 5) ? all.innovationChiSquare : nil))
    }
    #expect(rarely.rankCounts.reduce(0, +) == 4 * points)
    let message = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = LinearAdvection(points: 6, damping: 0.95, noise: nil)
      _ = try TwinExperiment(
        model, initial: .normal(mean: [0, 0, 0, 0, 0, 0], variance: 1),
        observing: .every(2, points: [0], variance: 1), steps: 4, key: RandomKey(0)
      ).run(FreeRun(), every: 0, key: RandomKey(1))
    }
    expectMessage("TwinExperiment: measures every 0 analyses.", of: message)
  }

  @Test func aBurnInIsNotNegative() async {
    let message = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try TwinExperiment(
        LinearAdvection(points: 1), initial: .normal(mean: [0], variance: 1),
        observing: .every(1, points: [0], variance: 1), steps: 2, key: RandomKey(0)
      ).run(FreeRun(), burnIn: -1, key: RandomKey(1))
    }
    expectMessage("TwinExperiment: a burn-in of -1 analyses.", of: message)
  }

  @Test func theTruthDoesNotDependOnTheFilters() throws {
    let (a, b) = (try twin(), try twin())
    #expect(a.truth == b.truth && a.observations == b.observations)
    #expect(try twin(key: RandomKey(2)).truth != a.truth)
    _ = try a.run(EnKF(members: 4), key: RandomKey(1))
    #expect(a.truth == b.truth)
  }

  @Test func observationsHaveTheErrorsOfThePlan() throws {
    let plan = ObservationPlan.every(1, points: [0, 3], variance: 0.2)
    let twin = try twin(plan, steps: 2_000)
    var sums = [0.0, 0]
    for (k, seen) in twin.observations.enumerated() {
      for (i, point) in seen.points.enumerated() {
        let error = seen.values[i] - twin.truth[k, point]
        sums[0] += error / 4_000
        sums[1] += error * error / 4_000
      }
    }
    // Five standard errors: sqrt(0.2 / 4000) and 0.2 sqrt(2 / 4000).
    #expect(abs(sums[0]) < 0.036 && abs(sums[1] - 0.2) < 0.023)
  }

  @Test func unevenTimesAndChangingObservationsAreMet() throws {
    let plan = ObservationPlan { step in
      switch step {
      case 1: ([0], [0.1])
      case 4: ([], [])
      case 5: ([5, 2, 2], [0.1, 0.2, 0.3])
      case 11: ([1, 2, 3], [0.1, .init(0.5), 2])
      default: nil
      }
    }
    let twin = try twin(plan, steps: 12)
    #expect(twin.times == [1, 4, 5, 11])
    #expect(twin.observations.map(\.count) == [1, 0, 3, 3])
    let run = try twin.run(ETKF(members: 5), key: RandomKey(1))
    #expect(run.rows.map(\.step) == [1, 4, 5, 11])
    #expect(run.rows.map(\.observationCount) == [1, 0, 2, 3])
    #expect(run.rows[1].forecastMSE == run.rows[1].analysisMSE)
    #expect(run.failure == nil)
  }

  @Test func missingObservationsAreAsManyAsSaid() throws {
    let all = ObservationPlan.every(1, points: Array(0..<points), variance: 1)
    let plan = all.missing(probability: 0.3, key: RandomKey(5))
    let kept = (1...1_000).reduce(0) { $0 + (plan($1)?.points.count ?? 0) }
    // A binomial of 6000 with deviation 35; four of them.
    #expect(abs(kept - 4_200) < 142)
    #expect(all.missing(probability: 0, key: RandomKey(1))(1)?.points == Array(0..<points))
    #expect(all.missing(probability: 1, key: RandomKey(1))(1)?.points == [])
    #expect(try self.twin(plan).run(EnSRF(members: 5), key: RandomKey(1)).failure == nil)
  }

  @Test func aFilterThatDivergesIsAFailedRowThatKeepsWhatWasBefore() throws {
    let twin = try twin()
    let run = try twin.run(Spoiled(at: 12), key: RandomKey(2))
    let good = try twin.run(ETKF(members: 5), key: RandomKey(2))
    #expect(run.failure?.cycle == 6 && run.failure?.step == 12)
    #expect(
      run.failure?.description
        == "failed in cycle 6, step 12: member 1 at point 1 of the forecast is nan, but must be finite; "
        + "try more inflation and, for an ensemble, a localization or more members.")
    #expect(run.rows == Array(good.rows.prefix(5)))
    #expect(run.analysisRMSE != nil)
    // JSON has no NaN, so that there is none.
    let stored = try JSONEncoder().encode(run)
    #expect(try JSONDecoder().decode(FilterRun.self, from: stored) == run)
  }

  @Test func errorsOfFiltersEndRunsToo() throws {
    let plan = ObservationPlan { $0 == 3 ? ([1], [0]) : ([1], [1]) }
    let run = try twin(plan).run(ETKF(members: 5), key: RandomKey(2))
    #expect(run.failure?.cycle == 3 && run.rows.count == 2)
    #expect(run.failure?.reason == AnalysisError.exactObservation(point: 1).description)
  }

  @Test func aBoundOnTheErrorEndsARun() throws {
    let run = try twin().run(FreeRun(), bound: 1e-3, key: RandomKey(2))
    #expect(run.failure?.cycle == 1 && run.rows.isEmpty && run.analysisRMSE == nil)
    #expect(
      run.failure?.reason.hasSuffix(
        ", above the bound of 0.001; try more inflation and, for an ensemble, a localization or more members."
      )
        == true)
  }

  @Test func aCheckpointOfAnotherRunIsNotResumed() throws {
    let twin = try twin()
    let filter = ETKF(members: 5)
    var checkpoint = try twin.start(filter, key: RandomKey(2))
    twin.advance(&checkpoint, filter, cycles: 4)
    let small = try TwinExperiment(
      LinearAdvection(points: 3), initial: .normal(mean: [0, 0, 0], variance: 1),
      observing: .every(2, points: [0], variance: 1), steps: 40, key: RandomKey(1))
    let sparse = try self.twin(
      ObservationPlan { $0 == 2 || $0.isMultiple(of: 5) ? ([0], [1]) : nil })
    let cases: [(TwinExperiment, any Filter, TwinError)] = [
      (
        twin, EnKF(members: 5),
        .otherRun(what: "the filter", found: "ETKF", expected: "EnKF")
      ),
      (
        twin, ETKF(members: 6),
        .otherRun(what: "the number of members", found: "5", expected: "6")
      ),
      (small, filter, .otherRun(what: "the size of the state", found: "6", expected: "3")),
      (
        try self.twin(steps: 6), filter,
        .otherRun(what: "the number of analyses", found: "4", expected: "3 at most")
      ),
      (
        sparse, filter,
        .otherRun(what: "the step of analysis 2", found: "4", expected: "5")
      ),
    ]
    for (twin, filter, error) in cases {
      var other = checkpoint
      twin.advance(&other, filter)
      #expect(other.run.failure?.reason == error.description)
      #expect(other.run.failure?.cycle == 5 && other.run.failure?.step == 8)
      #expect(other.state == checkpoint.state && other.run.rows == checkpoint.run.rows)
    }
    #expect(
      cases[1].2.description
        == "the checkpoint is of another run: the number of members is 5, not 6; "
        + "resume it with the filter and the twin that it was started with.")
    twin.advance(&checkpoint, filter)
    #expect(checkpoint.run == (try twin.run(filter, key: RandomKey(2))))
  }

  @Test func filtersSayHowManyMembersTheyHave() {
    let covariance = Matrix(cyclic: [1, 0, 0])
    for (filter, count) in [
      (EnKF(members: 3), 3), (ControlFilter.meanB(covariance), 0),
      (ControlFilter.meanB(covariance, members: 2), 2), (FreeRun(), nil),
    ] as [(any Filter, Int?)] { #expect(filter.memberCount == count, "\(filter.name)") }
  }

  @Test func aTruthThatExplodesIsRefused() {
    let model = FunctionModel(dimension: 1) { x, step in x[0] = step < 5 ? 1 : .infinity }
    let error = #expect(throws: TwinError.truthNotFinite(step: 6, point: 0, value: "inf")) {
      try TwinExperiment(
        model, initial: .normal(mean: [0], variance: 1),
        observing: .every(2, points: [0], variance: 1), steps: 10, key: RandomKey(1))
    }
    #expect(
      error?.description
        == "the truth is inf at point 0 in step 6, but must be finite; the model is unstable: try a shorter time step."
    )
  }

  @Test func plansThatDoNotFitAreRefused() {
    #expect(throws: AnalysisError.noSuchPoint(6, pointCount: 6)) {
      try twin(.every(1, points: [6], variance: 1))
    }
    #expect(throws: AnalysisError.size(what: "variances", given: 1, expected: 2)) {
      try twin(ObservationPlan { _ in ([0, 1], [1]) })
    }
    #expect(throws: AnalysisError.notFinite(what: "variances", index: [0], value: "inf")) {
      try twin(.every(1, points: [0], variance: .infinity))
    }
    #expect(throws: AnalysisError.negative(what: "variances", index: [1], value: -1)) {
      try twin(ObservationPlan { _ in ([0, 1], [1, -1]) })
    }
    #expect(throws: AnalysisError.size(what: "areas", given: 1, expected: 6)) {
      try TwinExperiment(
        LinearAdvection(points: 6),
        initial: .normal(mean: Array(repeating: 0, count: 6), variance: 1),
        observing: .every(1, points: [0], variance: 1), steps: 2, areas: [1], key: RandomKey(1))
    }
  }

  @Test func aRightFilterIsConsistentInEveryStatistic() throws {
    // With a linear model, its own errors and a large ensemble nothing is approximate but the sample covariance of 60
    // members.
    let plan = ObservationPlan.every(1, points: [0, 3], variance: 0.2)
    let run = try twin(plan, steps: 1_000).run(
      ETKF(members: 60, rotation: .random), burnIn: 20, key: RandomKey(2))
    let spread = try #require(run.mean(\.forecastVariance)?.squareRoot)
    let error = try #require(run.mean(\.forecastMSE)?.squareRoot)
    let within = { (mean: TimeMean?, value: Double, margin: Double) throws -> Bool in
      let mean = try #require(mean)
      // Four standard errors and what 60 members cost.
      return abs(mean.value - value) < 4 * (try #require(mean.standardError)) + margin
    }
    #expect(try within(error, spread.value, 0.02 * spread.value))
    #expect(
      try within(
        run.mean(\.analysisMSE)?.squareRoot,
        try #require(run.mean(\.analysisVariance)?.squareRoot).value, 0.01))
    #expect(try within(run.innovationRatio, 1, 0.02))
    // The score of a normal distribution that is right is its deviation over the root of π.
    let deviation = try #require(run.mean { $0.forecastVariance?.squareRoot() })
    #expect(try within(run.forecastCRPS, deviation.value / Double.pi.squareRoot(), 0.01))
    // Ranks in five groups, of 980 times 6 correlated ones: each has a fifth of them.
    #expect(run.rankCounts.count == 61 && run.rankCounts.reduce(0, +) == 980 * points)
    let groups = (0..<5).map { group in
      run.rankCounts[(group * 61 / 5)..<((group + 1) * 61 / 5)].reduce(0, +)
    }
    for group in groups { #expect(abs(Double(group) / Double(980 * points) - 0.2) < 0.04) }
  }

  @Test func theTwoMeansOfErrorsAreWhatTheySay() throws {
    let run = try twin().run(EnSRF(members: 8), burnIn: 4, key: RandomKey(2))
    let errors = run.rows.dropFirst(4).map(\.analysisMSE)
    let meanOfRoots = errors.reduce(0) { $0 + $1.squareRoot() } / 16
    let rootOfMean = (errors.reduce(0, +) / 16).squareRoot()
    #expect(abs(try #require(run.analysisRMSE).value - meanOfRoots) < 1e-14)
    #expect(abs(try #require(run.mean(\.analysisMSE)?.squareRoot).value - rootOfMean) < 1e-14)
    #expect(meanOfRoots < rootOfMean)
    let roots = run.rows.dropFirst(4).map { $0.forecastMSE.squareRoot() }
    #expect(abs(try #require(run.forecastRMSE).value - roots.reduce(0, +) / 16) < 1e-14)
    let scores = run.rows.dropFirst(4).compactMap(\.analysisCRPS)
    #expect(scores.count == 16)
    #expect(abs(try #require(run.analysisCRPS).value - scores.reduce(0, +) / 16) < 1e-14)
  }
}

/// A filter whose members turn into NaN at a step.
private struct Spoiled: EnsembleFilter {
  let step: Int
  private let filter = ETKF(members: 5)

  init(at step: Int) { self.step = step }

  var name: String { "ETKF" }
  var members: Int { 5 }

  func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    try filter.forecast(&state, with: model, to: step, key: key)
    if step == self.step { state.ensemble?[1, 1] = .nan }
  }

  func update(_ ensemble: inout Ensemble, _ observations: Observations, key: RandomKey) throws {
    try filter.update(&ensemble, observations, key: key)
  }
}
