import Assimilation
import Autodiff
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite struct SmootherErrorTests {
  private let ring = Ring(points: 3)
  private let noisy = LinearAdvection(points: 3, noise: NormalNoise(variances: [1, 1, 1]))

  private func start(_ filter: some Filter) throws -> FilterState {
    try filter.start(.normal(mean: [0, 0, 0], variance: 1), key: RandomKey(1))
  }

  @Test(arguments: [
    "EnKS, LETKF updates the states of several times at once, but LETKF is localized on the grid of one time; "
      + "use a filter without localization."
  ])
  func localizedFiltersAreRefused(message: String) {
    let local = LETKF(members: 4, taper: .gaspariCohn(1), on: ring)
    let error = #expect(throws: FilterError.self) { try start(EnKS(local, lag: 2)) }
    #expect(error?.description == message)
    let enKF = EnKF(members: 4, localization: Localization(.gaspariCohn(0.5), on: ring))
    #expect(throws: FilterError.localizedBase(filter: "EnKS, EnKF", base: "EnKF")) {
      try start(EnKS(enKF, lag: 2))
    }
    #expect(throws: FilterError.localizedBase(filter: "ES-MDA, EnKF", base: "EnKF")) {
      try analysed(ESMDA(enKF, assimilations: 2))
    }
  }

  @discardableResult
  private func analysed(
    _ filter: some Filter, with model: any DynamicalModel = LinearAdvection(points: 3)
  ) throws -> FilterState {
    var state = try start(filter)
    try filter.forecast(&state, with: model, to: 2, key: RandomKey(2))
    try filter.analyse(
      &state, try Observations(points: [0], values: [1], variance: 1), with: model,
      key: RandomKey(3))
    return state
  }

  @Test func windowsNeedATime() {
    for (filter, message) in [
      (EnKS(ETKF(members: 4), lag: 0), "EnKS, ETKF: the lag is 0.0, but must be at least 1."),
      (IEnKS(members: 4, lag: 0), "IEnKS: the lag is 0.0, but must be at least 1."),
      (FourDEnVar(members: 4, window: 0), "4DEnVar: the window is 0.0, but must be at least 1."),
    ] as [(any Filter, String)] {
      let error = #expect(throws: FilterError.self) { try start(filter) }
      #expect(error?.description == message)
    }
  }

  @Test func modelsWithErrorsAreRefused() {
    for filter in [
      IEnKS(members: 4), FourDEnVar(members: 4, window: 2),
      ESMDA(EnKF(members: 4), assimilations: 2),
    ] as [any Filter] {
      let error = #expect(throws: FilterError.self) { try analysed(filter, with: noisy) }
      #expect(
        error?.description
          == "\(filter.name) is for models without errors, but LinearAdvection has them; use EnKS, or a model whose "
          + "noise is nil.")
    }
  }

  @Test func analysesNeedTheModel() throws {
    let y = try Observations(points: [0], values: [1], variance: 1)
    for filter in [IEnKS(members: 4), FourDEnVar(members: 4, window: 2)] as [any Filter] {
      var state = try start(filter)
      let error = #expect(throws: FilterError.self) {
        try filter.analyse(&state, y, key: RandomKey(1))
      }
      #expect(
        error?.description
          == "\(filter.name) runs the model in its analysis; call analyse(_:_:with:key:), which has a model."
      )
    }
  }

  @Test func statesOfOtherFiltersAreRefused() throws {
    let y = try Observations(points: [0], values: [1], variance: 1)
    for filter in [
      IEnKS(members: 4), FourDEnVar(members: 4, window: 2), EnKS(ETKF(members: 4), lag: 1),
    ] as [any Filter] {
      var state = try start(ETKF(members: 4))
      #expect(throws: FilterError.missing("window of earlier states")) {
        try filter.analyse(&state, y, with: LinearAdvection(points: 3), key: RandomKey(1))
      }
    }
  }

  @Test(arguments: [
    (
      IEnKS(members: 4, maximumIterations: 0),
      "IEnKS: the largest number of iterations is 0.0, but must be at least 1."
    ),
    (
      IEnKS(members: 4, certainty: -1),
      "IEnKS-N: the certainty is -1.0, but must be positive and finite."
    ),
    (
      IEnKS(members: 4, linearization: .bundle(0)),
      "IEnKS: the epsilon of the bundle is 0.0, but must be positive and finite."
    ),
  ])
  func settingsOutOfRangeAreRefused(smoother: IEnKS, message: String) {
    let error = #expect(throws: FilterError.self) { try analysed(smoother) }
    #expect(error?.description == message)
  }

  @Test func coefficientsMustSumToOneAssimilation() {
    let error = #expect(throws: FilterError.self) {
      try analysed(ESMDA(EnKF(members: 4), coefficients: [2, 4]))
    }
    #expect(
      error?.description
        == "ES-MDA, EnKF: the sum of inverse coefficients is 0.75, but must be 1, of positive coefficients."
    )
  }

  @Test func theEnRTSRefusesRotationsAndTimesThatDoNotFit() throws {
    let y = try Observations(points: [0], values: [1], variance: 1)
    let smooth = { (base: ETKF, times: [Int]) in
      try EnRTS(base).smooth(
        [y, y], times: times, with: LinearAdvection(points: 3),
        from: .normal(mean: [0, 0, 0], variance: 1), key: RandomKey(1))
    }
    let error = #expect(throws: FilterError.self) {
      try smooth(ETKF(members: 4, rotation: .random), [1, 2])
    }
    #expect(
      error?.description
        == "EnRTS, ETKF needs members that stay themselves in the analysis, but ETKF rotates them; give ETKF the rotation "
        + ".none, and EnRTS, ETKF that rotation if it has one.")
    #expect(throws: AnalysisError.size(what: "times", given: 1, expected: 2)) {
      try smooth(ETKF(members: 4), [1])
    }
  }

  @Test func withoutObservationsTheWindowSlidesOverTheForecast() throws {
    let model = LinearAdvection(points: 3)
    for filter in [
      IEnKS(members: 4, lag: 2), EnKS(ETKF(members: 4), lag: 2), FourDEnVar(members: 4, window: 2),
    ] as [any Filter] {
      var (state, free) = (try start(filter), try start(ETKF(members: 4)))
      for step in 1...4 {
        try filter.forecast(&state, with: model, to: step, key: RandomKey(2))
        try filter.analyse(
          &state, try Observations(points: [0], values: [1], variance: .infinity), with: model,
          key: RandomKey(3))
        try ETKF(members: 4).forecast(&free, with: model, to: step, key: RandomKey(2))
        #expect(state.ensemble == free.ensemble, "\(filter.name)")
      }
      #expect(state.past?.isEmpty == false)
    }
  }

  @Test func aStoredWindowContinuesWithTheSameBits() throws {
    let twin = try TwinExperiment(
      Lorenz63(), initial: .normal(mean: [1.509, -1.531, 25.46], variance: 2),
      observing: .every(10, points: [0, 1, 2], variance: 2), steps: 120, key: RandomKey(1))
    for filter in [
      IEnKS(members: 4, lag: 2, certainty: 1), EnKS(ETKF(members: 6), lag: 3),
      FourDEnVar(members: 5, window: 3), ESMDA(EnKF(members: 6), assimilations: 2),
      ParticleFilter(members: 20, jitter: 1), AdaptivelyInflatedFilter(ETKF(members: 5)),
    ] as [any Filter] {
      let whole = try twin.run(filter, key: RandomKey(2))
      var checkpoint = try twin.start(filter, key: RandomKey(2))
      twin.advance(&checkpoint, filter, cycles: 5)
      let stored = try JSONEncoder().encode(checkpoint)
      var resumed = try JSONDecoder().decode(TwinCheckpoint.self, from: stored)
      twin.advance(&resumed, filter)
      #expect(resumed.run == whole && whole.failure == nil, "\(filter.name)")
      #expect(whole.rows.count == 12)
    }
  }
}
