import LinearAlgebra
import Testing

struct MatrixTests {
  @Test func rowsLieOneAfterTheOther() {
    var matrix = Matrix(rows: 2, columns: 3, [1, 2, 3, 4, 5, 6])
    matrix[1, 0] = 7
    #expect(matrix.scalars == [1, 2, 3, 7, 5, 6])
    #expect(Array(matrix.row(1)) == [7, 5, 6] && matrix[0, 2] == 3)
    #expect(Matrix(rows: 1, columns: 2) == Matrix(rows: 1, columns: 2, [0, 0]))
  }
}
