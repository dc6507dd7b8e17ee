import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

/// What filters do at the edges: the exact limit where there is one, an error that says so where there is none.
@Suite struct DegenerateInputTests {
  private static let n = 5
  private static let ring = Ring(points: n)

  static let ensembleFilters: [any EnsembleFilter] = [
    EnKF(members: 4, inflation: 1.1), DEnKF(members: 4, inflation: 1.1),
    ETKF(members: 4, inflation: 1.1, rotation: .random), EnSRF(members: 4, inflation: 1.1),
    LETKF(members: 4, inflation: 1.1, rotation: .random, taper: .gaspariCohn(1), on: ring),
    EnKFN(members: 4, rotation: .random), SerialEnKF(members: 4, inflation: 1.1),
    RankHistogramFilter(members: 4, inflation: 1.1),
    RelaxedFilter(ETKF(members: 4), .toPriorSpread(0.5)),
  ]
  static let climatology = Climatology(model: n)
  static let all: [any Filter] =
    ensembleFilters + [
      ExtendedKalmanFilter(), ClimatologyFilter(climatology), OptimalInterpolation(climatology),
      FreeRun(), UnscentedKalmanFilter(), AdaptivelyInflatedFilter(ETKF(members: 4)),
      ParticleFilter(members: 4),
      OptimalParticleFilter(members: 4, kernel: 0.5),
    ]
  static let initial = InitialDistribution.normal(mean: Array(repeating: 1, count: n), variance: 2)

  @Test(arguments: all.indices)
  func withoutObservationsTheAnalysisIsTheForecastToTheBit(_ index: Int) throws {
    let filter = Self.all[index]
    let forecast = try filter.start(Self.initial, key: RandomKey(1))
    for observations in [
      try Observations(points: [], values: [], variances: []),
      try Observations(points: [1, 3], values: [7, 8], variance: .infinity),
    ] {
      var analysis = forecast
      try filter.analyse(&analysis, observations, key: RandomKey(2))
      #expect(analysis == forecast, "\(filter.name)")
    }
  }

  @Test func oneMemberHasNoCovariance() {
    for filter in [
      EnKF(members: 1), DEnKF(members: 1), ETKF(members: 1), EnSRF(members: 1),
      LETKF(members: 1, taper: .none, on: Self.ring), EnKFN(members: 1), SerialEnKF(members: 1),
      RankHistogramFilter(members: 1), ParticleFilter(members: 1), IEnKS(members: 1),
      FourDEnVar(members: 1, window: 2),
    ] as [any Filter] {
      #expect(throws: AnalysisError.ensembleTooSmall(members: 1, needed: 2), "\(filter.name)") {
        try filter.start(Self.initial, key: RandomKey(1))
      }
    }
  }

  @Test(arguments: [0, 1, 3]) func stepsThatAreReachedOrPassedChangeNothing(_ step: Int) throws {
    let covariance = Self.climatology.covariance
    let (taper, model) = (
      Taper.gaspariCohn(1), FunctionModel(dimension: Self.n) { x, _ in x[0] += 1 }
    )
    let controls: [any Filter] = [
      ControlFilter.enKF(members: 4, taper: taper, on: Self.ring, inflation: 1.02),
      ControlFilter.meanB(covariance),
      ControlFilter.hybridB(
        members: 4, taper: taper, on: Self.ring, mean: covariance, weight: 4.0 / 14,
        inflation: 1.02),
    ]
    let observations = try Observations(points: [1, 3], values: [7, 8], variance: 1)
    for filter in Self.all + controls {
      var state = try filter.start(Self.initial, key: RandomKey(1))
      try filter.forecast(&state, with: model, to: 3, key: RandomKey(2))
      try filter.analyse(&state, observations, key: RandomKey(3))
      let before = state
      #expect(before.step == 3, "\(filter.name)")
      try filter.forecast(&state, with: model, to: step, key: RandomKey(2))
      #expect(state == before, "\(filter.name)")
    }
    var exact = try KalmanFilter().start(Self.initial, key: RandomKey(1))
    let linear = LinearAdvection(points: Self.n)
    try KalmanFilter().forecast(&exact, with: linear, to: 3, key: RandomKey(2))
    let before = exact
    try KalmanFilter().forecast(&exact, with: linear, to: step, key: RandomKey(2))
    #expect(exact == before && exact.step == 3)
  }

  @Test(arguments: [0, -1, .nan, .infinity] as [Double])
  func inflationMustBePositiveAndFinite(_ inflation: Double) {
    let taper = Taper.gaspariCohn(1)
    for filter in [
      EnKF(members: 4, inflation: inflation), DEnKF(members: 4, inflation: inflation),
      ETKF(members: 4, inflation: inflation), EnSRF(members: 4, inflation: inflation),
      LETKF(members: 4, inflation: inflation, taper: taper, on: Self.ring),
      ExtendedKalmanFilter(stepInflation: inflation),
      ControlFilter.enKF(members: 4, taper: taper, on: Self.ring, inflation: inflation),
      ControlFilter.meanB(Self.climatology.covariance, inflation: inflation),
      EnKFN(members: 4, inflation: inflation), SerialEnKF(members: 4, inflation: inflation),
      RankHistogramFilter(members: 4, inflation: inflation),
      UnscentedKalmanFilter(stepInflation: inflation), IEnKS(members: 4, inflation: inflation),
      ESMDA(EnKF(members: 4), assimilations: 2, inflation: inflation),
    ] as [any Filter] {
      let error = #expect(throws: FilterError.self, "\(filter.name)") {
        try filter.start(Self.initial, key: RandomKey(1))
      }
      #expect(
        error?.description
          == "\(filter.name): the inflation is \(inflation), but must be positive and finite; 1 is none."
      )
    }
  }

  @Test(arguments: ensembleFilters.indices)
  func aMemberThatIsNotFiniteIsNamed(_ index: Int) throws {
    let filter = Self.ensembleFilters[index]
    var state = try filter.start(Self.initial, key: RandomKey(1))
    state.ensemble?[2, 3] = .nan
    let observations = try Observations(points: [0], values: [1], variance: 1)
    #expect(throws: AnalysisError.notFinite(what: "members", index: [2, 3], value: "nan")) {
      try filter.analyse(&state, observations, key: RandomKey(2))
    }
  }

  @Test(arguments: all.indices)
  func everyPointCanBeObserved(_ index: Int) throws {
    let filter = Self.all[index]
    var state = try filter.start(Self.initial, key: RandomKey(1))
    let before = state
    let truth = (0..<Self.n).map { Double($0) }
    try filter.analyse(
      &state, try Observations(points: Array(0..<Self.n), values: truth, variance: 1e-3),
      key: RandomKey(2))
    let areas = Self.ring.cellAreas
    let (was, now) = (
      meanSquaredError(before.estimate, truth, areas: areas),
      meanSquaredError(state.estimate, truth, areas: areas)
    )
    #expect(filter is ClimatologyFilter || filter is FreeRun ? now == was : now < was)
  }

  @Test func exactObservationsAreMet() throws {
    let observations = try Observations(points: [1, 3], values: [4, -4], variance: 0)
    for filter in [
      EnKF(members: 4), DEnKF(members: 4), EnSRF(members: 4), ExtendedKalmanFilter(),
      OptimalInterpolation(Self.climatology), SerialEnKF(members: 4), UnscentedKalmanFilter(),
    ] as [any Filter] {
      var state = try filter.start(Self.initial, key: RandomKey(1))
      try filter.analyse(&state, observations, key: RandomKey(2))
      expectClose(
        [state.estimate[1], state.estimate[3]], [4, -4], relative: 1e-12, filter.name)
      let variances = try #require(filter.variances(of: state))
      // The half gain of DEnKF leaves a quarter of the variance; rounding leaves a last digit to the others.
      #expect(filter is DEnKF || (variances[1] < 1e-14 && variances[3] < 1e-14), "\(filter.name)")
    }
  }

  @Test func transformsNeedTheInverseOfTheErrorVariance() throws {
    let observations = try Observations(points: [1], values: [4], variance: 0)
    for filter in [
      ETKF(members: 4), LETKF(members: 4, taper: .none, on: Self.ring), EnKFN(members: 4),
      RankHistogramFilter(members: 4), ParticleFilter(members: 4),
      OptimalParticleFilter(members: 4, kernel: 0.5),
    ] as [any Filter] {
      var state = try filter.start(Self.initial, key: RandomKey(1))
      #expect(throws: AnalysisError.exactObservation(point: 1)) {
        try filter.analyse(&state, observations, key: RandomKey(2))
      }
    }
  }

  @Test func tooManyExactObservationsHaveNoGain() throws {
    // Five exact observations, but the members span three directions.
    let observations = try Observations(
      points: Array(0..<Self.n), values: [1, 2, 3, 4, 5], variance: 0)
    var state = try EnKF(members: 4).start(Self.initial, key: RandomKey(1))
    let error = #expect(throws: FilterError.tooManyExact(count: 5, directions: 3)) {
      try EnKF(members: 4).analyse(&state, observations, key: RandomKey(2))
    }
    #expect(
      error?.description
        == "5 observations have variance 0, but the members span 3 directions only; "
        + "give observations a variance, or more members, or a localization.")
  }

  @Test func anExactObservationCannotMoveWhatIsCertain() throws {
    let filter = EnSRF(members: 4)
    let certain = Matrix(rows: 4, columns: 2, repeating: 1)
    let forecast = FilterState(estimate: [1, 1], ensemble: certain)
    var state = forecast
    try filter.analyse(
      &state, try Observations(points: [0], values: [1], variance: 0), key: RandomKey(2))
    #expect(state == forecast)
    let error = #expect(throws: FilterError.certain(point: 0)) {
      try filter.analyse(
        &state, try Observations(points: [0], values: [2], variance: 0), key: RandomKey(2))
    }
    #expect(
      error?.description
        == "the observation of point 0 has variance 0 and differs from a forecast without spread there; "
        + "give one of them a variance.")
  }

  @Test func observationsOfPointsThatAreNotThereAreRefused() throws {
    let observations = try Observations(points: [5], values: [2], variance: 1)
    for filter in Self.all where !(filter is ClimatologyFilter || filter is FreeRun) {
      var state = try filter.start(Self.initial, key: RandomKey(1))
      #expect(throws: AnalysisError.noSuchPoint(5, pointCount: 5), "\(filter.name)") {
        try filter.analyse(&state, observations, key: RandomKey(2))
      }
    }
  }

  @Test func statesOfOtherFiltersAreRefused() throws {
    let observations = try Observations(points: [1], values: [2], variance: 1)
    var state = FilterState(estimate: Array(repeating: 0, count: Self.n))
    let ensemble = #expect(throws: FilterError.missing("ensemble")) {
      try ETKF(members: 4).analyse(&state, observations, key: RandomKey(1))
    }
    #expect(
      ensemble?.description
        == "the state has no ensemble; give the filter a state that it started itself.")
    #expect(throws: FilterError.missing("covariance")) {
      try ExtendedKalmanFilter().analyse(&state, observations, key: RandomKey(1))
    }
  }

  @Test func modelsWithoutTangentAreRefused() throws {
    var state = try ExtendedKalmanFilter().start(Self.initial, key: RandomKey(1))
    let error = #expect(throws: FilterError.noTangent(model: "Still")) {
      try ExtendedKalmanFilter().forecast(&state, with: Still(), to: 1, key: RandomKey(2))
    }
    #expect(
      error?.description
        == "Still has no tangent, which the extended Kalman filter needs; "
        + "let it conform to TangentLinearModel, or to LinearDynamicalModel if it is linear.")
  }

  private struct Still: DynamicalModel {
    let dimension = DegenerateInputTests.n
    func advance(_ states: inout Matrix, to step: Int, noise: RandomKey?) {}
  }
}

extension Climatology {
  /// Some climate of so many points.
  fileprivate init(model points: Int) {
    let states = Matrix(
      rows: 20, columns: points, RandomKey(5).normal([20, points]).scalars)
    do { try self.init(states: states) } catch { fatalError("\(error)") }
  }
}
