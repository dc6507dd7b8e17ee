import Foundation
import LinearAlgebra
import PPL
import TestSupport
import Testing

@testable import SpectralFields

@Suite struct FilterBankTests {
  @Test func theSphereBankIsThePublishedOne() {
    let bank = FilterBank.sphere(49)
    let rounding = 6e-7  // Six decimals.
    expectClose(
      bank.centres, [0, 3.340909, 8.584338, 16.813697, 29.729361, 50], relative: 0,
      absolute: rounding)
    expectClose(
      bank.halfWidths, [2.45, 3.505874, 5.016798, 7.178882, 10.272759, 14.7], relative: 0,
      absolute: rounding)
    expectClose([bank.spacingRatio], [1.569462], relative: 0, absolute: rounding)
    expectClose(
      bank.weights, [2.235333, 4.946727, 7.111596, 10.176157, 14.561811, 9.918742], relative: 0,
      absolute: rounding)
    let centres = (0..<6).map { j in
      bank.transfer.row(j).enumerated().reduce(0) {
        $0 + Double($1.offset) * $1.element * $1.element
      } / bank.weights[j]
    }
    expectClose(
      centres, [0.726326, 3.361610, 8.584328, 16.813692, 29.729360, 43.813611], relative: 0,
      absolute: rounding)
    let sums = (0..<6).map { bank.omega.row($0).reduce(0, +) }
    expectClose(
      sums, [0.436283, 3.040230, 10.282058, 28.041008, 70.059087, 69.954210], relative: 0,
      absolute: rounding)
  }

  @Test func theSphereBankIsNoPartitionOfUnity() {
    let bank = FilterBank.sphere(49)
    let squares = (0...49).map { l in
      (0..<6).reduce(0) { $0 + bank.transfer[$1, l] * bank.transfer[$1, l] }
    }
    #expect(abs(squares[39] - 0.6625) < 5e-5 && squares.min() == squares[39])
    #expect(abs(squares[1] - 1.4252) < 5e-5 && squares.max() == squares[1])
    let sums = (0...49).map { l in (0..<6).reduce(0) { $0 + bank.transfer[$1, l] } }
    #expect(abs((sums.min() ?? 0) - 0.9989) < 5e-5)
    #expect(abs((sums.max() ?? 0) - 1.7084) < 5e-5)
  }

  /// The sums of powers of the singular values: of the trace, of its square, and of the determinant.
  @Test func omegaHasThePublishedSingularValues() throws {
    let gram = Matrix.symmetricProduct(FilterBank.sphere(49).omega, mirrored: true)
    let values = [20.40546, 16.31854, 7.90185, 3.47452, 1.25669, 0.25154]
    let squares = values.map { $0 * $0 }
    // Five decimals of the largest value, squared.
    expectClose([gram.trace], [squares.reduce(0, +)], relative: 2e-6)
    let fourths = Matrix.symmetricProduct(gram, mirrored: true).trace
    expectClose([fourths], [squares.reduce(0) { $0 + $1 * $1 }], relative: 4e-6)
    // The smallest value has five digits, and counts twice.
    expectClose(
      [determinant(gram)], [squares.reduce(1, *)], relative: 1e-4)
  }

  @Test(arguments: [BandSet.a, .b])
  func theCircleBanksAreThePublishedOnes(set: BandSet) {
    let bank = FilterBank.circle(points: 120, set: set)
    let (ratio, centres, halfWidths, weights): (Double, [Double], [Double], [Double]) =
      switch set {
      case .a:
        (
          1.803455, [0, 2.666667, 7.475881, 16.149082, 31.790813, 60],
          [2, 3.169786, 5.023773, 7.962143, 12.619147, 20],
          [2.830614, 4.493729, 7.121509, 11.286436, 17.887847, 28.350328]
        )
      default:
        (
          1.734144, [0, 3, 8.202432, 17.224199, 32.869243, 60],
          [2.4, 3.803744, 6.028527, 9.554572, 15.142976, 24],
          [3.399627, 5.391264, 8.545505, 13.543761, 21.465415, 34.020396]
        )
      }
    expectClose([bank.spacingRatio], [ratio], relative: 0, absolute: 6e-7)
    expectClose(bank.centres, centres, relative: 0, absolute: 6e-7)
    expectClose(bank.halfWidths, halfWidths, relative: 0, absolute: 6e-7)
    expectClose(bank.weights, weights, relative: 0, absolute: 6e-7)
    #expect(bank.omega.columns == 61)
    expectClose(
      (0..<6).map { bank.omega.row($0).reduce(0, +) }, bank.weights, relative: 1e-14)
  }

  @Test func aFilterIsOneAtItsCentreAndFallsByEInItsHalfWidth() {
    let bank = FilterBank.circle(points: 120, set: .b)
    #expect(bank.transfer[0, 0] == 1 && bank.transfer[1, 3] == 1 && bank.transfer[5, 60] == 1)
    // The last half-width is 24: from 60 to 36, and round the circle to 84.
    expectClose(
      [bank.transfer[5, 36], bank.transfer[5, 84]], [exp(-1), exp(-1)], relative: 1e-14)
  }

  @Test(arguments: [3, 4, 8, 12], [1.5, 2])
  func anyNumberOfBandsReachesFromTheMeanToTheLastCentre(bands: Int, exponent: Double) {
    var (sphere, circle) = (BandSet.sphere, BandSet.b)
    (sphere.bands, sphere.exponent) = (bands, exponent)
    (circle.bands, circle.exponent) = (bands, exponent)
    for (bank, top) in [
      (FilterBank.sphere(set: sphere), 50.0), (FilterBank.circle(points: 120, set: circle), 60),
    ] {
      #expect(bank.count == bands && bank.centres[0] == 0 && bank.centres[bands - 1] == top)
      // The last spacing obeys the ratio too, but for the tolerance of the bisection over up to 12 spacings.
      let last = bank.centres[bands - 1] - bank.centres[bands - 2]
      let before = bank.centres[bands - 2] - bank.centres[bands - 3]
      expectClose([last / before], [bank.spacingRatio], relative: 1e-4)
      // Wavenumber 1 lies 1 from the centre of the first filter.
      let distance = 1 / bank.halfWidths[0]
      expectClose([bank.transfer[0, 1]], [exp(-pow(distance, exponent))], relative: 1e-14)
    }
  }

  @Test func impulseResponsesAtZeroAreSumsOfTransferFunctions() {
    let bank = FilterBank.sphere(20)
    let sphere = Sphere(latitudes: 22, maximumWavenumber: 20)
    let responses = bank.sphereImpulseResponses(at: [0, 0.4])
    expectClose(
      (0..<6).map { responses[$0, 0] }, bank.transfer.multiplied(by: sphere.varianceWeights),
      relative: 1e-13)
    // The widest filter has the narrowest response.
    #expect(abs(responses[0, 1] / responses[0, 0]) > abs(responses[5, 1] / responses[5, 0]))
  }

  @Test func theBankOfASphereIsRefusedOnACircleWithTheRemedy() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = CircleBandVariances(.sphere(20))
    }
    expectMessage(
      "CircleBandVariances: the bank is not one of a circle; use FilterBank.circle.", of: exit)
  }
}

/// By elimination without pivots, for a positive definite matrix.
private func determinant(_ matrix: Matrix) -> Double {
  var (a, product) = (matrix, 1.0)
  for k in 0..<a.rows {
    product *= a[k, k]
    for i in (k + 1)..<max(a.rows, k + 1) {
      let factor = a[i, k] / a[k, k]
      for j in k..<a.columns { a[i, j] -= factor * a[k, j] }
    }
  }
  return product
}
