import Assimilation
import Foundation
import LSEF
import LinearAlgebra
import PPL
import TestSupport
import Testing

/// What holds of any prior: its parts are those of the matrix that its blocks make up.
private func expectPrior(_ prior: some PriorCovariance, rounding: Double = 1e-12) {
  let all = Array(0..<prior.pointCount)
  let B = prior.block(rows: all, columns: all)
  let points = [4, 1, 7, 2]
  let observed = prior.observed(points)
  for (i, point) in points.enumerated() {
    for j in 0...i {
      #expect(abs(observed[i, j] - B[point, points[j]]) <= rounding * (1 + B[point, point]))
    }
  }
  let weights = [1.0, -2, 0.5, 3]
  expectClose(
    prior.spreading(weights, from: points),
    B.taking(columns: points).multiplied(by: weights), relative: rounding, absolute: rounding)
  expectClose(prior.variances, B.diagonal, relative: rounding)
  expectClose(B.scalars, B.transposed().scalars, relative: rounding, absolute: rounding)
}

struct PriorCovarianceTests {
  private let circle = Circle(points: 150)
  private let members = normalMatrix(5, 150, seed: 1)

  @Test func everyPriorIsThePartsOfOneSymmetricMatrix() throws {
    let ensemble = try LocalizedEnsembleCovariance(
      members: members, taper: .gaspariCohn(0.4), on: circle)
    let mean = try IsotropicCovariance(
      spectrum: [1, 0.5, 0.25], basis: .chebyshev, on: circle)
    expectPrior(SquareRootCovariance(exampleSquareRoot(20)))
    expectPrior(DenseCovariance(.symmetricProduct(exampleSquareRoot(20), mirrored: true)))
    expectPrior(ensemble)
    expectPrior(mean)
    expectPrior(HybridCovariance(ensemble, mean, weight: 0.3))
  }

  @Test func theEnsembleCovarianceIsTheSampleCovarianceTimesTheTaper() throws {
    let found = try LocalizedEnsembleCovariance(
      members: members, taper: .gaspariCohn(0.4), on: circle
    ).block(rows: [3], columns: [3, 9, 100])
    let means = (0..<150).map { point in
      (0..<5).reduce(0) { $0 + members[$1, point] } / 5
    }
    let expected = [3, 9, 100].map { point in
      let sum = (0..<5).reduce(0) {
        $0 + (members[$1, 3] - means[3]) * (members[$1, point] - means[point])
      }
      return sum / 4 * Taper.gaspariCohn(0.4)(circle.distance(3, point))
    }
    expectClose(found.scalars, expected, relative: 1e-12)
    #expect(found.scalars[2] == 0)
  }

  @Test func anEnsembleOfTwoHasACovarianceAndOneOfOneHasNone() throws {
    let two = members.taking(rows: [0, 1])
    let variances = try LocalizedEnsembleCovariance(
      members: two, taper: .none, on: circle
    ).variances
    // Half the squared difference.
    let expected = (0..<150).map { pow(two[0, $0] - two[1, $0], 2) / 2 }
    expectClose(variances, expected, relative: 1e-12)
    for count in [0, 1] {
      #expect(throws: AnalysisError.ensembleTooSmall(members: count, needed: 2)) {
        try LocalizedEnsembleCovariance(
          members: members.taking(rows: Array(0..<count)), taper: .none, on: circle)
      }
    }
  }

  @Test func aMemberWithANumberThatIsNoneIsRefused() {
    var broken = members
    broken[2, 7] = .nan
    #expect(throws: AnalysisError.notFinite(what: "members", index: [2, 7], value: "nan")) {
      try LocalizedEnsembleCovariance(members: broken, taper: .none, on: circle)
    }
    #expect(throws: AnalysisError.size(what: "a member", given: 149, expected: 150)) {
      try LocalizedEnsembleCovariance(
        members: members.taking(columns: Array(0..<149)), taper: .none, on: circle)
    }
  }

  @Test func theIsotropicCovarianceIsTheSumOfItsWaves() throws {
    let spectrum = [0.3, 1, 0.5, 0.25]
    let onCircle = try IsotropicCovariance(
      spectrum: spectrum, basis: .chebyshev, on: circle
    ).block(rows: [10], columns: [10, 20, 85])
    let angles = [0.0, 10, 75].map { 2 * .pi * $0 / 150 }
    expectClose(
      onCircle.scalars,
      angles.map { angle in
        spectrum.enumerated().reduce(0) { $0 + $1.element * cos(Double($1.offset) * angle) }
      }, relative: 1e-13)
    let onSphere = try IsotropicCovariance(
      spectrum: spectrum, basis: .legendre, on: circle
    ).block(rows: [10], columns: [10, 20, 85])
    let legendre: [(Double) -> Double] = [
      { _ in 1 }, { $0 }, { (3 * $0 * $0 - 1) / 2 }, { (5 * $0 * $0 * $0 - 3 * $0) / 2 },
    ]
    expectClose(
      onSphere.scalars,
      angles.map { angle in
        zip(spectrum, legendre).reduce(0) { $0 + $1.0 * $1.1(cos(angle)) }
      }, relative: 1e-13)
  }

  @Test func spectraThatAreNoneAreRefused() {
    #expect(throws: AnalysisError.negative(what: "spectrum", index: [1], value: -1)) {
      try IsotropicCovariance(spectrum: [1, -1], basis: .legendre, on: circle)
    }
    #expect(throws: AnalysisError.notFinite(what: "spectrum", index: [0], value: "nan")) {
      try IsotropicCovariance(spectrum: [.nan], basis: .legendre, on: circle)
    }
    #expect(throws: AnalysisError.size(what: "spectrum", given: 0, expected: 1)) {
      try IsotropicCovariance(spectrum: [], basis: .legendre, on: circle)
    }
  }

  @Test func theWeightOfAnEnsembleGrowsWithIt() {
    typealias Hybrid = HybridCovariance<DenseCovariance, DenseCovariance>
    expectClose(
      [5, 10, 20, 40, 80].map(Hybrid.weight(ofMembers:)), [1.0 / 3, 0.5, 2.0 / 3, 0.8, 8.0 / 9],
      relative: 1e-15)
    #expect(
      [9, 10, 20, 40, 80].map { Taper.circleStatic(members: $0, lengthscale: 0.2) }
        == [1.5, 2, 3, 3.5, 4.5].map { .secondOrderAutoregressive($0 * 0.2 / 2) })
  }
}

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
    let circle = Circle(points: 60)
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
}
