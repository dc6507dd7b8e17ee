import Autodiff
import LinearAlgebra
import TestSupport
import Testing

@Suite struct SymmetricEigenTests {
  private func symmetric(_ n: Int) -> Matrix {
    let root = Matrix(rows: n, columns: n, RandomKey(3).normal([n, n]).scalars)
    return .symmetricProduct(root, mirrored: true)
  }

  /// Below and above the size from which LAPACK divides and conquers.
  @Test(arguments: [1, 2, 7, 60]) func theMatrixIsTheSumOfItsParts(_ n: Int) throws {
    let matrix = symmetric(n)
    let eigen = try SymmetricEigen(matrix)
    expectClose(eigen.applying(\.self).scalars, matrix.scalars, relative: 1e-11, absolute: 1e-11)
    let gram = Matrix.symmetricProduct(eigen.vectors, mirrored: true)
    var identity = Matrix(rows: n, columns: n)
    identity.addToDiagonal(Array(repeating: 1, count: n))
    expectClose(gram.scalars, identity.scalars, relative: 0, absolute: 1e-12)
    #expect(eigen.values == eigen.values.sorted())
  }

  @Test func rootsMultiplyToTheMatrix() throws {
    let matrix = symmetric(9)
    let root = try SymmetricEigen(matrix).applying { $0.squareRoot() }
    expectClose(Matrix.product(root, root).scalars, matrix.scalars, relative: 1e-11)
  }

  @Test func onlyTheLowerTriangleIsRead() throws {
    let matrix = symmetric(5)
    var lower = matrix
    for i in 0..<5 { for j in (i + 1)..<5 { lower[i, j] = 99 } }
    #expect(try SymmetricEigen(lower).values == SymmetricEigen(matrix).values)
  }

  @Test func numbersThatAreNotFiniteAreRefused() throws {
    var matrix = symmetric(3)
    matrix[1, 0] = .nan
    let error = #expect(throws: NoEigenvalues.self) { try SymmetricEigen(matrix) }
    #expect(
      error?.description
        == "the eigenvalues of a symmetric matrix of 3 rows were not found. "
        + "Look for numbers that are not finite.")
    #expect(try SymmetricEigen(Matrix(rows: 0, columns: 0)).values == [])
  }

  @Test func orthonormalRowsSpanTheRows() {
    let matrix = Matrix(rows: 4, columns: 4, RandomKey(1).normal([4, 4]).scalars)
    let basis = matrix.orthonormalizedRows()
    var identity = Matrix(rows: 4, columns: 4)
    identity.addToDiagonal([1, 1, 1, 1])
    expectClose(
      Matrix.symmetricProduct(basis, mirrored: true).scalars, identity.scalars, relative: 0,
      absolute: 1e-14)
    // Each row lies in the span of the first basis vectors, on their positive side.
    let coordinates = Matrix.product(matrix, basis, transposingSecond: true)
    for i in 0..<4 {
      #expect(coordinates[i, i] > 0)
      for j in (i + 1)..<4 { #expect(abs(coordinates[i, j]) < 1e-13) }
    }
  }
}
