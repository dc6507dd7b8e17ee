import Assimilation
import Foundation
import LinearAlgebra
import PPL
import TestSupport
import Testing

@testable import SpectralFields

/// Coefficients of both signs, without symmetry.
private func coefficients(_ rows: Int, _ columns: Int) -> Matrix {
  Matrix(
    rows: rows, columns: columns, RandomKey(7).normal([rows * columns]).scalars)
}

@Suite struct SphereTests {
  @Test func theDefaultGridHasThePapersPoints() {
    let sphere = Sphere()
    #expect(sphere.pointCount == 4902)
    #expect(sphere.rings.count == 51 && sphere.rings[2] == 101..<201)
    #expect(sphere.spectrumCount == 50)
    // 3.6 degrees on a sphere of 6370 km, as a chord.
    expectClose(
      [sphere.distance(0, 1)], [2 * 6370 * sin(.pi / 100)], relative: 1e-11)
  }

  @Test(arguments: [51, 7]) func cellAreasFillTheSphere(latitudes: Int) {
    let sphere = Sphere(latitudes: latitudes, maximumWavenumber: latitudes - 2)
    expectClose([sphere.cellAreas.reduce(0, +)], [4 * .pi], relative: 1e-13)
    #expect(sphere.cellAreas.count == sphere.pointCount)
  }

  /// Points in the middles of the steps: areas, exact analysis, and the kernels of a constant.
  @Test(arguments: [6, 7]) func aSphereWithoutPolesIsExactUpToItsBandLimit(latitudes: Int) {
    let sphere = Sphere(latitudes: latitudes, maximumWavenumber: latitudes - 1, hasPoles: false)
    #expect(sphere.pointCount == 2 * latitudes * latitudes && sphere.rings.count == latitudes)
    expectClose([sphere.cellAreas.reduce(0, +)], [4 * .pi], relative: 1e-13)
    let a = coefficients(2, sphere.spectrumCount * sphere.spectrumCount)
    expectClose(
      sphere.coefficients(of: sphere.fields(from: a)).scalars, a.scalars, relative: 0,
      absolute: 1e-12)
    let byModes = Matrix.product(a, sphere.modes(), transposingSecond: true)
    expectClose(sphere.fields(from: a).scalars, byModes.scalars, relative: 0, absolute: 1e-12)
    // A filter that passes all, with linear interpolation, keeps a constant.
    let constant = Matrix(
      rows: 1, columns: sphere.pointCount, Array(repeating: 3, count: sphere.pointCount))
    let pass = [1.0] + Array(repeating: 0.0, count: sphere.maximumWavenumber)
    expectClose(
      sphere.filtered(constant, by: pass, interpolates: true).real.scalars, constant.scalars,
      relative: 0, absolute: 1e-12)
  }

  /// A stationary covariance depends on the distance only, on both kinds of grid.
  @Test func stationaryCovariancesAreThoseOfTheDistanceWithoutPoles() throws {
    let spectrum = (0...5).map { exp(-Double($0) / 2) }
    let sphere = Sphere(latitudes: 8, maximumWavenumber: 5, hasPoles: false)
    let model = try ConvolutionModel(
      LocalSpectra(stationary: spectrum, points: sphere.pointCount), on: sphere)
    let V = model.modalSquareRoot()
    let (x, y) = (3, 70)
    let P = LegendrePolynomials.values(upTo: 5, at: sphere.cosineOfDistance(x, y))
    let expected = zip(zip(sphere.varianceWeights, spectrum), P).map { $0.0 * $0.1 * $1 }
    let found = Matrix.product(
      V.taking(rows: [x]), V.taking(rows: [y]), transposingSecond: true)[0, 0]
    expectClose([found], [expected.reduce(0, +)], relative: 1e-12)
  }

  @Test func harmonicsObeyTheAdditionTheorem() {
    let degree = 49
    let colatitudes = [0.0, 0.31, 1.2, 2.9]
    let longitudes = [0.0, 4.1, 0.7, 2.2]
    let tables = HarmonicTables.orders(upTo: degree, at: colatitudes)
    for (a, b) in [(0, 1), (1, 2), (2, 3), (3, 3)] {
      let polar = cos(colatitudes[a]) * cos(colatitudes[b])
      let difference = longitudes[a] - longitudes[b]
      let zonal = sin(colatitudes[a]) * sin(colatitudes[b]) * cos(difference)
      let P = LegendrePolynomials.values(upTo: degree, at: polar + zonal)
      for l in 0...degree {
        let sum = (0...l).reduce(0.0) { sum, m in
          let table = tables[m]
          return sum + table[l - m, a] * table[l - m, b] * cos(Double(m) * difference)
        }
        let expected = Double(2 * l + 1) / (4 * .pi) * P[l]
        #expect(abs(sum - expected) < 1e-12)
      }
    }
  }

  @Test func modesAreWavesWhoseSquaresAddUpToTheWeights() {
    let sphere = Sphere(latitudes: 8, maximumWavenumber: 5)
    let (modes, degrees) = (sphere.modes(), sphere.modeWavenumbers)
    let (x, y) = (9, 40)
    let P = LegendrePolynomials.values(upTo: 5, at: sphere.cosineOfDistance(x, y))
    for l in 0...5 {
      let waves = degrees.indices.filter { degrees[$0] == l }
      let sum = waves.reduce(0) { $0 + modes[x, $1] * modes[y, $1] }
      #expect(abs(sum - sphere.varianceWeights[l] * P[l]) < 1e-13)
    }
    let amplitudes = coefficients(1, modes.columns)
    expectClose(
      sphere.fields(from: amplitudes).scalars, modes.multiplied(by: amplitudes.scalars),
      relative: 1e-12, absolute: 1e-13)
  }

  @Test func analysisOnTheFineGridReturnsTheCoefficients() {
    let transform = SphericalHarmonicTransform(maximumDegree: 49, intervals: 100)
    let a = coefficients(1, transform.coefficientCount)
    let field = transform.fields(from: a)
    expectClose(
      transform.coefficients(of: field).scalars, a.scalars, relative: 0, absolute: 1e-12)
    // Parseval: the quadrature of the square is the power.
    let weights = driscollHealyWeights(intervals: 100)
    let squares = field.scalars.enumerated().reduce(0) {
      $0 + weights[$1.offset / 200] * $1.element * $1.element
    }
    let power = a.scalars.reduce(0) { $0 + $1 * $1 } / (4 * .pi)
    // The square has twice the band limit and is integrated exactly only up to degree 99: 98 is enough.
    expectClose([squares / 400], [power], relative: 1e-12)
  }

  @Test(arguments: [(9, 7), (12, 9)])
  func exactAnalysisWorksOnTheAnalysisGridItself(latitudes: Int, degree: Int) {
    let sphere = Sphere(latitudes: latitudes, maximumWavenumber: degree)
    let a = coefficients(2, (degree + 1) * (degree + 1))
    expectClose(
      sphere.coefficients(of: sphere.fields(from: a)).scalars, a.scalars, relative: 0,
      absolute: 1e-13)
    let powers = sphere.powers(of: sphere.fields(from: a))
    let degreeOne = a.row(1).dropFirst().prefix(3).reduce(0) { $0 + $1 * $1 } / (4 * .pi)
    expectClose([powers[1, 1]], [degreeOne], relative: 1e-12)
  }

  /// What the tables of an order do to itself is what interpolating the grid does.
  @Test func linearAnalysisIsThatOfTheInterpolatedField() {
    let (K, L) = (6, 4)
    let coarse = SphericalHarmonicTransform(
      maximumDegree: L, intervals: K, quadrature: .linear)
    let fine = SphericalHarmonicTransform(maximumDegree: L, intervals: 2 * K)
    let sphere = Sphere(latitudes: K + 1, maximumWavenumber: L)
    let grid = coarse.fields(from: coefficients(1, sphere.modeWavenumbers.count))
    var interpolated: [Double] = []
    for i in 0...2 * K {
      for j in 0..<4 * K {
        let rows = [i / 2, (i + 1) / 2]
        let columns = [j / 2, (j + 1) / 2 % (2 * K)]
        let corners = rows.flatMap { r in columns.map { grid[0, r * 2 * K + $0] } }
        interpolated.append(corners.reduce(0, +) / 4)
      }
    }
    let expected = fine.coefficients(
      of: Matrix(rows: 1, columns: fine.gridCount, interpolated))
    expectClose(
      coarse.coefficients(of: grid).scalars, expected.scalars, relative: 1e-12, absolute: 1e-14)
  }

  @Test func tablesOfPairsAreTheirFunctionAtThePolesToo() {
    let sphere = Sphere(latitudes: 9, maximumWavenumber: 7)
    let all = Array(0..<sphere.pointCount)
    let ring = sphere.rings.enumerated().flatMap { ring, points in points.map { _ in ring } }
    let f = { (i: Int, j: Int) in Double(1 + ring[i]) * sphere.distance(i, j) + Double(ring[j]) }
    let entries = HomogeneousCovariance(on: sphere, f).block(rows: all, columns: all)
    // Distances of thousands of kilometres, of which rotated pairs differ by rounding.
    expectClose(
      entries.scalars, all.flatMap { i in all.map { f(i, $0) } }, relative: 1e-9, absolute: 1e-3)
  }

  @Test func aGridTooCoarseForItsWavenumbersIsRefused() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Sphere(latitudes: 10, maximumWavenumber: 9)
    }
    expectMessage("10 latitudes carry wavenumbers up to 8, not 9", of: exit)
  }
}
