import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

struct ControlFilterTests {
  private let setup = DSADM.Setup()

  private func enKF(_ members: Int, inflation: Double = 1.02) -> ControlFilter<
    LocalizedEnsembleCovariance
  > {
    .enKF(
      members: members, taper: taper(members),
      on: setup.mesh.ring, inflation: inflation)
  }

  /// The tapers of the published experiments with 5, 10 and 80 members.
  private func taper(_ members: Int) -> Taper {
    let factor =
      switch members {
      case ..<10: 1.2
      case ..<80: 1.4
      default: 2.6
      }
    return .gaspariCohn(factor * setup.length)
  }

  /// The control is analysed with K = B Hᵀ (H B Hᵀ + R)⁻¹ and B = S o C of the inflated perturbations about it.
  @Test func theControlIsAnalysedWithTheLocalizedCovarianceOfTheMembers() throws {
    let (filter, state) = (enKF(6), exampleState(members: 6))
    var S = Matrix(rows: 120, columns: 120)
    for member in 0..<6 {
      let e = Matrix(
        rows: 1, columns: 120,
        (0..<120).map { 1.02 * ((state.ensemble?[member, $0] ?? 0) - state.estimate[$0]) })
      S.accumulate(e, e, scaledBy: 1.0 / 6, transposingFirst: true)
    }
    let taper = Taper.gaspariCohn(1.2 * setup.length)
    for i in 0..<120 {
      for j in 0..<120 { S[i, j] *= taper(setup.mesh.ring.distance(i, j)) }
    }
    var found = state
    try filter.analyse(&found, observations, key: RandomKey(1))
    expectClose(
      found.estimate,
      try observations.analysis(prior: DenseCovariance(S), background: state.estimate),
      relative: 1e-11, absolute: 1e-12)
    let mean = Matrix(cyclic: (0..<120).map { 3 * taper(setup.mesh.ring.distance(0, $0)) })
    var hybrid = state
    try ControlFilter.hybridB(
      members: 6, taper: taper, on: setup.mesh.ring, mean: mean, weight: 6.0 / 16,
      inflation: 1.02
    ).analyse(&hybrid, observations, key: RandomKey(1))
    let mixed = HybridCovariance(
      DenseCovariance(S), DenseCovariance(mean), weight: 6.0 / 16)
    expectClose(
      hybrid.estimate, try observations.analysis(prior: mixed, background: state.estimate),
      relative: 1e-11, absolute: 1e-12)
  }

  /// x_a^e = x_f + e + K (y + eta - H (x_f + e)), so with many members the mean of K eta vanishes.
  @Test func membersMeetPerturbedObservations() throws {
    let mean = Matrix(cyclic: (0..<120).map { 40 / (1 + Double(min($0, 120 - $0))) })
    let filter = ControlFilter.meanB(mean, members: 20_000, inflation: 1)
    let field = RandomKey(2).normal([120]).scalars
    var state = FilterState(
      estimate: field,
      ensemble: Matrix(rows: 20_000, columns: 120, (0..<20_000).flatMap { _ in field }))
    try filter.analyse(&state, observations, key: RandomKey(3))
    let ensemble = try #require(state.ensemble)
    let gain = try KalmanGain(observations, prior: DenseCovariance(mean))
    var scaled = gain.matrix
    for row in 0..<120 {
      for k in 0..<scaled.columns { scaled[row, k] *= gain.variances[k] }
    }
    let variances = Matrix.product(scaled, gain.matrix, transposingSecond: true).diagonal
    for x in 0..<120 {
      // Four standard errors of the mean, five of the variance, of 20,000 normals.
      let error = (variances[x] / 20_000).squareRoot()
      #expect(abs(ensemble.columnMeans[x] - state.estimate[x]) < 4.5 * error)
    }
    expectClose(ensemble.columnVariances, variances, relative: 5 * 0.01)
  }

  @Test func withoutNoiseAndSpreadMembersEqualTheControlForEver() throws {
    let field = { DSADM.ParameterField(constant: $0, points: 120) }
    let c = setup.unperturbed
    let model = try DSADM(
      mesh: setup.mesh, steps: 1...20, velocity: field(c.velocity), decay: field(c.decay),
      diffusion: field(c.diffusion), noise: field(0))
    let filter = enKF(5)
    let start = RandomKey(4).normal([120]).scalars
    var state = try filter.start(.known(start), key: RandomKey(0))
    for cycle in 1...10 {
      try filter.forecast(&state, with: model, to: 2 * cycle, key: RandomKey(5))
      try filter.analyse(&state, observations, key: RandomKey(6))
      let ensemble = try #require(state.ensemble)
      for member in 0..<5 { #expect(Array(ensemble.row(member)) == state.estimate) }
    }
  }

  @Test func meanBWithTheExactCovarianceIsTheKalmanFilterOfRegimeZero() throws {
    let twin = try circleTwin(.stationary, cycles: 300, seed: 3)
    let model = try #require(twin.model as? DSADM)
    let B = try steadyState(model, cycles: 150).forecast
    let mean = Matrix(cyclic: B.cyclicMeans)
    let key = RandomKey(1)
    let optimum = try #require(
      try twin.run(KalmanFilter(), measuring: [], key: key).mean(\.forecastMSE)?.squareRoot)
    let found = try #require(
      try twin.run(ControlFilter.meanB(mean), measuring: [], key: key).mean(\.forecastMSE)?
        .squareRoot)
    // The score of 11.4, and the start that the Kalman filter knows.
    #expect(abs(found.value / optimum.value - 1) < 1e-3)
    // Members, if any, do not change the control.
    let beside = try #require(
      try twin.run(ControlFilter.meanB(mean, members: 3), measuring: [], key: key)
        .mean(\.forecastMSE)?.squareRoot)
    #expect(beside.value == found.value)
  }

  @Test func filtersTendToTheKalmanFilterWithTheirMembers() throws {
    let twin = try circleTwin(.standard, cycles: 150, seed: 2)
    let key = RandomKey(1)
    let error = { (filter: any Filter) in
      try #require(try twin.run(filter, measuring: [], key: key).mean(\.forecastMSE)?.squareRoot)
        .value
    }
    let optimum = try error(KalmanFilter())
    let scores = try [5, 80].map { try error(enKF($0)) / optimum - 1 }
    // Published: 4.4 % and 0.5 %.
    #expect(scores[0] > 0.015 && abs(scores[1]) < 0.015 && scores[1] < scores[0] / 2)
    let model = try #require(twin.model as? DSADM)
    let mean = Matrix(cyclic: try steadyState(model, cycles: 100).forecast.cyclicMeans)
    let hybrid =
      try error(
        ControlFilter.hybridB(
          members: 5, taper: taper(5), on: setup.mesh.ring, mean: mean, weight: 1.0 / 3,
          inflation: 1.02)) / optimum - 1
    #expect(hybrid < scores[0])
  }

  @Test func observationsMayBeMissing() throws {
    let twin = try circleTwin(.standard, cycles: 30, seed: 5, missing: 0.7)
    #expect(Set(twin.observations.map(\.count)).count > 3)
    for filter in [enKF(10), KalmanFilter()] as [any Filter] {
      let run = try twin.run(filter, measuring: .all, key: RandomKey(1))
      #expect(run.failure == nil && run.rows.count == 30)
    }
  }

  @Test func withoutObservationsTheAnalysisIsTheForecast() throws {
    let state = exampleState(members: 4)
    var found = state
    try enKF(4).analyse(
      &found, try Observations(points: [], values: [], variances: []), key: RandomKey(0))
    #expect(found == state)
  }

  @Test func aPartOfAMixtureWithoutWeightIsNotAsked() throws {
    let ring = Ring(points: 4)
    let localized = LocalizedEnsembleCovariance(.gaspariCohn(1), on: ring)
    let fixed = DenseCovariance(Matrix(cyclic: [3, 1, 0, 1]))
    let state = FilterState(estimate: [1, 2, 3, 4])
    let observations = try Observations(points: [0], values: [2], variance: 1)
    let analysis = { (filter: any Filter) in
      var state = state
      try filter.analyse(&state, observations, key: RandomKey(1))
      return state
    }
    let expected = try analysis(ControlFilter("fixed", prior: fixed, members: 0))
    let hybrid = HybridCovariance(localized, fixed, weight: 0)
    #expect(try analysis(ControlFilter("hybrid", prior: hybrid, members: 0)) == expected)
    let turned = HybridCovariance(fixed, localized, weight: 1)
    #expect(try analysis(ControlFilter("hybrid", prior: turned, members: 0)) == expected)
  }

  @Test func aMixtureUsesTheEnsembleWhereAPartWithWeightDoes() {
    let localized = LocalizedEnsembleCovariance(.none, on: Ring(points: 2))
    let fixed = DenseCovariance(Matrix(rows: 2, columns: 2))
    let weights = [1.0 / 3, 0, 0.5, 1]
    #expect(
      weights.map { HybridCovariance(localized, fixed, weight: $0).usesEnsemble }
        == [true, false, true, true])
    #expect(
      weights.map { HybridCovariance(fixed, localized, weight: $0).usesEnsemble }
        == [true, true, true, false])
    #expect(weights.allSatisfy { !HybridCovariance(fixed, fixed, weight: $0).usesEnsemble })
    #expect(weights.allSatisfy { HybridCovariance(localized, localized, weight: $0).usesEnsemble })
  }

  @Test func noMembersHaveNoCovariance() {
    let prior = LocalizedEnsembleCovariance(.none, on: Ring(points: 2))
    #expect(throws: AnalysisError.ensembleTooSmall(members: 0, needed: 1)) {
      try prior.estimated(from: Matrix(rows: 0, columns: 2))
    }
  }

  @Test func innovationsAreExpectedWithThePriorOfTheAnalysis() throws {
    let mean = Matrix(cyclic: (0..<120).map { $0 == 0 ? 5 : 1 })
    let found = ControlFilter.meanB(mean).innovationCovariance(
      of: FilterState(estimate: Array(repeating: 0, count: 120)), points: [3, 9],
      variances: [2, 4])
    #expect(found == Matrix(rows: 2, columns: 2, [7, 1, 1, 9]))
  }

  @Test func variancesAreMeanSquaresAboutTheControl() throws {
    let state = FilterState(
      estimate: [1, 2], ensemble: Matrix(rows: 2, columns: 2, [2, 2, 3, 4]))
    #expect(enKF(2).variances(of: state) == [2.5, 2])
    #expect(enKF(2).variances(of: FilterState(estimate: [1])) == nil)
  }

  @Test func statesWithOtherMembersAreRefused() throws {
    let (observations, key) = (try observations, RandomKey(0))
    for state in [exampleState(members: 3), FilterState(estimate: Array(repeating: 0, count: 120))]
    {
      var state = state
      let error = #expect(throws: FilterError.missing("ensemble of 4 members")) {
        try enKF(4).analyse(&state, observations, key: key)
      }
      #expect(
        error?.description
          == "the state has no ensemble of 4 members; give the filter a state that it started itself."
      )
    }
  }

  @Test func statesThatAreNotFiniteAreNamed() {
    var state = exampleState(members: 3)
    state.ensemble?[1, 5] = .infinity
    #expect(
      throws: FilterError.notFinite(
        filter: "EnKF", step: 8, what: "member 1 at point 5", value: "inf")
    ) { try enKF(3).analyse(&state, observations, key: RandomKey(0)) }
  }

  @Test func mistakesAreNamed() async {
    let members = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = ControlFilter.enKF(members: 0, taper: .none, on: Ring(points: 4)) }
    expectMessage("EnKF: 0 members.", of: members)
    let square = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = DenseCovariance(Matrix(rows: 1, columns: 2)) }
    expectMessage("DenseCovariance: 1 rows and 2 columns.", of: square)
    let weight = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let prior = DenseCovariance(Matrix(rows: 1, columns: 1))
      _ = HybridCovariance(prior, prior, weight: -1)
    }
    expectMessage("HybridCovariance: the weight is -1.0, but must be in [0, 1].", of: weight)
  }

  private var observations: Observations {
    get throws {
      try Observations(
        points: Array(stride(from: 0, to: 120, by: 10)), values: (0..<12).map { Double($0) - 5 },
        variance: 36)
    }
  }

  private func exampleState(members: Int) -> FilterState {
    let keys = RandomKey(9).split()
    return FilterState(
      step: 8, estimate: keys.0.normal([120]).scalars,
      ensemble: Matrix(rows: members, columns: 120, keys.1.normal([members, 120]).scalars))
  }
}
