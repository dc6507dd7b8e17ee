import Autodiff
import LinearAlgebra
import TestSupport
import Testing

private func drawn(_ rows: Int, _ columns: Int, _ seed: UInt64) -> Matrix {
  Matrix(rows: rows, columns: columns, RandomKey(seed).normal([rows, columns]).scalars)
}

/// By the definition.
private func plainProduct(_ a: Matrix, _ b: Matrix) -> Matrix {
  var c = Matrix(rows: a.rows, columns: b.columns)
  for i in 0..<a.rows {
    for j in 0..<b.columns {
      for k in 0..<a.columns { c[i, j] += a[i, k] * b[k, j] }
    }
  }
  return c
}

struct MatrixProductsTests {
  // Sums of a few numbers near 1.
  private let rounding = 1e-13

  @Test(arguments: [(1, 1, 1), (3, 5, 2), (70, 33, 41), (0, 3, 2), (2, 0, 3)])
  func productsAreThoseOfTheDefinitionWhicheverOperandIsTransposed(m: Int, k: Int, n: Int) {
    let (a, b) = (drawn(m, k, 1), drawn(k, n, 2))
    let expected = plainProduct(a, b).scalars
    let found = [
      Matrix.product(a, b), .product(a.transposed(), b, transposingFirst: true),
      .product(a, b.transposed(), transposingSecond: true),
      .product(
        a.transposed(), b.transposed(), transposingFirst: true, transposingSecond: true),
    ]
    for product in found {
      expectClose(product.scalars, expected, relative: rounding, absolute: rounding)
    }
  }

  @Test func productsAccumulateInPlace() {
    let (a, b) = (drawn(4, 3, 3), drawn(3, 5, 4))
    var sum = Matrix(rows: 4, columns: 5, repeating: 2)
    sum.accumulate(a, b, scaledBy: -3)
    expectClose(
      sum.scalars, plainProduct(a, b).scalars.map { 2 - 3 * $0 }, relative: rounding,
      absolute: rounding)
  }

  @Test func aSymmetricProductHasItsLowerTriangleOrAllOfIt() {
    let a = drawn(130, 7, 5)
    let full = plainProduct(a, a.transposed())
    let (lower, mirrored) = (
      Matrix.symmetricProduct(a), Matrix.symmetricProduct(a, mirrored: true)
    )
    expectClose(mirrored.scalars, full.scalars, relative: rounding, absolute: rounding)
    for i in 0..<130 {
      for j in 0..<130 { #expect(lower[i, j] == (j <= i ? mirrored[i, j] : 0)) }
    }
    #expect(Matrix.symmetricProduct(Matrix(rows: 2, columns: 0)).scalars == [0, 0, 0, 0])
  }

  @Test func productsWithVectorsAreThoseWithTheirColumns() {
    let (a, x) = (drawn(6, 4, 6), drawn(4, 1, 7))
    let y = drawn(6, 1, 8)
    expectClose(
      a.multiplied(by: x.scalars), plainProduct(a, x).scalars, relative: rounding,
      absolute: rounding)
    expectClose(
      a.transposeMultiplied(by: y.scalars), plainProduct(a.transposed(), y).scalars,
      relative: rounding, absolute: rounding)
    #expect(Matrix(rows: 2, columns: 0).multiplied(by: []) == [0, 0])
  }

  @Test func partsAreTakenInTheOrderAsked() {
    let a = Matrix(rows: 2, columns: 3, [1, 2, 3, 4, 5, 6])
    #expect(a.taking(rows: [1, 0, 1]).scalars == [4, 5, 6, 1, 2, 3, 4, 5, 6])
    #expect(a.taking(columns: [2, 2]).scalars == [3, 3, 6, 6])
    #expect(a.transposed().scalars == [1, 4, 2, 5, 3, 6])
    #expect(a.diagonal == [1, 5] && a.trace == 6)
    var b = a
    b.addToDiagonal([10, 20])
    #expect(b.scalars == [11, 2, 3, 4, 25, 6] && a[0, 0] == 1)
    b.withMutableScalars { $0[5] = 0 }
    #expect(b[1, 2] == 0)
  }

  /// About the sizes of the blocks that are turned at once.
  @Test(arguments: [1, 3, 4, 31, 33, 70], [1, 5, 32, 65])
  func transposesHaveColumnsForRows(rows: Int, columns: Int) {
    let a = drawn(rows, columns, 13)
    let b = a.transposed()
    #expect(b.rows == columns && b.columns == rows)
    for i in 0..<rows {
      for j in 0..<columns { #expect(b[j, i] == a[i, j]) }
    }
  }

  @Test(arguments: [1, 4, 33, 70])
  func aMirroredMatrixIsItsOwnTranspose(size: Int) {
    let a = drawn(size, size, 14)
    var b = a
    b.mirrorLowerTriangle()
    #expect(b == b.transposed())
    for i in 0..<size {
      for j in 0...i { #expect(b[i, j] == a[i, j]) }
    }
  }

  @Test func shapesThatDoNotFitAreNamed() async {
    let product = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Matrix.product(Matrix(rows: 2, columns: 3), Matrix(rows: 2, columns: 3)) }
    expectMessage("a product of 2 x 3 and 2 x 3.", of: product)
    let vector = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Matrix(rows: 2, columns: 3).multiplied(by: [1]) }
    expectMessage("2 x 3 by a vector of 1.", of: vector)
    let row = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Matrix(rows: 2, columns: 3).taking(rows: [2]) }
    expectMessage("no row 2 of 2.", of: row)
  }
}

struct CholeskyFactorTests {
  /// Up to 32 rows by one way, beyond by another.
  @Test(arguments: [1, 2, 4, 12, 17, 32, 33, 200])
  func solutionsSolveTheirSystem(n: Int) throws {
    var matrix = Matrix.symmetricProduct(drawn(n, n, 9))
    matrix.addToDiagonal(Array(repeating: Double(n), count: n))
    var full = matrix
    full.mirrorLowerTriangle()
    let right = drawn(3, n, 10)
    let factor = try CholeskyFactor(factoring: matrix)
    var solutions = right
    factor.solve(rows: &solutions)
    for row in 0..<3 {
      let x = Array(solutions.row(row))
      // The condition number is below ten.
      expectClose(full.multiplied(by: x), Array(right.row(row)), relative: 1e-11, absolute: 1e-12)
      expectClose(factor.solving(Array(right.row(row))), x, relative: 1e-12)
    }
  }

  /// From one row to more than go through together.
  @Test(arguments: [1, 4, 8, 19])
  func aSolutionDoesNotDependOnItsCompany(rows: Int) throws {
    var matrix = Matrix.symmetricProduct(drawn(12, 12, 11))
    matrix.addToDiagonal(Array(repeating: 12, count: 12))
    let factor = try CholeskyFactor(factoring: matrix)
    let right = drawn(rows, 12, 12)
    var solutions = right
    factor.solve(rows: &solutions)
    for row in 0..<rows {
      #expect(factor.solving(Array(right.row(row))) == Array(solutions.row(row)))
    }
  }

  @Test(arguments: [32, 33])
  func theFirstMinorThatIsNotPositiveIsNamed(size: Int) {
    var matrix = Matrix(rows: size, columns: size)
    matrix.addToDiagonal((0..<size).map { $0 == 20 ? -1 : 1 })
    let error = #expect(throws: NotPositiveDefinite.self) {
      try CholeskyFactor(factoring: matrix)
    }
    #expect(error?.order == 21 && error?.size == size)
  }

  @Test func theDeterminantIsThatOfTheMatrix() throws {
    let factor = try CholeskyFactor(factoring: Matrix(rows: 2, columns: 2, [4, 9, 2, 3]))
    // 4 · 3 - 2 · 2, whatever stands above the diagonal.
    expectClose([factor.logDeterminant], [2.0794415416798357], relative: 1e-14)
    #expect(try CholeskyFactor(factoring: Matrix(rows: 0, columns: 0)).solving([]) == [])
  }

  @Test(arguments: [
    ([1.0, 0, 2, 1], 2), ([0, 0, 0, 0], 1), ([1, 0, .nan, 1], 2), ([.nan, 0, 0, 1], 1),
    ([.infinity, 0, 0, 1], 1),
  ])
  func aMatrixThatIsNotPositiveDefiniteIsRefused(numbers: [Double], order: Int) {
    let error = #expect(throws: NotPositiveDefinite.self) {
      try CholeskyFactor(factoring: Matrix(rows: 2, columns: 2, numbers))
    }
    #expect(error?.order == order && error?.size == 2)
    #expect(
      error?.description.hasPrefix(
        "a matrix of 2 rows is not positive definite: its leading minor of order \(order)") == true)
  }
}

struct SparseMatrixTests {
  private let matrix = Matrix(rows: 2, columns: 3, [10, 0.5, -2, 0, 0.1, -0.05])

  @Test func entriesBelowTheThresholdAreLeftOut() {
    let ofAll = SparseMatrix(matrix, keeping: .ofLargest(0.05))
    #expect(ofAll.dense().scalars == [10, 0.5, -2, 0, 0, 0])
    let ofRow = SparseMatrix(matrix, keeping: .ofRow(0.2))
    #expect(ofRow.dense().scalars == [10, 0, -2, 0, 0.1, -0.05])
    #expect(ofRow.count == 4 && ofRow.density == 4.0 / 6)
    #expect(SparseMatrix(matrix, keeping: .ofLargest(0)).count == 5)
  }

  @Test func itsProductsAreThoseOfTheDenseMatrix() {
    let dense = drawn(9, 13, 11)
    let sparse = SparseMatrix(dense, keeping: .ofLargest(0))
    let (x, y) = (drawn(13, 1, 12).scalars, drawn(9, 1, 13).scalars)
    expectClose(sparse.multiplied(by: x), dense.multiplied(by: x), relative: 1e-13)
    expectClose(
      sparse.transposeMultiplied(by: y), dense.transposeMultiplied(by: y), relative: 1e-13,
      absolute: 1e-14)
    #expect(sparse.taking(rows: [8, 0, 8]).dense() == dense.taking(rows: [8, 0, 8]))
  }

  @Test func whatIsNotANumberIsKept() {
    let sparse = SparseMatrix(
      Matrix(rows: 1, columns: 2, [.nan, 1]), keeping: .ofLargest(0.5))
    #expect(sparse.multiplied(by: [1, 1])[0].isNaN)
  }
}

struct ConjugateGradientsTests {
  @Test func iterationsEndAtTheSolutionWithinAsManyAsEigenvalues() throws {
    // The identity and three directions more: four different eigenvalues.
    let directions = drawn(3, 40, 14)
    let right = drawn(40, 1, 15).scalars
    let apply = { (x: [Double]) in
      zip(x, directions.transposeMultiplied(by: directions.multiplied(by: x))).map(+)
    }
    let found = try conjugateGradients(right, applying: apply)
    #expect(found.iterations <= 4 && found.residual <= 1e-10)
    expectClose(apply(found.solution), right, relative: 1e-8, absolute: 1e-9)
  }

  @Test func noRightSideHasTheSolutionZero() throws {
    let found = try conjugateGradients([0, 0]) { $0 }
    #expect(found.solution == [0, 0] && found.iterations == 0)
  }

  @Test func whatDoesNotConvergeIsAnError() throws {
    #expect(throws: NotConverged.self) {
      try conjugateGradients([1, 1]) { $0.map { -$0 } }
    }
    let slow = Matrix(rows: 2, columns: 2, [1, 0, 0, 100])
    let error = #expect(throws: NotConverged.self) {
      try conjugateGradients([1, 1], maximumIterations: 1, applying: slow.multiplied)
    }
    #expect(
      error?.description.contains("after 1 iterations. Allow more iterations") == true)
    #expect(throws: NotConverged.self) {
      try conjugateGradients([1, .nan]) { $0 }
    }
  }
}
