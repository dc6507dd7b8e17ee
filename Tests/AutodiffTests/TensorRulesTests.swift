import Autodiff
import Testing

/// What tensor operations make of shapes, indices, conditions and numbers that are none.
@Suite struct TensorRulesTests {
  private let row = Tensor([0.6, 1.4, 2.2])
  private let column = Tensor([1.1, 0.8], shape: [2, 1])

  @Test func broadcastingFollowsNumPy() {
    #expect((column + row).shape == [2, 3])
    #expect((column + row).scalars == [1.1 + 0.6, 1.1 + 1.4, 1.1 + 2.2, 0.8 + 0.6, 0.8 + 1.4, 3])
    #expect(broadcastShapes([[5, 1], [3], [2, 5, 3]]) == [2, 5, 3])
    #expect(broadcastShapes([[4], [3]]) == nil)
    #expect((Tensor.zeros([0, 3]) + row).shape == [0, 3])
    #expect(Tensor.zeros([0, 3]).sum(along: [0]).scalars == [0, 0, 0])
  }

  @Test func slicingFollowsNumPy() {
    let x = Tensor.arange(24).reshaped(to: [2, 3, 4])
    #expect(x[1, 2, 3].scalar == 23)
    #expect(x[-1, 0].scalars == [12, 13, 14, 15])
    #expect(x[.ellipsis, 1].scalars == [1, 5, 9, 13, 17, 21])
    #expect(x[0, .all, .strided(from: 3, to: -1, by: -2)].scalars == [3, 1, 7, 5, 11, 9])
    #expect(x[.all, .newAxis, .range(1..<2)].shape == [2, 1, 1, 4])
    #expect(x.transposed([1, 2, 0])[2, 3].scalars == [11, 23])
    #expect(x[0].transposed().scalars == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
  }

  @Test func comparisonsAreZeroOrOneAndHaveNoDerivative() {
    #expect((row .< 1.4).scalars == [1, 0, 0])
    #expect((row .>= 1.4).scalars == [0, 1, 1])
    #expect((row .!= 1.4).scalars == [1, 0, 1])
    #expect(((row .> 1) .& not(row .> 2)).scalars == [0, 1, 0])
    let slope = gradient(of: { ($0 .< 1.4).sum() }, at: row)
    #expect(slope.scalars == [0, 0, 0])
    #expect(row.any().scalar == 1)
    #expect((row .> 1).all().scalar == 0)
  }

  @Test func theBranchNotTakenHasNoDerivativeAndNoNaN() {
    let slope = gradient(
      of: { x in select(x .> 0, log(select(x .> 0, x, 1)), 0).sum() }, at: [-1, 0, 2])
    #expect(slope.scalars == [0, 0, 0.5])
  }

  @Test func aMatrixThatIsNotPositiveDefiniteHasANaNFactor() {
    let L = cholesky(Tensor(rows: [[1, 2], [2, 1]]))
    #expect(L.scalars.filter(\.isNaN).count == 4)
  }

  @Test func ranksOfNaNAreKept() {
    #expect(Tensor([1, .nan, 3]).max().scalar.isNaN)
    #expect(maximum([1, .nan], [.nan, 0]).scalars.filter(\.isNaN).count == 2)
    #expect(Tensor([-.infinity, -.infinity]).logSumExp().scalar == -.infinity)
  }
}
