import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

struct PriorDEnKFTests {
  private let ring = Ring(points: 12)

  private func forecast() -> FilterState {
    let members = Matrix(rows: 5, columns: 12, RandomKey(3).normal([5, 12]).scalars)
    return FilterState(estimate: members.columnMeans, ensemble: members)
  }

  private func observations() throws -> Observations {
    try Observations(
      points: [0, 3, 4, 9], values: [1, -0.5, 0.2, 2], variances: [0.5, 1, 2, 0.1])
  }

  @Test func withTheLocalizedSampleCovarianceItIsTheDEnKF() throws {
    let taper = Taper.gaspariCohn(2.5)
    let prior = LocalizedEnsembleCovariance(taper, on: ring)
    let own = PriorDEnKF("own", prior: prior, members: 5, inflation: 1.1)
    let other = DEnKF(members: 5, inflation: 1.1, localization: Localization(taper, on: ring))
    var (a, b) = (forecast(), forecast())
    try own.analyse(&a, observations(), key: RandomKey(0))
    try other.analyse(&b, observations(), key: RandomKey(0))
    expectClose(a.estimate, b.estimate, relative: 1e-12, absolute: 1e-13)
    let (x, y) = (try #require(a.ensemble), try #require(b.ensemble))
    expectClose(x.scalars, y.scalars, relative: 1e-12, absolute: 1e-13)
  }

  @Test func theMeanIsTheAnalysisByThePrior() throws {
    let B = Matrix(cyclic: (0..<12).map { Taper.gaspariCohn(2)(ring.distance(0, $0)) })
    let prior = DenseCovariance(B)
    var state = forecast()
    let expected = try observations().analysis(prior: prior, background: state.estimate)
    let filter = PriorDEnKF("Mean-B", prior: prior, members: 5)
    let S = try #require(
      filter.innovationCovariance(of: state, points: [0, 3], variances: [0.5, 1]))
    expectClose([S[0, 0], S[1, 0], S[1, 1]], [1.5, B[0, 3], 2], relative: 1e-13)
    try filter.analyse(&state, observations(), key: RandomKey(0))
    expectClose(state.estimate, expected, relative: 1e-12, absolute: 1e-13)
  }

  @Test func aPriorOfAnotherGridIsRefused() {
    let prior = DenseCovariance(Matrix(cyclic: [1, 0, 0, 0]))
    var state = forecast()
    #expect(throws: AnalysisError.self) {
      try PriorDEnKF("Mean-B", prior: prior, members: 5).analyse(
        &state, observations(), key: RandomKey(0))
    }
  }
}
