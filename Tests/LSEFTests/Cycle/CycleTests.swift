import Assimilation
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumExamples
import TestSupport
import Testing

@testable import LSEF

struct CycleTests {
  /// In regime 0 the Kalman filter soon has its steady state, of mean variance 7.971 and lag-1 correlation 0.884.
  @Test func theMeanCovarianceOfRegimeZeroIsItsSteadyState() throws {
    let c = try CycleDesign().meanCovariance(
      regime: .stationary, cycles: 250, key: RandomKey(1))
    // The first cycles start from 0.
    expectClose([c[0]], [7.971], relative: 0.02)
    expectClose(
      [1, 2, 5, 10].map { c[$0] / c[0] }, [0.884, 0.748, 0.427, 0.149], relative: 0.02)
    expectClose((1..<120).map { c[$0] }, (1..<120).map { c[120 - $0] }, relative: 1e-10)
  }

  @Test func chunksOfAWorldMakeOneRun() throws {
    let design = CycleDesign()
    let traces = try [3, 100].map { chunk in
      var traces: [Double] = []
      try design.cycle(
        KalmanFilter(), regime: .standard, cycles: 8, chunk: chunk, key: RandomKey(2)
      ) { state, _ in traces.append(state.covariance?.trace ?? 0) }
      return traces
    }
    #expect(traces[0] == traces[1] && traces[0].count == 8)
  }

  /// b is the spectrum of S = (1/N) sum e eᵀ, averaged along cyclic diagonals.
  @Test func spectraAreThoseOfTheAveragedCovariances() throws {
    var training = CycleTraining()
    (training.cycles, training.members) = (3, 4)
    let found = try training.spectra(key: RandomKey(3))
    let filter = ControlFilter.enKF(
      members: 4, taper: training.design.taper(members: 4),
      on: training.design.process.mesh.ring, inflation: 1.02)
    var expected: [Double] = []
    try training.design.cycle(
      filter, regime: training.regime, cycles: 3, key: RandomKey(3)
    ) { state, _ in
      var e = try #require(state.ensemble)
      e.shiftRows(
        from: state.estimate, to: Array(repeating: 0, count: 120), scaledBy: 1.02 / 2)
      let S = Matrix.product(e, e, transposingFirst: true)
      expected += Circle(points: 120).spectrum(ofCovariance: S.cyclicMeans)
    }
    expectClose(found.scalars, expected, relative: 1e-9, absolute: 1e-13)
  }

  @Test func bandsAtOnePointSeeTheSpectrum() throws {
    let training = CycleTraining()
    let spectrum = (0...60).map { 1 / (1 + Double($0 * $0) / 20) }
    let count = 4_000
    let spectra = Matrix(
      rows: count, columns: 61, (0..<count).flatMap { _ in spectrum })
    let variances = training.bandVariances(of: spectra, key: RandomKey(4))
    // Each with a relative variance of 2/9 at most.
    let error = (2.0 / 9 / Double(count)).squareRoot()
    expectClose(
      variances.columnMeans, training.bank.omega.multiplied(by: spectrum), relative: 4.5 * error)
    // Sampling errors lie between those of circular and real numbers.
    for band in 0..<6 {
      let relative = variances.columnVariances[band] / square(variances.columnMeans[band])
      #expect((0.9 / 9...2.2 / 9).contains(relative))
    }
  }

  @Test func aTrainedNetworkMakesTheFilterBetterThanTheEnKF() throws {
    var training = CycleTraining()
    training.cycles = 800
    (training.training.epochs, training.training.batchSize) = (30, 50)
    let fit = try training.run(key: RandomKey(5))
    let losses = fit.epochs.map(\.loss)
    // Published: 0.0054 with 50,000 pairs.
    #expect(losses[29] < 0.012 && losses[29] < losses[0] / 3)

    let mean = try training.design.meanCovariance(
      regime: .standard, cycles: 100, key: RandomKey(6))
    let experiment = CycleExperiment(cycles: 60, network: fit.network, meanCovariance: mean)
    let world = try experiment.world(key: RandomKey(7))
    let errors = try Dictionary(
      uniqueKeysWithValues: CycleExperiment.Scheme.allCases.map { scheme in
        let run = try experiment.run(scheme, members: 5, in: world)
        #expect(run.failure == nil && run.filter == scheme.rawValue && run.rows.count == 60)
        return (scheme, try #require(run.meanSquaredForecastError))
      })
    let (kf, enKF) = (try #require(errors[.kf]), try #require(errors[.enKF]))
    let lsef = try #require(errors[.lsef])
    // Published scores: 1 % and 4.4 %.
    #expect(kf < lsef && lsef < enKF)
    #expect((lsef / kf).squareRoot() < 1.03)
  }

  @Test func aFilterThatLosesTheTruthHasFailed() throws {
    var experiment = CycleExperiment(
      cycles: 4, network: exampleNetwork(.circle()),
      meanCovariance: [1] + Array(repeating: 0, count: 119))
    let world = try experiment.world(key: RandomKey(1))
    #expect(try experiment.run(.enKF, in: world).failure == nil)
    // The error of a good analysis is a third of the truth, or more.
    experiment.divergenceBound = 1e-3
    let run = try experiment.run(.enKF, in: world)
    let failure = try #require(run.failure)
    #expect(failure.cycle == 1 && failure.step == 2 && run.rows.isEmpty)
    let bound = 1e-3 * world.truthRMS
    #expect(failure.reason.contains("above the bound of \(bound)"), "\(failure)")
  }

  @Test func aWorldIsOneForAllAndFollowsItsKey() throws {
    let experiment = CycleExperiment(
      cycles: 4, network: exampleNetwork(.circle()),
      meanCovariance: [1] + Array(repeating: 0, count: 119))
    let (world, again) = (
      try experiment.world(key: RandomKey(1)), try experiment.world(key: RandomKey(1))
    )
    #expect(world.twin.truth == again.twin.truth)
    #expect(world.twin.observations == again.twin.observations)
    let other = try experiment.world(key: RandomKey(2))
    #expect(world.twin.truth != other.twin.truth)
    // Mean-B with other members is the same run.
    #expect(
      try experiment.run(.meanB, members: 3, in: world)
        == experiment.run(.meanB, members: 80, in: again))
  }

  @Test func mistakesAreNamed() async {
    let lags = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = CycleExperiment(network: exampleNetwork(.circle()), meanCovariance: [1, 0]) }
    expectMessage(
      "CycleExperiment: 2 lags of the mean covariance for 120 points.", of: lags)
    let cycles = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try CycleDesign().meanCovariance(regime: .stationary, cycles: 0, key: RandomKey(0))
    }
    expectMessage("CycleDesign: 0 cycles.", of: cycles)
  }

  private func square(_ x: Double) -> Double { x * x }
}
