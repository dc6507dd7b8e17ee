import Kernels
import PPL
import TestSupport
import Testing

@Suite struct SumKroneckerTests {
  private let A1 = Tensor(rows: [[2, 0.5, 0.1], [0.5, 3, -1], [0.1, -1, 4]])
  private let B1 = Tensor(rows: [[1, 0.2], [0.3, 5]])
  private let A2 = Tensor(rows: [[1, 2, 3], [4, 5, 6], [7, 8, 10]])
  private let B2 = Tensor(rows: [[-1, 0.5], [2, 0]])
  private var K: SumKronecker { SumKronecker(A1, B1, A2, B2) }

  @Test func denseIsTheDefinition() {
    let dense = K.dense()
    #expect(K.shape == [6, 6])
    #expect(dense.shape == [6, 6])
    for row in 0..<6 {
      for column in 0..<6 {
        let (i, j, k, l) = (row / 2, row % 2, column / 2, column % 2)
        let expected =
          A1[.at(i), .at(k)] * B1[.at(j), .at(l)] + A2[.at(i), .at(k)] * B2[.at(j), .at(l)]
        #expect(dense[.at(row), .at(column)].scalar == expected.scalar)
      }
    }
  }

  /// The factors are not symmetric here: a transposed one would show.
  @Test func productWithAVectorIsThatOfTheDenseMatrix() {
    let v = Tensor([1, -2, 0.5, 3, 0.25, -1])
    expectClose(K.times(v), matmul(K.dense(), v), relative: 1e-14)
  }

  @Test func traceIsThatOfTheDenseMatrix() {
    expectClose(K.trace, K.dense().diagonal().sum(), relative: 1e-14)
  }

  @Test func entriesAreCounted() {
    #expect(K.storedEntries == [A1, B1, A2, B2].map(\.count).reduce(0, +))
    #expect(K.denseEntries == K.dense().count)
  }

  /// A level and a trend over a grid, against the kernel of the two fields at each pair of grid points.
  @Test func theSumIsTheCovarianceOfALevelAndATrend() {
    let (x, d) = (Tensor([0, 1, 2.5]), Tensor([-0.5, 0, 0.25, 0.25]))
    let level = (2 * Matern32(lengthscale: 2)).gram(x.expandingDimension(at: 1))
    let trend = (0.2 * RBF(lengthscale: 3)).gram(x.expandingDimension(at: 1))
    let K = SumKronecker(level, .ones([4, 4]), trend, d[.all, .newAxis] * d)
    let grid = Tensor(rows: x.scalars.flatMap { x in d.scalars.map { [x, $0] } })
    let place = grid[.all, .range(0..<1)]
    let time = grid[.all, .range(1..<2)]
    let kernels =
      (2 * Matern32(lengthscale: 2)).gram(place)
      + (0.2 * RBF(lengthscale: 3)).gram(place) * DotProduct().gram(time)
    expectClose(K.dense(), kernels, relative: 1e-14)
  }

  @Test func theProductIsDifferentiable() {
    let v = Tensor([1, -2, 0.5, 3, 0.25, -1])
    expectGradient(
      of: { SumKronecker($0[0], $0[1], $0[2], $0[3]).times(v) }, at: [A1, B1, A2, B2])
  }
}
