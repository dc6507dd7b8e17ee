import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

@Suite struct SmoothedErrorsTests {
  /// Errors grow along a chaotic path, so that later observations say more about an earlier state.
  @Test func smoothedStatesAreBetterThanFilteredOnes() throws {
    let twin = try TwinExperiment.sakovOliverBertino2012(cycles: 150, key: RandomKey(1))
    for filter in [
      EnKS(ETKF(members: 12, inflation: 1.03), lag: 2),
      IEnKS(members: 6, lag: 2, inflation: 1.03),
    ] as [any Filter] {
      let run = try twin.run(filter, burnIn: 20, measuring: [], key: RandomKey(2))
      let (analysis, smoothed) = (
        try #require(run.analysisRMSE).value, try #require(run.smoothedRMSE).value
      )
      #expect(smoothed < 0.9 * analysis, "\(filter.name): \(smoothed), \(analysis)")
      // The states of the last two times are still in the window.
      #expect(run.rows.suffix(2).allSatisfy { $0.smoothedMSE == nil })
      #expect(run.rows.dropLast(2).allSatisfy { $0.smoothedMSE != nil })
    }
  }

  @Test func theEnRTSIsBetterThanItsFilterInAWeaklyNonlinearModel() throws {
    let twin = try TwinExperiment.sakovOke2008(cycles: 200, key: RandomKey(1))
    let errors = try twin.run(
      EnRTS(ETKF(members: 40, inflation: 1.02), damping: 0.98), burnIn: 50, key: RandomKey(2))
    let (analysis, smoothed) = (
      try #require(errors.analysisRMSE).value, try #require(errors.smoothedRMSE).value
    )
    #expect(smoothed < 0.9 * analysis, "\(smoothed), \(analysis)")
  }

  /// Nonlinear windows: table 1 of Sakov, Oliver and Bertino (2012) has 0.6 for the filter and 0.31 for iterations.
  @Test func iterationsHelpInNonlinearWindows() throws {
    let twin = try TwinExperiment.sakovOliverBertino2012(cycles: 200, key: RandomKey(3))
    let run = { (filter: any Filter) in
      try twin.run(filter, burnIn: 40, measuring: [], key: RandomKey(2))
    }
    let once = try run(ETKF(members: 10, inflation: 1.02, rotation: .random))
    let iterated = try run(IEnKS(members: 10, inflation: 1.02, rotation: .random))
    let (filter, smoother) = (
      try #require(once.analysisRMSE).value, try #require(iterated.analysisRMSE).value
    )
    #expect(smoother < 0.7 * filter, "\(smoother), \(filter)")
    #expect(iterated.unconvergedCount < 20 && once.unconvergedCount == 0)
    let single = try run(IEnKS(members: 10, inflation: 1.02, maximumIterations: 1))
    #expect(single.unconvergedCount == 200)
  }

  @Test func parametersInTheStateAreEstimated() throws {
    let model = AugmentedModel(parameters: [8], walkVariances: [1e-6]) { Lorenz96(forcing: $0[0]) }
    #expect(model.dimension == 41 && model.areas.reduce(0, +) == 40)
    var mean = Array(repeating: 0.0, count: 41)
    (mean[0], mean[40]) = (1, 7)
    let variances = Array(repeating: 0.001, count: 40) + [1]
    let twin = try TwinExperiment(
      model, initial: .normal(mean: mean, NormalNoise(variances: variances)),
      observing: .every(1, points: Array(0..<40), variance: 1), steps: 300,
      start: Array(mean.dropLast()) + [8.5], areas: model.areas, key: RandomKey(1))
    let filter = ETKF(members: 30, inflation: 1.02, rotation: .random)
    var checkpoint = try twin.start(filter, burnIn: 100, measuring: [], key: RandomKey(2))
    twin.advance(&checkpoint, filter)
    let found = model.parameters(of: checkpoint.state.estimate)
    #expect(checkpoint.run.failure == nil && found.count == 1)
    // The walk moves the truth by 0.02, the spread of the ensemble is about 0.03.
    #expect(abs(found[0] - twin.truth[299, 40]) < 0.15)
    #expect(try #require(checkpoint.run.analysisRMSE).value < 0.25)
  }

  @Test func parametersWithoutVariancesAreAMistake() async {
    let augmented = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = AugmentedModel(parameters: [8], walkVariances: []) { Lorenz96(forcing: $0[0]) }
    }
    expectMessage("AugmentedModel: 1 parameters and the variances [].", of: augmented)
    let tiled = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = TiledGrid(Ring(points: 4), copies: 0)
    }
    expectMessage("TiledGrid: 0 copies.", of: tiled)
  }

  @Test func parametersDoNotChangeWithoutTheirWalk() throws {
    let model = AugmentedModel(parameters: [8], walkVariances: [0]) { Lorenz96(forcing: $0[0]) }
    var states = Matrix(rows: 2, columns: 41, repeating: 1)
    (states[0, 40], states[1, 40]) = (7, 9)
    model.advance(&states, to: 1, noise: RandomKey(1))
    for (row, forcing) in [(0, 7.0), (1, 9)] {
      var own = Matrix(rows: 1, columns: 40, repeating: 1)
      Lorenz96(forcing: forcing).advance(&own, to: 1, noise: nil)
      #expect(Array(states.row(row)) == own.scalars + [forcing])
    }
    #expect(model.errorCovariance == nil)
    let walking = AugmentedModel(parameters: [8], walkVariances: [0.5]) {
      Lorenz96(points: 4, forcing: $0[0], noise: NormalNoise(variances: [1, 2, 3, 4]))
    }
    expectClose(
      try #require(walking.errorCovariance).diagonal, [1, 2, 3, 4, 0.5], relative: 1e-14)
  }
}
