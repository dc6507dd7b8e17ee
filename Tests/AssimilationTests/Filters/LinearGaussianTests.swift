import Assimilation
import Autodiff
import FilterTestSupport
import LinearAlgebra
import TestSupport
import Testing

/// On one analysis of a linear problem every filter is compared with the formulas of Kalman for the ensemble's own mean and
/// covariance. The tolerances are for rounding: 1e-12 of numbers about 1, in problems whose condition is some tens.
@Suite struct LinearGaussianTests {
  private let n = 9
  private let members = 6

  @Test(arguments: [1, 2, 3] as [UInt64])
  func squareRootFiltersHaveTheKalmanMeanAndCovariance(_ seed: UInt64) throws {
    let state = state(seed)
    let observations = try observations(seed)
    let expected = try kalman(state, observations)
    for filter in [
      ETKF(members: members), ETKF(members: members, rotation: .random),
      EnSRF(members: members), EnSRF(members: members, rotation: .random), local(.none),
    ] as [any Filter] {
      var analysed = state
      try filter.analyse(&analysed, observations, key: RandomKey(seed))
      expectClose(
        analysed.estimate, expected.mean, relative: 0, absolute: 1e-12, filter.name)
      expectClose(
        covariance(analysed).scalars, expected.covariance.scalars, relative: 0, absolute: 1e-12,
        filter.name)
      expectClose(
        try #require(analysed.ensemble).columnMeans, analysed.estimate, relative: 0, absolute: 1e-13
      )
    }
  }

  @Test func symmetricRootsAreOneWhetherLocalOrNot() throws {
    var (global, local) = (state(4), state(4))
    let observations = try observations(4)
    try ETKF(members: members, inflation: 1.1).analyse(&global, observations, key: RandomKey(1))
    try self.local(.none, inflation: 1.1).analyse(&local, observations, key: RandomKey(1))
    expectClose(
      try #require(local.ensemble).scalars, try #require(global.ensemble).scalars, relative: 0,
      absolute: 1e-12)
  }

  @Test func meansOfEnKFAndDEnKFAreKalmans() throws {
    let observations = try observations(5)
    let expected = try kalman(state(5), observations)
    for filter in [
      EnKF(members: members), DEnKF(members: members), DEnKF(members: members, rotation: .random),
    ] as [any Filter] {
      var analysed = state(5)
      try filter.analyse(&analysed, observations, key: RandomKey(2))
      expectClose(analysed.estimate, expected.mean, relative: 0, absolute: 1e-12, filter.name)
    }
  }

  @Test func aSerialAnalysisOfOneObservationIsThatOfTheEnKF() throws {
    let y = try Observations(points: [4], values: [2], variance: 0.5)
    let (near, key) = (Localization(.gaspariCohn(2), on: Ring(points: n)), RandomKey(2))
    for (serial, joint) in [
      (SerialEnKF(members: members), EnKF(members: members)),
      (
        SerialEnKF(members: members, localization: near),
        EnKF(members: members, localization: near)
      ),
    ] as [(any Filter, any Filter)] {
      var (a, b) = (state(5), state(5))
      try serial.analyse(&a, y, key: key)
      try joint.analyse(&b, y, key: key)
      expectClose(
        try #require(a.ensemble).scalars, try #require(b.ensemble).scalars, relative: 0,
        absolute: 1e-12)
    }
  }

  @Test func rotationsKeepTheCovarianceOfEveryFilterThatHasThem() throws {
    let observations = try observations(6)
    for (plain, rotated) in [
      (DEnKF(members: members), DEnKF(members: members, rotation: .random)),
      (EnKFN(members: members), EnKFN(members: members, rotation: .random)),
      (
        RankHistogramFilter(members: members),
        RankHistogramFilter(members: members, rotation: .random)
      ),
    ] as [(any Filter, any Filter)] {
      var (a, b) = (state(6), state(6))
      try plain.analyse(&a, observations, key: RandomKey(1))
      try rotated.analyse(&b, observations, key: RandomKey(1))
      #expect(a.ensemble != b.ensemble)
      expectClose(b.estimate, a.estimate, relative: 0, absolute: 1e-13)
      expectClose(
        covariance(b).scalars, covariance(a).scalars, relative: 0, absolute: 1e-12, plain.name)
    }
  }

  @Test func theCovarianceOfDEnKFIsKalmansUpToAQuarterOfTheGainsSquare() throws {
    let (state, observations) = (state(6), try observations(6))
    let B = covariance(state)
    let gain = try KalmanGain(observations, prior: DenseCovariance(B))
    // (I - K H / 2) B (I - K H / 2)ᵀ
    var half = B
    half.accumulate(gain.matrix, B.taking(rows: gain.points), scaledBy: -0.5)
    var expected = half
    expected.accumulate(
      half.taking(columns: gain.points), gain.matrix, scaledBy: -0.5, transposingSecond: true)
    var analysed = state
    try DEnKF(members: members).analyse(&analysed, observations, key: RandomKey(2))
    expectClose(
      covariance(analysed).scalars, expected.scalars, relative: 0, absolute: 1e-12)
  }

  @Test func weakObservationsMakeTheCovarianceOfDEnKFKalmans() throws {
    // The difference K H B Hᵀ Kᵀ / 4 falls with the square of the precision, the correction with the precision itself.
    let state = state(7)
    let difference = { (variance: Double) in
      let observations = try Observations(
        points: [0, 4, 7], values: [1, 0, -1], variance: variance)
      var analysed = state
      try DEnKF(members: members).analyse(&analysed, observations, key: RandomKey(2))
      let expected = try kalman(state, observations).covariance
      return zip(covariance(analysed).scalars, expected.scalars)
        .map { abs($0 - $1) }.max() ?? .nan
    }
    let ratio = try difference(1e3) / difference(1e4)
    #expect(ratio > 90 && ratio < 110)
  }

  @Test func theCovarianceOfEnKFIsKalmansInTheMeanWithErrorsOfCentredPerturbations() throws {
    // (I - K H) B (I - K H)ᵀ + N / (N - 1) K R Kᵀ
    let (state, observations) = (state(8), try observations(8))
    let gain = try KalmanGain(observations, prior: DenseCovariance(covariance(state)))
    var expected = gain.errorCovariance(truth: covariance(state))
    var scaled = gain.matrix
    scaled.scaleColumns(by: observations.variances)
    expected.accumulate(
      scaled, gain.matrix, scaledBy: 1 / Double(members - 1), transposingSecond: true)
    var mean = Matrix(rows: n, columns: n)
    let draws = 4_000
    for k in 0..<draws {
      var analysed = state
      try EnKF(members: members).analyse(&analysed, observations, key: RandomKey(UInt64(k)))
      mean.add(covariance(analysed), scaledBy: 1 / Double(draws))
    }
    // Each draw's covariance is off by about K R Kᵀ, of entries below 1, so means over 4000 by less than 1 / 63; four of these.
    expectClose(mean.scalars, expected.scalars, relative: 0, absolute: 0.064)
  }

  @Test func EnKFConvergesToKalmanWithItsSize() throws {
    // The error of mean and covariance falls as the root of the number of members: by 8 from 50 to 3200 members, by 3 at least
    // for all but freaks.
    let initial = InitialDistribution.normal(
      mean: Array(repeating: 1, count: n), NormalNoise(root: normalMatrix(n, n, seed: 1)))
    let observations = try observations(9)
    var mean = initial.mean
    var B = initial.covariance
    try kalman(&mean, &B, observations)
    let error = { (count: Int) in
      let filter = EnKF(members: count)
      var state = try filter.start(initial, key: RandomKey(3))
      try filter.analyse(&state, observations, key: RandomKey(4))
      return zip(covariance(state).scalars, B.scalars).reduce(0) {
        $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
      }
      .squareRoot()
    }
    #expect(try error(50) > 3 * error(3_200))
  }

  @Test func serialUpdatesDoNotDependOnTheOrderOfPoints() throws {
    // The same problem with the points renumbered, so that observations come in another order.
    let order = [4, 2, 7, 0, 8, 1, 5, 3, 6]
    let place = (0..<n).map { point in order.firstIndex(of: point) ?? 0 }
    let state = state(10)
    let observations = try observations(10)
    let ensemble = try #require(state.ensemble)
    var renumbered = FilterState(
      estimate: order.map { state.estimate[$0] }, ensemble: ensemble.taking(columns: order))
    var analysed = state
    try EnSRF(members: members).analyse(&analysed, observations, key: RandomKey(1))
    try EnSRF(members: members).analyse(
      &renumbered,
      try Observations(
        points: observations.points.map { place[$0] }, values: observations.values,
        variances: observations.variances), key: RandomKey(1))
    // Members may differ, mean and covariance do not.
    expectClose(
      place.map { renumbered.estimate[$0] }, analysed.estimate, relative: 0, absolute: 1e-12)
    expectClose(
      covariance(renumbered).taking(rows: place).taking(columns: place).scalars,
      covariance(analysed).scalars, relative: 0, absolute: 1e-12)
  }

  @Test func tapersOfOneChangeNothing() throws {
    let wide = Localization(.none, on: Ring(points: n))
    let observations = try observations(11)
    for (plain, localized) in [
      (EnKF(members: members), EnKF(members: members, localization: wide)),
      (DEnKF(members: members), DEnKF(members: members, localization: wide)),
      (EnSRF(members: members), EnSRF(members: members, localization: wide)),
      (SerialEnKF(members: members), SerialEnKF(members: members, localization: wide)),
      (
        RankHistogramFilter(members: members),
        RankHistogramFilter(members: members, localization: wide)
      ),
    ] as [(any Filter, any Filter)] {
      var (a, b) = (state(11), state(11))
      try plain.analyse(&a, observations, key: RandomKey(1))
      try localized.analyse(&b, observations, key: RandomKey(1))
      expectClose(
        try #require(a.ensemble).scalars, try #require(b.ensemble).scalars, relative: 0,
        absolute: 1e-12, plain.name)
    }
  }

  @Test func pointsBeyondTheTaperStayAsTheyAre() throws {
    let ring = Ring(points: n)
    let near = Localization(.gaspariCohn(1), on: ring)
    let observations = try Observations(points: [0], values: [3], variance: 0.5)
    for filter in [
      EnKF(members: members, localization: near), DEnKF(members: members, localization: near),
      EnSRF(members: members, localization: near), local(.gaspariCohn(1)),
      SerialEnKF(members: members, localization: near),
      RankHistogramFilter(members: members, localization: near),
    ] as [any Filter] {
      let before = state(12)
      var after = before
      try filter.analyse(&after, observations, key: RandomKey(1))
      for member in 0..<members {
        for point in 2..<(n - 1) {
          let (x, y) = (before.ensemble?[member, point], after.ensemble?[member, point])
          // The mean is taken off and put back.
          #expect(abs(try #require(x) - #require(y)) < 1e-14, "\(filter.name)")
        }
      }
      #expect(after.estimate[0] != before.estimate[0])
    }
  }

  @Test func localFiltersWithALocalizedCovarianceHaveItsAnalysis() throws {
    let ring = Ring(points: n)
    let state = state(13)
    let observations = try observations(13)
    let prior = try LocalizedEnsembleCovariance(
      members: try #require(state.ensemble), taper: .gaspariCohn(2), on: ring)
    let expected = try observations.analysis(prior: prior, background: state.estimate)
    var analysed = state
    try EnKF(members: members, localization: Localization(.gaspariCohn(2), on: ring))
      .analyse(&analysed, observations, key: RandomKey(1))
    expectClose(analysed.estimate, expected, relative: 0, absolute: 1e-12)
  }

  @Test func inflationMultipliesDeviationsAfterTheAnalysis() throws {
    let observations = try observations(14)
    for (plain, inflated) in [
      (EnKF(members: members), EnKF(members: members, inflation: 1.5)),
      (ETKF(members: members), ETKF(members: members, inflation: 1.5)),
      (EnKFN(members: members), EnKFN(members: members, inflation: 1.5)),
    ] as [(any Filter, any Filter)] {
      var (a, b) = (state(14), state(14))
      try plain.analyse(&a, observations, key: RandomKey(1))
      try inflated.analyse(&b, observations, key: RandomKey(1))
      #expect(a.estimate == b.estimate)
      expectClose(
        covariance(b).scalars, covariance(a).scalars.map { 2.25 * $0 }, relative: 1e-12)
    }
  }

  // MARK: the problem

  private func local(_ taper: Taper, inflation: Double = 1) -> LETKF {
    LETKF(members: members, inflation: inflation, taper: taper, on: Ring(points: n))
  }

  private func state(_ seed: UInt64) -> FilterState {
    let ensemble = normalMatrix(members, n, seed: 100 + seed)
    return FilterState(estimate: ensemble.columnMeans, ensemble: ensemble)
  }

  private func observations(_ seed: UInt64) throws -> Observations {
    try Observations(
      points: [1, 2, 4, 8], values: RandomKey(200 + seed).normal([4]).scalars,
      variances: [0.5, 1, 2, 0.1])
  }

  private func covariance(_ state: FilterState) -> Matrix {
    guard let ensemble = state.ensemble,
      let climatology = try? Climatology(states: ensemble)
    else { return Matrix(rows: 0, columns: 0) }
    return climatology.covariance
  }

  private func kalman(
    _ state: FilterState, _ observations: Observations
  ) throws -> (mean: [Double], covariance: Matrix) {
    var (mean, B) = (state.estimate, covariance(state))
    try kalman(&mean, &B, observations)
    return (mean, B)
  }

  /// By the gain as `Gain` forms it and Joseph's form, which no filter uses.
  private func kalman(
    _ mean: inout [Double], _ B: inout Matrix, _ observations: Observations
  ) throws {
    let gain = try KalmanGain(observations, prior: DenseCovariance(B))
    let innovations = gain.points.indices.map { observations.values[$0] - mean[gain.points[$0]] }
    mean = zip(mean, gain.matrix.multiplied(by: innovations)).map(+)
    B = gain.errorCovariance(truth: B)
  }
}
