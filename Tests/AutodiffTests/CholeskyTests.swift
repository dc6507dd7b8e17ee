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

  /// Sizes with one block of columns, with several, and with the library.
  @Test(arguments: [1, 4, 7, 8, 9, 33, 40, 200, 257, 333, 1010])
  func theFactorOfATriangleIsThatOfTheMatrix(_ n: Int) {
    let K = definite(n)
    #expect(cholesky(triangle: K.packedLowerTriangle()).scalars == cholesky(K).scalars)
  }

  /// An element off the diagonal stands for both of its places.
  @Test(arguments: [1, 4, 7, 8, 9, 33, 40, 200, 257, 333, 1010])
  func theDerivativeOfATriangleCountsPairsOnce(_ n: Int) {
    let K = definite(n)
    let G = RandomKey(7).normal([n, n]).lowerTriangle()
    let whole = gradient(of: { (cholesky($0) * G).sum() }, at: K)
    let packed = gradient(
      of: { (cholesky(triangle: $0) * G).sum() }, at: K.packedLowerTriangle())
    let twice = 2 * whole - whole.diagonal().diagonalMatrix()
    // Doubling and halving are exact.
    #expect(packed.scalars == twice.packedLowerTriangle().scalars)
  }

  /// Rows beyond a whole number of registers, and several blocks of columns.
  @Test(arguments: [257, 300, 333, 515])
  func factorsInBlocksAreFactors(_ n: Int) {
    let K = definite(n)
    let L = cholesky(K)
    // Rounding of n products of numbers of order 1.
    #expect(abs(matmul(L, L.transposed()) - K).max().scalar < 1e-14 * Double(n))
    let G = RandomKey(7).normal([n, n]).lowerTriangle()
    let slope = gradient(of: { (cholesky($0) * G).sum() }, at: K)
    // dL = L Phi(L^-1 dK L^-T) for one direction dK.
    let direction = definite(n)
    let half = triangularSolve(L, triangularSolve(L, direction).transposed()).lowerTriangle()
    let moved = matmul(L, half - 0.5 * half.diagonal().diagonalMatrix())
    expectClose((slope * direction).sum(), (moved * G).sum(), relative: 1e-10)
  }

  @Test func theSymmetricMatrixOfATriangleIsTheMatrix() {
    let K = definite(5)
    #expect(
      K.packedLowerTriangle().scalars.prefix(3) == [K[0, 0].scalar, K[1, 0].scalar, K[1, 1].scalar])
    #expect(K.packedLowerTriangle().symmetricMatrix().scalars == K.scalars)
  }

  @Test(arguments: [4, 9, 300])
  func anIndefiniteTriangleOfABatchLeavesTheOthersAlone(_ n: Int) {
    let good = definite(n)
    let bad = good - 100 * Tensor.identity(n)
    let L = cholesky(triangle: stack([bad, good]).packedLowerTriangle())
    #expect(L[0].scalars.filter(\.isNaN).count == n * n)
    #expect(L[1].scalars == cholesky(good).scalars)
  }

  /// Within a block, a row that equals another to the last bit leaves a pivot of exactly 0 or below.
  @Test(arguments: [2, 3, 4])
  func equalRowsHaveNoFactor(_ n: Int) {
    let a = RandomKey(3).normal([n - 1, n + 5])
    let rows = concatenate([a, a[.range(0..<1)]])
    #expect(cholesky(matmul(rows, rows.transposed()))[0, 0].scalar.isNaN)
  }

  // MARK: Mistakes

  @Test func aTriangleHasWholeRows() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = cholesky(triangle: .ones([5]))
    }
    expectMessage("cholesky: 5 elements are not a triangle of whole rows.", of: exit)
  }

  @Test func aNumberIsNoTriangle() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = cholesky(triangle: 1)
    }
    expectMessage("cholesky: a number is not a triangle.", of: exit)
  }

  @Test func onlySquaresHaveTriangles() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.ones([2, 3]).packedLowerTriangle()
    }
    expectMessage("packedLowerTriangle: [2, 3] does not end in a square.", of: exit)
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
