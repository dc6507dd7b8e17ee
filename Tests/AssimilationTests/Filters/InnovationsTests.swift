import Assimilation
import Autodiff
import FilterTestSupport
import LinearAlgebra
import Synchronization
import TestSupport
import Testing

/// The innovations that an analysis returns.
struct InnovationsTests {
  /// A covariance that counts how often it is asked for its B.
  private final class Counted: PriorCovariance {
    let covariance: DenseCovariance
    let count = Mutex(0)

    init(_ matrix: Matrix) { covariance = DenseCovariance(matrix) }

    var pointCount: Int { covariance.pointCount }
    func block(rows: [Int], columns: [Int]) -> Matrix {
      covariance.block(rows: rows, columns: columns)
    }
    func estimated(from perturbations: Matrix) -> any PriorCovariance {
      count.withLock { $0 += 1 }
      return covariance
    }
  }

  @Test func aMeasuredCycleFormsItsCovarianceOnce() throws {
    let twin = try circleTwin(.standard, cycles: 6, seed: 4)
    let prior = Counted(Matrix(cyclic: (0..<120).map { 40 / (1 + Double(min($0, 120 - $0))) }))
    let run = try twin.run(
      ControlFilter("counted", prior: prior, members: 0), measuring: .innovations,
      key: RandomKey(1))
    #expect(run.failure == nil && run.rows.allSatisfy { $0.innovationChiSquare != nil })
    #expect(prior.count.withLock(\.self) == 6)
  }

  @Test func analysesReturnTheInnovationsThatTheFilterExpected() throws {
    let ring = Ring(points: 30)
    let observations = try Observations(
      points: [17, 4, 4, 22], values: [1, -2, 3, 0.5], variance: 2)
    let estimate = RandomKey(1).normal([30]).scalars
    let ensemble = normalMatrix(6, 30, seed: 2)
    let filters: [any Filter] = [
      KalmanFilter(), ExtendedKalmanFilter(),
      ControlFilter.enKF(members: 6, taper: .gaspariCohn(4), on: ring),
      ControlFilter.hybridB(
        members: 6, taper: .gaspariCohn(4), on: ring, mean: exampleCovariance()),
    ]
    for filter in filters {
      let forecast = FilterState(
        estimate: estimate, ensemble: filter is KalmanFilter ? nil : ensemble,
        covariance: exampleCovariance())
      var state = forecast
      let found = try #require(
        try filter.analyse(&state, observations, key: RandomKey(3)), "\(filter.name)")
      #expect(found.observations.points == [4, 17, 22])
      // The two observations of point 4 are one of their mean, with half the variance.
      #expect(found.observations.variances == [1, 2, 2])
      expectClose(
        found.values, [0.5 - estimate[4], 1 - estimate[17], 0.5 - estimate[22]], relative: 1e-14)
      var other = forecast
      // A `ControlFilter` has its B from the members.
      if filter.memberCount != nil { other.covariance = nil }
      let covariance = try #require(
        filter.innovationCovariance(of: other, points: [4, 17, 22], variances: [1, 2, 2]))
      let weights = try CholeskyFactor(factoring: covariance).solving(found.values)
      let expected = zip(found.values, weights).reduce(0) { $0 + $1.0 * $1.1 }
      let chiSquare = try #require(found.chiSquare)
      #expect(abs(chiSquare / expected - 1) < 1e-12, "\(filter.name)")
    }
  }

  @Test func ensemblesReturnTheInnovationsOfTheirMeanWithTheCovarianceOfTheirMembers() throws {
    let (ring, n) = (Ring(points: 30), 30)
    let taper = Taper.gaspariCohn(4)
    let (wide, local) = (Localization(.none, on: ring), Localization(taper, on: ring))
    let filters: [(any Filter, Taper)] = [
      (EnKF(members: 6), .none), (EnKF(members: 6, localization: local), taper),
      (DEnKF(members: 6, localization: local), taper),
      (EnSRF(members: 6, localization: wide), .none),
      (EnSRF(members: 6, localization: local), taper),
      (ETKF(members: 6, inflation: 1.1, rotation: .random), .none),
      (LETKF(members: 6, inflation: 1.1, taper: taper, on: ring), taper),
    ]
    let observations = try Observations(
      points: [17, 4, 4, 22], values: [1, -2, 3, 0.5], variance: 2)
    for (filter, taper) in filters {
      var state = try filter.start(
        .normal(mean: [Double](repeating: 1, count: n), variance: 3), key: RandomKey(4))
      let forecast = state
      let members = try #require(state.ensemble)
      let found = try #require(
        try filter.analyse(&state, observations, key: RandomKey(5)), "\(filter.name)")
      #expect(state != forecast)
      let seen = try Observations(
        points: [4, 17, 22], values: [0.5, 1, 0.5], variances: [1, 2, 2])
      #expect(found.observations == seen)
      let mean = members.columnMeans
      expectClose(
        found.values, zip(seen.points, seen.values).map { $1 - mean[$0] }, relative: 1e-14)
      let prior = try LocalizedEnsembleCovariance(members: members, taper: taper, on: ring)
      var covariance = prior.observationCovariance(at: seen.points)
      covariance.addToDiagonal(seen.variances)
      let weights = try CholeskyFactor(factoring: covariance).solving(found.values)
      // A few roundings of numbers of order one.
      expectClose(
        [try #require(found.chiSquare)],
        [zip(found.values, weights).reduce(0) { $0 + $1.0 * $1.1 }],
        relative: 1e-13)
    }
  }

  @Test func anAnalysisWithoutObservationsHasNoInnovations() throws {
    let none = try Observations(points: [3], values: [1], variance: .infinity)
    var state = FilterState(
      estimate: Array(repeating: 0, count: 30), covariance: exampleCovariance())
    let found = try KalmanFilter().analyse(&state, none, key: RandomKey(0))
    #expect(found == nil)
  }

  @Test func anEnsembleIsItsMeanAndTheDeviationsFromIt() {
    let members = Matrix(rows: 2, columns: 3, [1, 2, 3, 5, 2, -1])
    let ensemble = Ensemble(members: members)
    #expect(ensemble.mean == [3, 2, 1])
    #expect(ensemble.anomalies.scalars == [-2, 0, 2, 2, 0, -2])
    #expect(ensemble.members() == members)
    #expect(ensemble.members(inflation: 2).scalars == [-1, 2, 5, 7, 2, -3])
  }
}
