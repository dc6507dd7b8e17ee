import Autodiff
import LinearAlgebra
import TestSupport
import Testing

@testable import Assimilation

/// Numbers of `lsef.md` 9.3 and section 14, reckoned there to the digits given.
struct DSADMTests {
  @Test func coefficientsFollowFromScales() {
    let (half, full) = (DSADM.Setup(), fullSums)
    let printed = 1e-9
    expectClose(
      numbers(half.unperturbed), [20, 9.775134795598e-07, 2_718_559.6889, 13.315946935],
      relative: printed)
    expectClose(
      numbers(full.unperturbed), [20, 9.373027427165e-07, 2_606_729.7341, 12.763388478],
      relative: printed)
    expectClose(
      numbers(half.parameterField(deviation: 1)),
      [20, 3.097813673e-07, 7_753_787.949, 2.523294137], relative: printed)
    expectClose(
      numbers(full.parameterField(deviation: 1)),
      [20, 3.055536512e-07, 7_647_968.757, 2.488822608], relative: printed)
  }

  @Test func theContinuousProcessHasTheVarianceOfItsSpectrum() {
    for (setup, variance) in [(DSADM.Setup(), 26.0921), (fullSums, 25.0)] {
      let b = setup.unperturbed.stationarySpectrum(on: setup.mesh)
      let total = b[0] + 2 * b[1..<60].reduce(0, +) + b[60]
      expectClose([total], [variance], relative: 2e-6)
    }
  }

  @Test func stationaryDrawsHaveTheirSpectrum() {
    // One wave at a time is exact: x² + (x a quarter of a wave on)² is its amplitude, and the same everywhere.
    let mesh = DSADM.Mesh(points: 16)
    var spectrum = Array(repeating: 0.0, count: 9)
    spectrum[2] = 0.5
    let draws = DSADM.stationaryDraws(spectrum, count: 20_000, mesh: mesh, key: RandomKey(1))
    let means = draws.scalars.map { $0 * $0 }.reduce(0, +) / Double(draws.scalars.count)
    // 2 b, by 20,000 amplitudes with relative variance 1: five standard errors.
    expectClose([means], [1], relative: 5 / 20_000.0.squareRoot())
    for row in 0..<20 {
      let power = (0..<16).map {
        draws[row, $0] * draws[row, $0] + draws[row, ($0 + 2) % 16] * draws[row, ($0 + 2) % 16]
      }
      expectClose(power, Array(repeating: power[0], count: 16), relative: 1e-12)
    }
  }

  @Test func theStepOfTheUnperturbedModelHasTheReferenceNumbers() throws {
    let cases: [(DSADM.Setup, [Double], Double, Double)] = [
      (DSADM.Setup(), [0.36462746, 0.06295485, 0.01086949, 0.21742992], 0.979322304, 11.4831175),
      (fullSums, [0.36693914, 0.06136582, 0.01026264, 0.21840159], 0.980156017, 10.5498837),
    ]
    for (setup, entries, rowSum, forcing) in cases {
      let model = try DSADM(setup: setup, regime: .stationary, steps: 1, key: RandomKey(0))
      let F = transition(model, step: 1)
      // Eight digits after the point.
      expectClose([F[0, 0], F[0, 1], F[0, 2], F[1, 0]], entries, relative: 0, absolute: 5.1e-9)
      expectClose(
        F.multiplied(by: Array(repeating: 1, count: 120)), Array(repeating: rowSum, count: 120),
        relative: 1e-9)
      expectClose([model.forcingVariances(1)[7]], [forcing], relative: 1e-8)
    }
  }

  @Test func theFreeRunHasTheStationaryVarianceOfTheScheme() throws {
    let model = try DSADM(regime: .stationary, steps: 500, key: RandomKey(0))
    var covariance = Matrix(rows: 120, columns: 120)
    // The slowest wave is left with 0.979^1000 of its variance, 1e-9.
    for step in 1...500 { model.propagate(&covariance, to: step) }
    let variance = covariance[3, 3]
    expectClose([variance], [13.316544], relative: 1e-7)
    expectClose(
      (1...5).map { covariance[3, 3 + $0] / variance },
      [0.929273, 0.843232, 0.761901, 0.687881, 0.620965], relative: 1e-6)
  }

  /// F (A + diag(q)) Fᵀ by the states that unit vectors are taken to, where all coefficients change in space.
  @Test func covariancesArePropagatedAsStatesAre() throws {
    let model = try DSADM(regime: .stronglyNonStationary, steps: 3, key: RandomKey(4))
    let root = Matrix(rows: 120, columns: 120, RandomKey(5).normal([120, 120]).scalars)
    var found = Matrix.symmetricProduct(root, mirrored: true)
    var expected = found
    model.propagate(&found, to: 3)
    expected.addToDiagonal(model.forcingVariances(3))
    let F = transition(model, step: 3)
    expected = Matrix.product(Matrix.product(F, expected), F, transposingSecond: true)
    // Sums of 120 products of numbers up to 120.
    expectClose(found.scalars, expected.scalars, relative: 1e-11, absolute: 1e-11)
  }

  @Test func forcingHasItsVariancesAndFollowsItsKey() throws {
    let model = try DSADM(regime: .standard, steps: 2, key: RandomKey(6))
    var (noisy, quiet) = (Matrix(rows: 4_000, columns: 120), Matrix(rows: 1, columns: 120))
    model.advance(&noisy, to: 2, noise: RandomKey(7))
    model.advance(&quiet, to: 2, noise: nil)
    #expect(quiet.scalars.allSatisfy { $0 == 0 })
    var covariance = Matrix(rows: 120, columns: 120)
    model.propagate(&covariance, to: 2)
    // Variances of 4,000 normals: their relative error is 0.022, the largest of 120 within five of them.
    expectClose(noisy.columnVariances, covariance.diagonal, relative: 5 * 0.0224)
    var again = Matrix(rows: 3, columns: 120)
    model.advance(&again, to: 2, noise: RandomKey(7))
    #expect(again == noisy.taking(rows: [0, 1, 2]))
  }

  @Test func unstableCoefficientsAreRefused() throws {
    let n = 12
    let mesh = DSADM.Mesh(points: n)
    let field = { DSADM.ParameterField(constant: $0, points: n) }
    #expect(throws: DSADM.InstabilityError(step: 5, point: 0)) {
      _ = try DSADM(
        mesh: mesh, steps: 5...9, velocity: field(20), decay: field(-1.1 / mesh.timeStep),
        diffusion: field(1e6), noise: field(1))
    }
    #expect(throws: DSADM.InstabilityError(step: 1, point: 0)) {
      _ = try DSADM(
        mesh: mesh, steps: 1...1, velocity: field(20), decay: field(1e-6),
        diffusion: field(1e6), noise: field(.nan))
    }
    #expect(
      "\(DSADM.InstabilityError(step: 5, point: 0))".contains(
        "the coefficients of step 5 at point 0 are not finite, or too unstable for the time step"))
  }

  private var fullSums: DSADM.Setup {
    var setup = DSADM.Setup()
    setup.sums = .full
    return setup
  }

  private func numbers(_ c: DSADM.Coefficients) -> [Double] {
    [c.velocity, c.decay, c.diffusion, c.noise]
  }

  /// F, by what it makes of unit vectors.
  private func transition(_ model: DSADM, step: Int) -> Matrix {
    var units = Matrix(rows: 120, columns: 120)
    units.addToDiagonal(Array(repeating: 1, count: 120))
    model.advance(&units, to: step, noise: nil)
    return units.transposed()
  }
}
