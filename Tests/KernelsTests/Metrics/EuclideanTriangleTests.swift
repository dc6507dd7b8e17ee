import Autodiff
import Testing

@testable import Kernels

@Suite struct EuclideanTriangleTests {
  /// Equal points, neighbours and points far apart; tiny and huge ones take the usual way.
  @Test(arguments: [1, 2, 3], [1, 1e-150, 1e150])
  func theDigitsAreThoseOfTheWholeMatrix(axes: Int, scale: Double) {
    let x = Tensor(scale) * concatenate([RandomKey(3).normal([40, axes]), .zeros([2, axes])])
    let whole = distance(x, x).packedLowerTriangle()
    #expect(euclideanTriangle(x).shape == whole.shape)
    #expect(euclideanTriangle(x).scalars.map(\.bitPattern) == whole.scalars.map(\.bitPattern))
  }

  @Test func aRecordedInputKeepsItsDerivative() {
    let x = RandomKey(1).normal([4, 2])
    let slopes = [
      gradient(of: { euclideanTriangle($0).sum() }, at: x),
      gradient(of: { distance($0, $0).packedLowerTriangle().sum() }, at: x),
    ]
    #expect(slopes[0].scalars == slopes[1].scalars && slopes[0].scalars.contains { $0 != 0 })
  }
}
