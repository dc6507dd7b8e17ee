import Kernels
import PPL
import TestSupport
import Testing

@Suite struct KroneckerOperatorTests {
  private let v = cos(0.7 * Tensor.arange(20))

  @Test(arguments: OperatorExamples.all)
  func productsTraceAndDiagonalAreThoseOfTheDenseMatrix(_ example: OperatorExamples.Example) {
    example.with { K in
      let dense = K.dense()
      let matrix = sin(0.3 * Tensor.arange(60)).reshaped(to: [20, 3])
      expectClose(K.times(v), matmul(dense, v), relative: 1e-13)
      expectClose(K.times(matrix), matmul(dense, matrix), relative: 1e-13)
      expectClose(K.diagonal, dense.diagonal(), relative: 1e-14)
      expectClose(K.trace, dense.diagonal().sum(), relative: 1e-14)
      #expect(K.shape == [20, 20])
      #expect(K.denseEntries == 400)
      #expect(K.storedEntries == example.terms.count * (25 + 16))
    }
  }

  @Test(arguments: OperatorExamples.all)
  func timeRankIsThatOfTheRightFactorsTogether(_ example: OperatorExamples.Example) {
    example.with { K in #expect(K.timeRank == example.timeRank) }
  }

  @Test(arguments: OperatorExamples.all)
  func theRootTimesItsTransposeIsTheCovariance(_ example: OperatorExamples.Example) {
    example.with { K in
      let (root, R) = (K.root, K.root.dense())
      expectClose(matmul(R, R.transposed()), K.dense(), relative: 1e-12, absolute: 1e-13)
      let e = sin(0.9 * Tensor.arange(root.shape[1]))
      expectClose(root.times(e), matmul(R, e), relative: 1e-12)
      expectClose(root.transposeTimes(v), matmul(R.transposed(), v), relative: 1e-12)
    }
  }

  /// 1 1ᵀ and d dᵀ have one column each, so that the root of a level and a trend has 2 S.
  @Test func theRootHasAColumnForEachPlaceAndField() {
    let example = OperatorExamples.all[2]
    example.with { K in #expect(K.root.shape == [20, 10]) }
  }

  /// Solutions, quadratic forms and log determinants by the blocks of the joint diagonalisation, against the dense matrix.
  @Test(arguments: OperatorExamples.all)
  func withNoiseSolutionsAndDeterminantAreThoseOfTheDenseMatrix(
    _ example: OperatorExamples.Example
  ) {
    example.with { K in expectFactor(K.factored(noise: 0.3), K.dense() + 0.3 * .identity(20)) }
  }

  /// Without noise, by generalized eigenvectors or by blocks.
  @Test(arguments: OperatorExamples.all.filter(\.isDefinite))
  func withoutNoiseSolutionsAndDeterminantAreThoseOfTheDenseMatrix(
    _ example: OperatorExamples.Example
  ) {
    example.with { K in expectFactor(K.factored(), K.dense()) }
  }

  private func expectFactor(_ factor: some CovarianceFactorization, _ dense: Tensor) {
    let L = cholesky(dense)
    let half = triangularSolve(L, v)
    expectClose(
      factor.solve(v), triangularSolve(L, half, transposed: true), relative: 1e-10,
      absolute: 1e-10)
    expectClose(factor.quadraticForm(v), square(half).sum(), relative: 1e-11)
    expectClose(factor.logDeterminant, logDeterminant(dense), relative: 1e-12)
  }

  @Test func aCovarianceOfLowRankHasNoFactorWithoutNoise() {
    let K = SumKronecker(
      OperatorExamples.level, OperatorExamples.ones, OperatorExamples.rate, OperatorExamples.trend)
    #expect(K.factored().logDeterminant.scalar.isNaN)
  }

  /// The sample covariance of 20,000 draws: its error is at most 5 standard errors, `sqrt((K_ii K_jj + K_ij²) / n)`.
  @Test func drawsHaveTheCovariance() {
    OperatorExamples.all[2].with { K in
      let draws = K.sample([20_000], key: RandomKey(1))
      #expect(draws.shape == [20_000, 20])
      let (dense, variance) = (K.dense(), K.diagonal)
      let found = matmul(draws.transposed(), draws) / 20_000
      let error = sqrt((variance[.all, .newAxis] * variance + square(dense)) / 20_000)
      #expect((abs(found - dense) / error).max().scalar < 5)
    }
  }
}
