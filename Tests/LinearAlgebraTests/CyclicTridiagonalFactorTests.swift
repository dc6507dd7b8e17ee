import LinearAlgebra
import PPL
import TestSupport
import Testing

struct CyclicTridiagonalFactorTests {
  /// Sizes from the smallest on; numbers of columns about the widths that are solved at once.
  @Test(arguments: [3, 4, 7, 50], [1, 7, 8, 19, 45])
  func solutionsSatisfyTheirEquations(n: Int, columns: Int) {
    let rows = example(n)
    let factor = CyclicTridiagonalFactor(
      lower: rows.lower, diagonal: rows.diagonal, upper: rows.upper)
    let right = Matrix(
      rows: n, columns: columns, RandomKey(1).normal([n, columns]).scalars)
    var x = right
    factor.solve(columns: &x)
    // Well conditioned: some roundings of numbers about 1.
    expectClose(
      Matrix.product(dense(rows), x).scalars, right.scalars, relative: 1e-12, absolute: 1e-13)
    var transposed = right.transposed()
    factor.solve(rows: &transposed)
    expectClose(
      transposed.scalars, x.transposed().scalars, relative: 1e-12, absolute: 1e-14)
  }

  @Test func aRowDoesNotDependOnItsCompany() {
    let rows = example(20)
    let factor = CyclicTridiagonalFactor(
      lower: rows.lower, diagonal: rows.diagonal, upper: rows.upper)
    var many = Matrix(rows: 21, columns: 20, RandomKey(2).normal([21, 20]).scalars)
    var one = many.taking(rows: [17])
    factor.solve(rows: &many)
    factor.solve(rows: &one)
    #expect(one == many.taking(rows: [17]))
  }

  @Test func mistakesAreNamed() async {
    let few = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = CyclicTridiagonalFactor(lower: [1, 1], diagonal: [4, 4], upper: [1, 1]) }
    expectMessage("CyclicTridiagonalFactor: 2, 2 and 2 numbers.", of: few)
    let singular = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = CyclicTridiagonalFactor(lower: [0, 0, 0], diagonal: [0, 1, 1], upper: [0, 0, 0])
    }
    expectMessage("CyclicTridiagonalFactor: a pivot is 0.0.", of: singular)
  }

  /// Without symmetry, and dominated by the diagonal.
  private func example(_ n: Int) -> (lower: [Double], diagonal: [Double], upper: [Double]) {
    let u = RandomKey(UInt64(n)).uniform([3, n], in: -1..<1).scalars
    return (Array(u[..<n]), u[n..<(2 * n)].map { 2.5 + $0 / 2 }, Array(u[(2 * n)...]))
  }

  private func dense(_ rows: (lower: [Double], diagonal: [Double], upper: [Double])) -> Matrix {
    let n = rows.diagonal.count
    var result = Matrix(rows: n, columns: n)
    for i in 0..<n {
      result[i, (i + n - 1) % n] += rows.lower[i]
      result[i, i] += rows.diagonal[i]
      result[i, (i + 1) % n] += rows.upper[i]
    }
    return result
  }
}

struct CyclicMatrixTests {
  @Test func rowsOfACyclicMatrixAreTurned() {
    #expect(
      Matrix(cyclic: [1, 2, 3]) == Matrix(rows: 3, columns: 3, [1, 2, 3, 3, 1, 2, 2, 3, 1]))
  }

  @Test func meansAlongCyclicDiagonalsUndoIt() {
    #expect(Matrix(cyclic: [1, 2, 3, 4]).cyclicMeans == [1, 2, 3, 4])
    #expect(Matrix(rows: 2, columns: 2, [1, 2, 4, 7]).cyclicMeans == [4, 3])
  }
}
