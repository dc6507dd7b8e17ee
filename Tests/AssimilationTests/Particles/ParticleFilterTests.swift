import Autodiff
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Assimilation

@Suite struct ParticleFilterTests {
  /// Two correlated numbers, of which one is observed.
  private let initial = InitialDistribution.normal(
    mean: [1, -1], NormalNoise(root: Matrix(rows: 2, columns: 2, [1, 0.6, 0, 0.8])))

  private func analysed(_ filter: some Filter, seed: UInt64 = 1) throws -> FilterState {
    var state = try filter.start(initial, key: RandomKey(seed))
    try filter.analyse(
      &state, try Observations(points: [0], values: [2], variance: 0.5), key: RandomKey(seed + 1))
    return state
  }

  @Test func manyParticlesHaveTheKalmanAnalysis() throws {
    // K = (1, 0.6) / 1.5, so that the mean is (1 + 2/3, -1 + 0.4) and the variances are 1/3 and 1 - 0.24.
    for filter in [
      ParticleFilter(members: 20_000, threshold: 0),
      ParticleFilter(members: 20_000, threshold: 1),
      ParticleFilter(members: 20_000, resampling: .residual, threshold: 1, jitter: 0.1),
      OptimalParticleFilter(members: 20_000, kernel: 0, threshold: 0),
      OptimalParticleFilter(members: 20_000, kernel: 0.2, threshold: 1),
    ] as [any Filter] {
      let state = try analysed(filter)
      let variances = try #require(filter.variances(of: state))
      // Means of 20000 particles, of which about 12000 count, in four standard errors; a kernel widens variances by a hundredth.
      expectClose(state.estimate, [5.0 / 3, -0.6], relative: 0, absolute: 0.035, filter.name)
      expectClose(variances, [1.0 / 3, 0.76], relative: 0, absolute: 0.04, filter.name)
    }
  }

  @Test func weightsAreLikelihoodsUntilParticlesAreResampled() throws {
    let filter = ParticleFilter(members: 3, threshold: 0)
    var state = FilterState(
      estimate: [1, 0], ensemble: Matrix(rows: 3, columns: 2, [0, 0, 1, 1, 2, -1]))
    state.weights = [0.5, 0.25, 0.25]
    let y = try Observations(points: [0], values: [2], variance: 1)
    try filter.analyse(&state, y, key: RandomKey(1))
    let raw = [0.5 * exp(-2), 0.25 * exp(-0.5), 0.25]
    let expected = raw.map { $0 / raw.reduce(0, +) }
    expectClose(try #require(state.weights), expected, relative: 1e-14)
    expectClose(
      state.estimate, [expected[1] + 2 * expected[2], expected[1] - expected[2]], relative: 1e-14)
    // The weighted variance, without bias.
    let mean = state.estimate[0]
    let square = zip(expected, [0.0, 1, 2]).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    let correction = 1 - expected.reduce(0) { $0 + $1 * $1 }
    #expect(abs(try #require(filter.variances(of: state))[0] - square / correction) < 1e-14)
    let C = try #require(filter.innovationCovariance(of: state, points: [0], variances: [1]))
    #expect(abs(C[0, 0] - square / correction - 1) < 1e-14)
  }

  @Test func resampledParticlesHaveEqualWeightsAndOnlyCopiesMove() throws {
    let before = try ParticleFilter(members: 40).start(initial, key: RandomKey(1))
    let state = try analysed(ParticleFilter(members: 40, threshold: 1, jitter: 1))
    #expect(state.weights == Array(repeating: 1.0 / 40, count: 40))
    let (old, new) = (try #require(before.ensemble), try #require(state.ensemble))
    let rows = Set((0..<40).map { Array(old.row($0)) })
    let kept = (0..<40).count { rows.contains(Array(new.row($0))) }
    #expect(kept > 5 && kept < 35)
    #expect(Set((0..<40).map { Array(new.row($0)) }).count == 40)
  }

  @Test func withoutObservationsTheStateStays() throws {
    for filter in [
      ParticleFilter(members: 5), OptimalParticleFilter(members: 5, kernel: 0.5),
    ] as [any Filter] {
      let state = try filter.start(initial, key: RandomKey(1))
      var analysed = state
      try filter.analyse(
        &analysed, try Observations(points: [0], values: [1], variance: .infinity),
        key: RandomKey(2))
      #expect(analysed == state)
    }
  }

  @Test func observationsFarAwayLeaveTheNearestParticle() throws {
    let filter = ParticleFilter(members: 5, threshold: 0.5)
    var state = try filter.start(initial, key: RandomKey(1))
    let nearest = (0..<5).compactMap { state.ensemble?[$0, 0] }.max()
    try filter.analyse(
      &state, try Observations(points: [0], values: [1e6], variance: 1e-3), key: RandomKey(2))
    #expect(state.estimate[0] == nearest)
  }

  @Test(arguments: [
    (1.5, 0.0, "Particle filter: the threshold is 1.5, but must be in [0, 1]."),
    (0.5, -1, "Particle filter: the jitter is -1.0, but must be finite and not negative."),
  ])
  func settingsOutOfRangeAreRefused(threshold: Double, jitter: Double, message: String) {
    let error = #expect(throws: FilterError.self) {
      try ParticleFilter(members: 5, threshold: threshold, jitter: jitter)
        .start(initial, key: RandomKey(1))
    }
    #expect(error?.description == message)
  }

  @Test func likelihoodsThatAreNoNumbersAreRefused() throws {
    let filter = ParticleFilter(members: 3)
    var state = try filter.start(initial, key: RandomKey(1))
    let error = #expect(throws: FilterError.self) {
      try filter.analyse(
        &state, try Observations(points: [0], values: [1e300], variance: 1), key: RandomKey(2))
    }
    #expect(
      error?.description
        == "Particle filter: no particle has a likelihood in step 0, since the observations are too far away; try more "
        + "particles, a larger jitter or larger error variances.")
    var other = FilterState(estimate: [0, 0], ensemble: Matrix(rows: 3, columns: 2))
    #expect(throws: FilterError.missing("weights")) {
      try filter.analyse(
        &other, try Observations(points: [0], values: [1], variance: 1), key: RandomKey(2))
    }
    let kernel = #expect(throws: FilterError.self) {
      try analysed(OptimalParticleFilter(members: 3, kernel: -1))
    }
    #expect(
      kernel?.description
        == "Optimal particle filter: the kernel is -1.0, but must be finite and not negative.")
  }

  @Test func scoresOfEqualWeightsAreThoseOfTheMembers() {
    let members = [0.3, -1.2, 2.5, 0.9]
    var expected = 0.0
    for a in members {
      expected += abs(a - 1) / 4
      for b in members { expected -= abs(a - b) / 32 }
    }
    let found = weightedCRPS(1, members: members, Array(repeating: 0.25, count: 4))
    #expect(abs(found - expected) < 1e-14)
    // Two equal members are one of twice the weight.
    let twice = weightedCRPS(1, members: [0.3, 0.3, 2], Array(repeating: 1.0 / 3, count: 3))
    #expect(abs(twice - weightedCRPS(1, members: [2, 0.3], [1.0 / 3, 2.0 / 3])) < 1e-14)
  }
}
