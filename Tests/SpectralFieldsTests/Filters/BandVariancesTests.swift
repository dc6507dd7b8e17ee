import Assimilation
import Foundation
import LinearAlgebra
import PPL
import TestSupport
import Testing

@testable import SpectralFields

private let sphere = Sphere(latitudes: 9, maximumWavenumber: 7)
private let circle = Circle(points: 24)

/// Noise on a domain, a row for each member.
private func noise(_ members: Int, on domain: any HarmonicDomain, seed: UInt64 = 1) -> Matrix {
  Matrix(
    rows: members, columns: domain.pointCount,
    RandomKey(seed).normal([members * domain.pointCount]).scalars)
}

private func mapped(_ matrix: Matrix, _ change: (Int, Int, Double) -> Double) -> Matrix {
  let entries = matrix.scalars.enumerated().map {
    change($0 / matrix.columns, $0 % matrix.columns, $1)
  }
  return Matrix(rows: matrix.rows, columns: matrix.columns, entries)
}

/// The expected band variances of ensembles of a model, `[points, J]`: (P_j B P_jᴴ)(x, x), with B = V Vᵀ.
private func expectedBandVariances(of model: ConvolutionModel, _ bank: FilterBank) throws -> Matrix
{
  let waves = model.modalSquareRoot().transposed()
  let columns = try bank.filtered(waves, on: model.domain, interpolates: false).map { fields in
    let imaginary = fields.imaginary?.columnSquares(about: zeros(fields.real.columns)) ?? []
    let real = fields.real.columnSquares(about: zeros(fields.real.columns))
    return real.indices.map {
      Double(waves.rows) * (real[$0] + (imaginary.isEmpty ? 0 : imaginary[$0]))
    }
  }
  return Matrix(rows: bank.count, columns: model.domain.pointCount, columns.flatMap(\.self))
    .transposed()
}

private func zeros(_ count: Int) -> [Double] { Array(repeating: 0, count: count) }

@Suite struct BandVariancesTests {
  @Test func aHarmonicComesBackTimesItsTransferFunction() throws {
    let bank = FilterBank.sphere(7)
    for (degree, order) in [(0, 0), (3, 2), (5, -4), (7, 7)] {
      var coefficients = Matrix(rows: 1, columns: 64)
      coefficients[0, degree * (degree + 1) + order] = 1
      let wave = sphere.fields(from: coefficients)
      for (j, output) in try bank.filtered(wave, on: sphere, interpolates: false).enumerated() {
        let expected = wave.scalars.map { bank.transfer[j, degree] * $0 }
        expectClose(output.real.scalars, expected, relative: 0, absolute: 1e-13)
      }
    }
  }

  @Test func circleFiltersAreTheirComplexSums() throws {
    let (bank, field) = (FilterBank.circle(points: 24), noise(1, on: circle))
    for (j, output) in try bank.filtered(field, on: circle).enumerated() {
      let imaginary = try #require(output.imaginary)
      for i in [0, 5] {
        // sum_l H_l (1/n) sum_k x_k exp(i l (x_i - x_k))
        var (real, other) = (0.0, 0.0)
        for l in 0..<24 {
          for k in 0..<24 {
            let angle = 2 * Double.pi * Double(l * (i - k)) / 24
            real += bank.transfer[j, l] * field[0, k] * cos(angle) / 24
            other += bank.transfer[j, l] * field[0, k] * sin(angle) / 24
          }
        }
        #expect(abs(output.real[0, i] - real) < 1e-13)
        #expect(abs(imaginary[0, i] - other) < 1e-13)
      }
    }
  }

  @Test func filteringIsLinear() throws {
    let (bank, fields) = (FilterBank.sphere(7), noise(2, on: sphere))
    let sum = Matrix(
      rows: 1, columns: sphere.pointCount,
      zip(fields.row(0), fields.row(1)).map { 2 * $0 - 3 * $1 })
    for interpolates in [true, false] {
      let separate = try bank.filtered(fields, on: sphere, interpolates: interpolates)
      let together = try bank.filtered(sum, on: sphere, interpolates: interpolates)
      for (parts, whole) in zip(separate, together) {
        let expected = zip(parts.real.row(0), parts.real.row(1)).map { 2 * $0 - 3 * $1 }
        expectClose(whole.real.scalars, expected, relative: 0, absolute: 1e-12)
      }
    }
  }

  @Test func turningTheEnsembleTurnsTheBandVariances() throws {
    let domains: [(any HarmonicDomain, FilterBank)] = [
      (sphere, .sphere(7)), (circle, .circle(points: 24)),
    ]
    for (domain, bank) in domains {
      // Five steps eastward.
      let origins = domain.rings.flatMap { ring in
        ring.indices.map { ring.lowerBound + ($0 - ring.lowerBound + 5) % ring.count }
      }
      let ensemble = noise(3, on: domain)
      let turned = mapped(ensemble) { member, point, _ in ensemble[member, origins[point]] }
      let (before, after) = (
        try bank.bandVariances(of: ensemble, on: domain),
        try bank.bandVariances(of: turned, on: domain)
      )
      expectClose(
        after.scalars, before.taking(rows: origins).scalars, relative: 1e-11, absolute: 1e-13)
    }
  }

  @Test func scalingTheEnsembleScalesItsVariancesBySquares() throws {
    let (bank, ensemble) = (FilterBank.sphere(7), noise(4, on: sphere))
    let (once, thrice) = (
      try bank.bandVariances(of: ensemble, on: sphere),
      try bank.bandVariances(of: mapped(ensemble) { 3 * $2 }, on: sphere)
    )
    expectClose(thrice.scalars, once.scalars.map { 9 * $0 }, relative: 1e-12)
    #expect(once.rows == sphere.pointCount && once.columns == 6)
  }

  @Test func onTheCircleTheMeanIsRemovedAndOnTheSphereNot() throws {
    let shifted = mapped(noise(3, on: circle)) { $2 + 100 * sin(Double($1)) }
    let bank = FilterBank.circle(points: 24)
    expectClose(
      try bank.bandVariances(of: shifted, on: circle).scalars,
      try bank.bandVariances(of: noise(3, on: circle), on: circle).scalars, relative: 1e-10,
      absolute: 1e-11)
    let constant = Matrix(rows: 5, columns: sphere.pointCount, repeating: 2)
    let found = try FilterBank.sphere(7).bandVariances(of: constant, on: sphere)
    // A constant passes the first filter, and interpolation, as it is.
    expectClose([found[20, 0]], [4], relative: 1e-12)
  }

  @Test func stationaryExpectationsAreThoseOfOmega() throws {
    let spectrum = (0...7).map { 1 / Double(1 + $0) }
    let spectra = try LocalSpectra(stationary: spectrum, points: sphere.pointCount)
    let bank = FilterBank.sphere(7)
    let expected = bank.omega.multiplied(by: spectrum)
    let found = try expectedBandVariances(of: ConvolutionModel(spectra, on: sphere), bank)
    for point in [0, 3, 60] {
      expectClose(Array(found.row(point)), expected, relative: 1e-12)
    }
  }

  @Test func onTheCircleTheyAreToo() throws {
    let spectrum = (0...12).map { 1 / Double(1 + $0) }
    let bank = FilterBank.circle(points: 24)
    let model = try ConvolutionModel(LocalSpectra(stationary: spectrum, points: 24), on: circle)
    let found = try expectedBandVariances(of: model, bank)
    expectClose(
      Array(found.row(7)), bank.omega.multiplied(by: spectrum), relative: 1e-12)
    // Draws agree: 4000 of them, with a relative variance of at most 2/N each.
    let draws = model.sample(count: 4000, key: RandomKey(4))
    let sampled = try bank.bandVariances(of: draws, on: circle)
    expectClose(
      Array(sampled.row(7)), Array(found.row(7)), relative: 4 * (2.0 / 4000).squareRoot())
  }

  @Test func theDefaultSphereHasThePublishedExpectations() {
    let bank = FilterBank.sphere(49)
    let spectrum = ParametricTruth.sphere().spectrum(
      deviation: 1, lengthscale: 3 * .pi / 50, slope: 4)
    let v = bank.omega.multiplied(by: spectrum)
    let rounding = 6e-9  // Eight decimals.
    expectClose(
      v, [0.10834056, 0.53293911, 0.40086714, 0.09181398, 0.02144925, 0.00398082], relative: 0,
      absolute: rounding)
    expectClose(
      zip(v, bank.weights).map { $0 / $1 },
      [0.04846730, 0.10773570, 0.05636810, 0.00902246, 0.00147298, 0.00040134], relative: 0,
      absolute: rounding)
  }

  /// Exact means over the sphere; analysis after synthesis mixes degrees within one order alone. The published numbers
  /// do not say over which points and draws they are means, and differ by up to 0.0015 and 0.0003.
  @Test func interpolationDampsShortWavesAsPublished() {
    let transform = SphericalHarmonicTransform(
      maximumDegree: 49, intervals: 50, quadrature: .linear)
    var response = Matrix(rows: 50, columns: 50)  // Of the power at l', given one at l.
    for m in 0...49 {
      let mixed = Matrix.product(
        transform.analysisTables[m], transform.synthesisTables[m], transposingSecond: true)
      // The tables of positive orders stand for cosines and sines, whose mean squares over longitude are a half.
      for (k, entry) in mixed.scalars.enumerated() {
        let (out, into) = (k / mixed.columns + m, k % mixed.columns + m)
        let scale = 2 * Double.pi / (m == 0 ? 1 : 2)
        let amplitude = scale * entry
        response[out, into] += amplitude * amplitude * (m == 0 ? 1 : 2) / Double(2 * into + 1)
      }
    }
    let damping = [5, 10, 20, 30, 40, 49].map { l in
      (0...49).reduce(0) { $0 + response[$1, l] }
    }
    expectClose(
      damping, [0.988, 0.955, 0.839, 0.676, 0.500, 0.353], relative: 0, absolute: 2e-3)

    let bank = FilterBank.sphere(49)
    let spectrum = ParametricTruth.sphere().spectrum(
      deviation: 1, lengthscale: 3 * .pi / 50, slope: 4)
    let weights = Sphere(latitudes: 51, maximumWavenumber: 49).varianceWeights
    let variances = response.multiplied(by: zip(spectrum, weights).map { $0 * $1 })
    let expected = bank.omega.multiplied(by: spectrum)
    let factors = (0..<6).map { j in
      let squares = bank.transfer.row(j).map { $0 * $0 }
      return zip(squares, variances).reduce(0) { $0 + $1.0 * $1.1 } / expected[j]
    }
    expectClose(
      factors, [0.9988, 0.9923, 0.9744, 0.9078, 0.7251, 0.4562], relative: 0, absolute: 5e-4)
  }

  @Test func ensemblesThatHaveNoVarianceAreRefused() {
    let bank = FilterBank.circle(points: 24)
    let one = #expect(throws: FieldError.self) {
      try bank.bandVariances(of: noise(1, on: circle), on: circle)
    }
    #expect(
      one?.description
        == "ensemble of 1 members, but the band variances need at least 2; "
        + "one degree of freedom goes to the mean where it is estimated.")
    #expect(throws: FieldError.tooFewMembers(found: 0, needed: 1)) {
      try FilterBank.sphere(7).bandVariances(
        of: Matrix(rows: 0, columns: sphere.pointCount), on: sphere)
    }
    // One member will do where the mean is known.
    #expect(throws: Never.self) {
      try FilterBank.sphere(7).bandVariances(of: noise(1, on: sphere), on: sphere)
    }
  }

  @Test func membersThatAreNotFiniteAreNamed() {
    let broken = mapped(noise(3, on: circle)) { $0 == 2 && $1 == 11 ? .nan : $2 }
    let error = #expect(throws: FieldError.self) {
      try FilterBank.circle(points: 24).bandVariances(of: broken, on: circle)
    }
    #expect(
      error?.description
        == "ensemble member 2 is nan at point 11, but must be finite; "
        + "leave the member out, or find where the forecast diverged.")
  }

  @Test func ensemblesAndBanksOfAnotherDomainAreRefused() {
    let bank = FilterBank.circle(points: 24)
    let error = #expect(throws: FieldError.self) {
      try bank.bandVariances(of: Matrix(rows: 3, columns: 7), on: circle)
    }
    #expect(
      error?.description
        == "points of the ensemble: found 7, but the domain needs 24; "
        + "use the grid that the numbers were made for.")
    #expect(
      throws: FieldError.wrongCount(of: "wavenumbers of the filter bank", found: 24, needed: 8)
    ) { try bank.bandVariances(of: noise(3, on: sphere), on: sphere) }
  }
}
