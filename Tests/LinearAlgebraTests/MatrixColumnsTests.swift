import LinearAlgebra
import TestSupport
import Testing

@Suite struct MatrixColumnsTests {
  private let matrix = Matrix(rows: 3, columns: 2, [1, 10, 2, 20, 6, 60])

  @Test func momentsAreThoseOfTheColumns() {
    #expect(matrix.columnMeans == [3, 30])
    #expect(matrix.columnVariances == [7, 700])
    #expect(matrix.taking(rows: [1]).columnVariances.allSatisfy { $0.isNaN })
  }

  @Test func squaresAreMeansOverTheRows() {
    #expect(matrix.columnSquares(about: [3, 0]) == [14.0 / 3, 4100.0 / 3])
  }

  @Test func columnsAreScaledAsTheyAreAdded() {
    var sum = matrix
    sum.add(matrix, scalingColumnsBy: [2, -1])
    #expect(sum.scalars == [3, 0, 6, 0, 18, 0])
  }

  @Test func numbersForOtherColumnsAreRefused() async {
    let squares = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Matrix(rows: 2, columns: 3).columnSquares(about: [1]) }
    expectMessage("Matrix: 1 numbers for 3 columns.", of: squares)
    let sum = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var sum = Matrix(rows: 2, columns: 3)
      sum.add(Matrix(rows: 2, columns: 3), scalingColumnsBy: [1, 2])
    }
    expectMessage("Matrix: 2 x 3 with 2 factors added to 2 x 3.", of: sum)
  }

  @Test func rowsAreShiftedAndScaled() {
    var moved = matrix
    moved.shiftRows(from: [1, 10], to: [5, 0], scaledBy: 2)
    #expect(moved.scalars == [5, 0, 7, 20, 15, 100])
    moved = matrix
    moved.scaleColumns(by: [2, -1])
    moved.scale(row: 1, by: 10)
    #expect(moved.scalars == [2, -10, 40, -200, 12, -60])
  }

  @Test func rowsTurnToTheLeft() {
    var moved = Matrix(rows: 2, columns: 3, [1, 2, 3, 4, 5, 6])
    moved.rotateRows(scaledBy: 10)
    #expect(moved.scalars == [20, 30, 10, 50, 60, 40])
    var single = Matrix(rows: 2, columns: 1, [1, 2])
    single.rotateRows()
    #expect(single.scalars == [1, 2])
  }

  @Test func matricesAreAddedAndMultipliedElementByElement() {
    var sum = matrix
    sum.add(matrix, scaledBy: -0.5)
    #expect(sum.scalars == [0.5, 5, 1, 10, 3, 30])
    sum.multiplyElements(by: matrix)
    #expect(sum.scalars == [0.5, 50, 2, 200, 18, 1800])
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func numbersThatAreNotFiniteAreSeen(_ number: Double) {
    #expect(matrix.isFinite && Matrix(rows: 0, columns: 2).isFinite)
    var spoiled = matrix
    spoiled[2, 1] = number
    #expect(!spoiled.isFinite)
    // Their sum overflows, and yet each is finite.
    #expect(Matrix(rows: 1, columns: 2, repeating: .greatestFiniteMagnitude).isFinite)
  }
}
