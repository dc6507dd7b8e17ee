import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

@Suite struct LinearAdvectionTests {
  @Test func aStepMovesAndFades() {
    var states = Matrix(rows: 2, columns: 4, [1, 2, 3, 4, 5, 6, 7, 8])
    LinearAdvection(points: 4, damping: 0.5).advance(&states, to: 1, noise: RandomKey(1))
    #expect(states.scalars == [1, 1.5, 2, 0.5, 3, 3.5, 4, 2.5])
  }

  @Test func covariancesMoveWithTheField() {
    let noise = NormalNoise.sinusoids(points: 6, wavenumbers: 2, deviation: 0.3)
    let model = LinearAdvection(points: 6, damping: 0.9, noise: noise)
    let root = Matrix(rows: 6, columns: 6, RandomKey(4).normal([6, 6]).scalars)
    var covariance = Matrix.product(root, root, transposingFirst: true)
    var moved = root
    model.advance(&moved, to: 1, noise: nil)
    var expected = Matrix.product(moved, moved, transposingFirst: true)
    expected.add(noise.covariance)
    model.propagate(&covariance, to: 1)
    expectClose(covariance.scalars, expected.scalars, relative: 1e-13)
  }

  @Test func sinusoidsHaveTheirVarianceAndRank() throws {
    let covariance = NormalNoise.sinusoids(points: 100, wavenumbers: 3, deviation: 0.1).covariance
    expectClose(covariance.diagonal, Array(repeating: 0.01, count: 100), relative: 1e-13)
    let values = try SymmetricEigen(covariance).values
    #expect(values.filter { $0 > 1e-10 }.count == 6)
  }

  @Test func drawsHaveTheCovarianceOfTheNoise() throws {
    let noise = NormalNoise(root: Matrix(rows: 2, columns: 3, [1, 0.5, 0, 0, 1, -1]))
    let draws = noise.draws(20_000, key: RandomKey(1))
    let sample = try Climatology(states: draws)
    // Standard errors are about sqrt(2 / 20000) = 0.01 of the variances; five of them.
    expectClose(sample.covariance.scalars, noise.covariance.scalars, relative: 0.05, absolute: 0.05)
    expectClose(sample.mean, [0, 0, 0], relative: 0, absolute: 0.05)
    expectClose(
      noise.scaled(by: 4).covariance.scalars, noise.covariance.scalars.map { 4 * $0 },
      relative: 1e-14)
  }

  @Test func theSameKeyGivesTheSameErrorsToAsManyMembers() {
    let model = LinearAdvection(points: 3, noise: NormalNoise(variances: [1, 1, 1]))
    var (a, b) = (Matrix(rows: 2, columns: 3), Matrix(rows: 2, columns: 3))
    model.advance(&a, to: 1, noise: RandomKey(1))
    model.advance(&b, to: 1, noise: RandomKey(1))
    #expect(a == b && a.row(0) != a.row(1))
    var silent = Matrix(rows: 1, columns: 3)
    model.advance(&silent, to: 1, noise: nil)
    #expect(silent.scalars == [0, 0, 0])
  }
}
