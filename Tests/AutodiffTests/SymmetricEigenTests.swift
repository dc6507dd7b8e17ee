import Autodiff
import TestSupport
import Testing

@Suite struct SymmetricEigenTests {
  private let matrix = Tensor(rows: [[2, 0.3, -0.1], [0.3, 1, 0.4], [-0.1, 0.4, 3]])

  private func symmetric(_ x: Tensor) -> Tensor { 0.5 * (x + x.transposed()) }

  @Test func theMatrixIsTheSumOfItsParts() {
    let (values, vectors) = symmetricEigen(matrix)
    expectClose(
      matmul(vectors.transposed(), values[.all, .newAxis] * vectors), matrix, relative: 1e-14,
      absolute: 1e-14)
    expectClose(matmul(vectors, vectors.transposed()), .identity(3), relative: 1e-14)
    expectClose(values, symmetricEigenvalues(matrix), relative: 1e-14)
  }

  /// The matrix logarithm depends on values and vectors, and not on the signs of the latter.
  @Test func valuesAndVectorsHaveDerivatives() {
    func logarithm(_ x: Tensor) -> Tensor {
      let (values, vectors) = symmetricEigen(symmetric(x))
      return matmul(vectors.transposed(), log(values)[.all, .newAxis] * vectors)
    }
    expectGradient(of: { logarithm($0[0]) }, at: [matrix])
    expectGradient(
      of: { x in valueWithGradient(of: { square(logarithm($0[0])).sum() }, at: x).gradient[0] },
      at: [matrix], tolerance: 1e-6)
  }

  /// The log determinant does not depend on the basis of an eigenspace: its derivative is the inverse.
  @Test func equalEigenvaluesHaveFiniteDerivatives() {
    let double = Tensor(rows: [[2, 0, 0], [0, 2, 0], [0, 0, 5]])
    let gradient = valueWithGradient(
      of: { log(symmetricEigen($0[0]).values).sum() }, at: [double]
    ).gradient[0]
    expectClose(gradient, (1 / double.diagonal()).diagonalMatrix(), relative: 1e-14)
  }

  @Test func aMatrixThatIsNotFiniteHasNone() {
    #expect(isNaN(symmetricEigen(.full(.infinity, [2, 2])).vectors).scalars == [1, 1, 1, 1])
  }

  @Test func theBitsOfAReplayAreTheSame() {
    expectSameBitsReplayed({ [symmetricEigen($0[0]).vectors] }, at: [matrix])
  }
}
