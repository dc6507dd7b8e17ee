import Assimilation
import Autodiff
import FilterTestSupport
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Tapers on circles, whose distances may go along the arc or along chords.
@Suite struct WrappingTaperTests {
  /// The least eigenvalue of the taper between the points of a grid, over the largest.
  private func leastEigenvalue(_ taper: Taper, on grid: some Grid) -> Double {
    let n = grid.pointCount
    let entries = (0..<n).flatMap { i in (0..<n).map { taper(grid.distance(i, $0)) } }
    let values = symmetricEigenvalues(Tensor(entries, shape: [n, n])).scalars
    return (values.min() ?? 0) / (values.max() ?? 1)
  }

  private func localized(_ taper: Taper, on grid: some Grid) throws -> LocalizedEnsembleCovariance {
    try LocalizedEnsembleCovariance(
      members: normalMatrix(3, grid.pointCount, seed: 2), taper: taper, on: grid)
  }

  /// What is not refused is a covariance, and what is refused is none.
  @Test(arguments: [3, 4, 5, 8, 15, 40, 41, 120])
  func tapersAreRefusedExactlyWhereTheyAreNoCovariances(_ points: Int) throws {
    let ring = Ring(points: points)
    var refused = 0
    for share in [0.01, 0.05, 0.1, 0.2, 0.25, 0.26, 0.28, 0.3, 0.4, 0.455, 0.5, 1, 3] {
      let length = share * Double(points)
      for taper in [Taper.gaspariCohn(length), .secondOrderAutoregressive(length / 3)] {
        let least = leastEigenvalue(taper, on: ring)
        do {
          _ = try localized(taper, on: ring)
          #expect(least >= -1.001e-12, "\(taper): \(least)")
        } catch let error as AnalysisError {
          refused += 1
          #expect(least < -0.999e-12, "\(error): \(least)")
        }
      }
    }
    // A few points do not resolve the kink.
    #expect(refused > 0 || points < 5)
  }

  @Test(arguments: [4, 5, 40, 41, 120])
  func lengthsUpToAQuarterOfTheRingAreCovariances(_ points: Int) {
    for share in [0.02, 0.1, 0.15, 0.2, 0.25] {
      let taper = Taper.gaspariCohn(share * Double(points))
      #expect(leastEigenvalue(taper, on: Ring(points: points)) >= -1e-12)
      #expect(throws: Never.self) { try localized(taper, on: Ring(points: points)) }
    }
  }

  @Test(arguments: [3, 4, 5, 40, 41, 120])
  func chordsAreCovariancesAtAnyLength(_ points: Int) {
    let ring = Ring(points: points, metric: .chord(radius: Double(points) / (2 * .pi)))
    for share in [0.02, 0.1, 0.25, 0.3, 0.455, 1, 10] {
      let length = share * Double(points)
      for taper in [Taper.gaspariCohn(length), .secondOrderAutoregressive(length)] {
        #expect(leastEigenvalue(taper, on: ring) >= -1e-12)
        #expect(throws: Never.self) { try localized(taper, on: ring) }
      }
    }
  }

  private let message = """
    the taper gaspariCohn(18.2) of distances along a ring of 40 points is not a covariance, with the eigenvalue -0.469
    """

  /// All points of a ring observed, as a model with 40 variables is.
  private func analyse(_ filter: some Filter) throws -> FilterState {
    let observations = try Observations(
      points: Array(0..<40), values: Array(repeating: 0, count: 40), variance: 1)
    var state = FilterState(
      estimate: Array(repeating: 0, count: 40), ensemble: normalMatrix(5, 40, seed: 3))
    try filter.analyse(&state, observations, key: RandomKey(1))
    return state
  }

  /// The message names the taper, the shape of the grid and both lengths or distances that help.
  @Test func filtersThatMultiplyCovariancesNameTheTaperAndTheRemedy() throws {
    let ring = Ring(points: 40)
    let localization = Localization(.gaspariCohn(18.2), on: ring)
    let filters: [any Filter] = [
      EnKF(members: 5, localization: localization),
      DEnKF(members: 5, localization: localization),
      EnSRF(members: 5, localization: localization),
      ControlFilter.enKF(members: 5, taper: .gaspariCohn(18.2), on: ring),
    ]
    for filter in filters {
      let error = #expect(throws: AnalysisError.self) { try analyse(filter) }
      let text = try #require(error).description
      #expect(text.hasPrefix(message), "\(text)")
      #expect(
        text.hasSuffix(
          "because it is not 0 half-way round; use a length of at most 10.0, or distances along chords, as of "
            + "Ring(points: 40, metric: .chord(radius: 40 / (2 * .pi)))."), "\(text)")
    }
  }

  @Test func theRemediesOfTheMessageServe() throws {
    let chords = Ring(points: 40, metric: .chord(radius: 40 / (2 * .pi)))
    for localization in [
      Localization(.gaspariCohn(18.2), on: chords),
      Localization(.gaspariCohn(10), on: Ring(points: 40)),
    ] {
      let state = try analyse(EnKF(members: 5, localization: localization))
      #expect(state.estimate.allSatisfy { $0.isFinite })
    }
  }

  /// The LETKF damps precisions, for which any factor that is not negative will do.
  @Test func tapersOfPrecisionsMayWrap() throws {
    let filter = LETKF(members: 5, taper: .gaspariCohn(18.2), on: Ring(points: 40))
    let state = try analyse(filter)
    #expect(state.estimate.allSatisfy { $0.isFinite })
  }

  @Test func anAutoregressiveTaperHasChordsAsItsOnlyRemedy() throws {
    let error = #expect(throws: AnalysisError.self) {
      try localized(.secondOrderAutoregressive(8), on: Ring(points: 40))
    }
    let text = try #require(error).description
    #expect(text.contains("half-way round; use distances along chords"), "\(text)")
  }

  /// Of a grid that is not known to be a ring the Cholesky factor tells.
  @Test func anotherGridWhoseTaperFailsIsToldOfTheTaper() throws {
    struct Arc: Grid {
      let ring = Ring(points: 40)
      var pointCount: Int { 40 }
      var cellAreas: [Double] { ring.cellAreas }
      func distance(_ i: Int, _ j: Int) -> Double { ring.distance(i, j) }
    }
    let filter = EnKF(members: 5, localization: Localization(.gaspariCohn(40), on: Arc()))
    var members = normalMatrix(5, 40, seed: 3)
    members.scale(by: 100)
    let observations = try Observations(
      points: Array(0..<40), values: Array(repeating: 0, count: 40), variance: 1e-3)
    var state = FilterState(estimate: Array(repeating: 0, count: 40), ensemble: members)
    let error = #expect(throws: FilterError.self) {
      try filter.analyse(&state, observations, key: RandomKey(1))
    }
    let text = try #require(error).description
    #expect(text.hasPrefix("the localized covariance of 40 observations is not positive definite"))
    #expect(text.hasSuffix("use a shorter length, or straight-line distances."))
  }
}
