import Assimilation
import FilterTestSupport
import Foundation
import LinearAlgebra
import TestSupport
import Testing

struct TaperTests {
  @Test func gaspariCohnHasTheValuesOfTheTable() {
    let found = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 3].map {
      Taper.gaspariCohn(10)(10 * $0)
    }
    let table = [
      1, 0.90730794, 0.68489583, 0.42504883, 0.20833333, 0.07514648, 0.01649306, 0.00112770, 0, 0,
    ]
    // The digits of the table.
    expectClose(found, table, relative: 0, absolute: 5e-9)
    #expect(abs(found[4] - 5.0 / 24) < 1e-15)
  }

  @Test(arguments: [1.0, 2])
  func gaspariCohnIsSmoothWhereItsPiecesMeet(place: Double) {
    let taper = Taper.gaspariCohn(1)
    let h = 1e-4
    let (left, middle, right) = (taper(place - h), taper(place), taper(place + h))
    let (slopeLeft, slopeRight) = ((middle - left) / h, (right - middle) / h)
    // With a bounded second derivative the slopes differ by a multiple of h.
    #expect(abs(slopeLeft - slopeRight) < 3 * h)
    let (farLeft, farRight) = (taper(place - 2 * h), taper(place + 2 * h))
    let curvatureLeft = (middle - 2 * left + farLeft) / (h * h)
    let curvatureRight = (farRight - 2 * right + middle) / (h * h)
    // Rounding, 1e-16 / h², and a third derivative below 20.
    #expect(abs(curvatureLeft - curvatureRight) < 20 * 4 * h + 1e-6)
  }

  @Test(arguments: [Taper.gaspariCohn(0.3), .gaspariCohn(1.2), .secondOrderAutoregressive(0.5)])
  func taperedEnsemblesArePositiveSemidefinite(taper: Taper) throws {
    let circle = unitCircle(60)
    let all = Array(0..<60)
    var C = Matrix(rows: 60, columns: 60)
    for i in all {
      for j in all { C[i, j] = taper(circle.distance(i, j)) }
    }
    let localized = try LocalizedEnsembleCovariance(
      members: normalMatrix(3, 60, seed: 2), taper: taper, on: circle
    ).block(rows: all, columns: all)
    for var matrix in [C, localized] {
      // Rounding, a few 1e-15 of eigenvalues of order ten.
      matrix.addToDiagonal(Array(repeating: 1e-12, count: 60))
      #expect(throws: Never.self) { try CholeskyFactor(factoring: matrix) }
    }
  }

  @Test func theAutoregressiveTaperIsItsFormula() {
    expectClose(
      [Taper.secondOrderAutoregressive(2)(3), Taper.none(7)], [2.5 * exp(-1.5), 1],
      relative: 1e-15)
  }

  @Test func stretchedTapersHaveTheirValuesFartherOut() {
    for taper in [Taper.gaspariCohn(0.7), .secondOrderAutoregressive(0.7), .none] {
      let distances = [0, 0.1, 0.5, 0.9, 1.3]
      expectClose(
        distances.map { taper.scaled(by: 3)(3 * $0) }, distances.map { taper($0) },
        relative: 1e-12)
      #expect(taper.scaled(by: 1) == taper)
    }
  }

  @Test func aFactorThatIsNotPositiveIsRefused() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Taper.gaspariCohn(1).scaled(by: 0) }
    expectMessage("Taper: the factor is 0.0, but must be positive.", of: exit)
  }
}
