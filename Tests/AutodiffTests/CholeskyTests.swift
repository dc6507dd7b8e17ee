import Autodiff
import TestSupport
import Testing

/// Sizes on both sides of the padding to multiples of four, and between and beyond the limits of our own kernels.
@Suite struct CholeskyTests {
  private func definite(_ n: Int) -> Tensor {
    let a = RandomKey(UInt64(n)).normal([n, n])
    return matmul(a, a.transposed()) / Tensor(Double(n)) + Tensor.identity(n)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 12, 33, 40, 150, 200, 730])
  func theFactorTimesItsTransposeIsTheMatrix(_ n: Int) {
    let K = definite(n)
    let L = cholesky(K)
    let error = abs(matmul(L, L.transposed()) - K).max().scalar
    // Rounding of n products of numbers of order 1.
    #expect(error < 1e-14 * Double(n + 10))
    #expect((L - L.lowerTriangle()).scalars.filter { $0 != 0 }.isEmpty)
  }

  /// Against 1/2 L^-T S L^-1, S the symmetric matrix with the lower triangle of Lᵀ dF/dL.
  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 12, 33, 40, 150, 200, 730])
  func theReverseModeIsThatOfTheTriangularSolves(_ n: Int) {
    let K = definite(n)
    let G = RandomKey(7).normal([n, n]).lowerTriangle()
    let exact = gradient(of: { (cholesky($0) * G).sum() }, at: K)
    let L = cholesky(K)
    let P = matmul(L.transposed(), G).lowerTriangle()
    let symmetric = P + P.transposed() - P.diagonal().diagonalMatrix()
    let half = triangularSolve(L, symmetric, transposed: true)
    let expected = 0.5 * triangularSolve(L, half.transposed(), transposed: true)
    let error = abs(exact - expected).max().scalar / abs(expected).max().scalar
    #expect(error < 1e-12)
  }

  @Test(arguments: [4, 9, 730])
  func anIndefiniteMatrixOfABatchLeavesTheOthersAlone(_ n: Int) {
    let good = definite(n)
    let bad = good - 100 * Tensor.identity(n)
    let L = cholesky(stack([bad, good]))
    #expect(L[0].scalars.filter(\.isNaN).count == n * n)
    #expect(abs(L[1] - cholesky(good)).max().scalar == 0)
  }
}
