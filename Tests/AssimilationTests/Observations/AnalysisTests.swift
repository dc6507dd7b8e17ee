import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

struct AnalysisTests {
  private let n = 30
  private var W: Matrix { exampleSquareRoot(n) }
  private var B: Matrix { .symmetricProduct(W, mirrored: true) }

  private func observations(_ variance: Double = 0.4) throws -> Observations {
    let points = [3, 17, 4, 29, 0, 11, 22, 8]
    return try Observations(
      points: points, values: RandomKey(1).normal([points.count]).scalars, variance: variance)
  }

  /// x_f + K (y - H x_f) with K by the definition, from matrices as a whole.
  private func byDefinition(_ y: Observations, background: [Double]) throws -> [Double] {
    let gain = try KalmanGain(y, prior: DenseCovariance(B))
    let places = gain.points.map { point in y.points.firstIndex(of: point) ?? 0 }
    let innovation = zip(places, gain.points).map { y.values[$0] - background[$1] }
    return zip(background, gain.matrix.multiplied(by: innovation)).map(+)
  }

  @Test func allFormsOfTheGainGiveOneAnalysis() throws {
    let y = try observations()
    let background = RandomKey(2).normal([n]).scalars
    let expected = try byDefinition(y, background: background)
    let found = [
      try y.analysis(prior: DenseCovariance(B), background: background),
      try y.analysis(prior: SquareRootCovariance(W), background: background),
      try inNoiseSpace(y, W, background: background),
      try y.analysis(squareRoot: W, background: background, tolerance: 1e-13).analysis,
      try y.analysis(
        squareRoot: SparseMatrix(W, keeping: .ofLargest(0)), background: background,
        tolerance: 1e-13
      ).analysis,
    ]
    // Condition numbers of some hundreds.
    for analysis in found { expectClose(analysis, expected, relative: 1e-10, absolute: 1e-11) }
  }

  @Test func aSparseSquareRootChangesAnAnalysisAsLittleAsItsThreshold() throws {
    let y = try observations()
    let sparse = SparseMatrix(W, keeping: .ofRow(1e-4))
    #expect(sparse.density < 0.8)
    expectClose(
      try y.analysis(squareRoot: sparse, tolerance: 1e-12).analysis,
      try y.analysis(prior: SquareRootCovariance(W)), relative: 0, absolute: 2e-3)
  }

  @Test func conjugateGradientsEndAfterAsManyIterationsAsObservations() throws {
    let found = try observations().analysis(squareRoot: W, tolerance: 1e-12)
    #expect(found.iterations <= 9)
  }

  @Test func withoutErrorsTheAnalysisHasTheValuesObserved() throws {
    let y = try observations(0)
    let analysis = try y.analysis(prior: SquareRootCovariance(W))
    expectClose(y.points.map { analysis[$0] }, y.values, relative: 1e-8)
    let nearly = try observations(1e-9).analysis(prior: SquareRootCovariance(W))
    expectClose(nearly, analysis, relative: 1e-6, absolute: 1e-6)
  }

  @Test func endlessErrorsAndNoObservationsLeaveTheBackground() throws {
    let background = RandomKey(3).normal([n]).scalars
    let none = try Observations(points: [], values: [], variance: 1)
    for y in [try observations(.infinity), none] {
      #expect(try y.analysis(prior: DenseCovariance(B), background: background) == background)
      #expect(
        try y.analysis(squareRoot: W, background: background).analysis == background)
      #expect(try inNoiseSpace(y, W, background: background) == background)
    }
    let far = try observations(1e12).analysis(prior: DenseCovariance(B), background: background)
    // B is of order ten.
    expectClose(far, background, relative: 0, absolute: 1e-10)
  }

  @Test func repeatedObservationsAreOneOfTheirMean() throws {
    let background = RandomKey(4).normal([n]).scalars
    let prior = DenseCovariance(B)
    let repeated = try Observations(
      points: [5, 9, 5], values: [1, -1, 2], variance: 0.6)
    let once = try Observations(
      points: [5, 9], values: [1.5, -1], variances: [0.3, 0.6])
    expectClose(
      try repeated.analysis(prior: prior, background: background),
      try once.analysis(prior: prior, background: background), relative: 1e-13)
    // As the system with a row for each of them has it.
    var system = prior.block(rows: repeated.points, columns: repeated.points)
    system.addToDiagonal(repeated.variances)
    let weights = try CholeskyFactor(factoring: system)
      .solving(zip(repeated.values, repeated.points).map { $0 - background[$1] })
    let increment = prior.block(rows: Array(0..<n), columns: repeated.points)
      .multiplied(by: weights)
    expectClose(
      try repeated.analysis(prior: prior, background: background),
      zip(background, increment).map(+), relative: 1e-12, absolute: 1e-12)
  }

  @Test func exactObservationsThatAgreeAreOneAndThoseThatDifferAnError() throws {
    let prior = DenseCovariance(B)
    let agreeing = try Observations(points: [5, 5], values: [1, 1], variance: 0)
    expectClose([try agreeing.analysis(prior: prior)[5]], [1], relative: 1e-12)
    let mixed = try Observations(points: [5, 5], values: [1, 7], variances: [0, 2])
    expectClose([try mixed.analysis(prior: prior)[5]], [1], relative: 1e-12)
    let differing = try Observations(points: [5, 5], values: [1, 2], variance: 0)
    #expect(throws: AnalysisError.contradiction(point: 5)) {
      try differing.analysis(prior: prior)
    }
    #expect(throws: AnalysisError.exactObservation(point: 5)) {
      try agreeing.analysis(squareRoot: W)
    }
  }

  @Test func aPointWithoutVarianceCannotBeObservedExactly() throws {
    let y = try Observations(points: [1], values: [1], variance: 0)
    #expect(throws: NotPositiveDefinite.self) {
      try y.analysis(prior: DenseCovariance(Matrix(rows: 2, columns: 2)))
    }
  }

  @Test func observationsAtEveryPointHaveTheirAnalysis() throws {
    let y = try Observations(
      points: Array(0..<n), values: RandomKey(5).normal([n]).scalars, variance: 0.1)
    expectClose(
      try y.analysis(prior: SquareRootCovariance(W)),
      try inNoiseSpace(y, W), relative: 1e-9, absolute: 1e-10)
  }

  @Test func theErrorCovarianceOfTheOptimalGainIsShortAndOfNoOtherGainSmaller() throws {
    let y = try observations()
    let gain = try KalmanGain(y, prior: DenseCovariance(B))
    let optimal = gain.errorCovariance(truth: B)
    // (I - K H) B.
    var short = B
    short.accumulate(gain.matrix, B.taking(rows: gain.points), scaledBy: -1)
    expectClose(optimal.scalars, short.scalars, relative: 1e-9, absolute: 1e-11)
    var wrong = B
    wrong.withMutableScalars { entries in
      for k in entries.indices { entries[k] *= 3 }
    }
    let suboptimal = try KalmanGain(y, prior: DenseCovariance(wrong)).errorCovariance(truth: B)
    #expect(suboptimal.trace > optimal.trace)
  }

  @Test(arguments: [
    (AnalysisError.ensembleTooSmall(members: 1, needed: 2), "give at least 2 members."),
    (.notFinite(what: "members", index: [1, 2], value: "nan"), "members[1, 2] is nan, but must"),
    (.negative(what: "variances", index: [0], value: -1), "variances[0] is -1.0, but must not"),
    (.zero(what: "optimum", index: [3]), "optimum[3] is 0;"),
    (.size(what: "values", given: 1, expected: 2), "values has 1 numbers, but needs 2."),
    (.noSuchPoint(30, pointCount: 30), "point 30, but the points of the grid are 0..<30."),
    (.contradiction(point: 5), "observations of point 5 have variance 0 and differ"),
    (.exactObservation(point: 5), "has variance 0, which has no inverse"),
  ])
  func errorsSayWhatIsWrong(error: AnalysisError, text: String) {
    #expect(error.description.contains(text))
  }

  @Test func observationsThatDoNotFitAreRefused() throws {
    #expect(throws: AnalysisError.size(what: "values", given: 1, expected: 2)) {
      try Observations(points: [0, 1], values: [0], variance: 1)
    }
    #expect(throws: AnalysisError.size(what: "variances", given: 0, expected: 1)) {
      try Observations(points: [0], values: [0], variances: [])
    }
    #expect(throws: AnalysisError.notFinite(what: "values", index: [1], value: "nan")) {
      try Observations(points: [0, 1], values: [0, .nan], variance: 1)
    }
    // Before values, which may be of its root.
    #expect(throws: AnalysisError.negative(what: "variances", index: [0], value: -1)) {
      try Observations(points: [0], values: [.nan], variance: -1)
    }
    for (variance, error) in [
      (-1, .negative(what: "variances", index: [0], value: -1)),
      (.infinity, .notFinite(what: "variances", index: [0], value: "inf")),
    ] as [(Double, AnalysisError)] {
      #expect(throws: error) {
        try Observations.drawn(
          from: [1, 2], areas: [1, 1], count: 3, variance: variance, key: RandomKey(1))
      }
    }
    #expect(throws: AnalysisError.negative(what: "variances", index: [0], value: -1)) {
      try Observations(points: [0], values: [0], variance: -1)
    }
    #expect(throws: AnalysisError.notFinite(what: "variances", index: [0], value: "nan")) {
      try Observations(points: [0], values: [0], variance: .nan)
    }
    let outside = try Observations(points: [n], values: [0], variance: 1)
    #expect(throws: AnalysisError.noSuchPoint(n, pointCount: n)) {
      try outside.analysis(prior: DenseCovariance(B))
    }
    #expect(throws: AnalysisError.size(what: "background", given: 1, expected: n)) {
      try observations().analysis(prior: DenseCovariance(B), background: [0])
    }
    #expect(throws: AnalysisError.notFinite(what: "background", index: [0], value: "inf")) {
      try observations().analysis(
        prior: DenseCovariance(B), background: Array(repeating: .infinity, count: n))
    }
  }

  @Test func pointsAreDrawnInProportionToTheirAreas() throws {
    let areas = [1.0, 3, 0.5, 5.5]
    let y = try Observations.drawn(
      from: [10, 20, 30, 40], areas: areas, count: 20_000, variance: 0.25, key: RandomKey(6))
    for (point, area) in areas.enumerated() {
      let chosen = y.points.indices.filter { y.points[$0] == point }
      let share = Double(chosen.count) / 20_000
      // Four standard errors of a share, and of a mean of errors with deviation 0.5.
      let p = area / 10
      #expect(abs(share - p) < 4 * (p * (1 - p) / 20_000).squareRoot())
      let mean = chosen.reduce(0) { $0 + y.values[$1] } / Double(chosen.count)
      #expect(abs(mean - 10 * Double(point + 1)) < 2 / Double(chosen.count).squareRoot())
    }
    let again = try Observations.drawn(
      from: [10, 20, 30, 40], areas: areas, count: 20_000, variance: 0.25, key: RandomKey(6))
    #expect(again == y)
  }
}
