import Foundation
import Testing

@testable import Inference

struct MassMatrixEstimateTests {
  /// The first draw of a chain may be far from the others, with gradients that are larger by orders of magnitude: rounding
  /// then gives the geometric mean negative eigenvalues, whose roots would stop the chain for good.
  @Test(arguments: [(10, 30, 1e4, 1e8), (20, 45, 1e2, 1e8), (34, 30, 1, 1e4), (40, 45, 1, 1e8)])
  func anOutlierDoesNotMakeAMassMatrixThatIsNotANumber(
    count: Int, draws: Int, far: Double, steep: Double
  ) throws {
    var window = WindowDraws(count: count)
    for i in 0..<draws {
      let row = (0..<count).map { j in
        let (i, j) = (Double(i), Double(j))
        return sin(1.7 * i * i + 2.3 * j * j + 0.4 * i * j)
      }
      let outlier = (0..<count).map { sin(2.9 * Double($0 * $0) + 0.7) * far }
      let slope = (0..<count).map { cos(3.1 * Double($0 * $0) + 1) * steep }
      window.append(i == 0 ? outlier : row, i == 0 ? slope : row.map { -$0 })
    }
    for family in [MassMatrix.Family.lowRank, .dense, .diagonal] {
      guard let estimate = window.estimate(family) else { continue }
      var (force, scratch) = (
        Array(repeating: 0.0, count: count), Array(repeating: 0.0, count: count)
      )
      let ones = Array(repeating: 1.0, count: count)
      estimate.applyTranspose(ones, &force, scratch: &scratch)
      #expect(force.allSatisfy { $0.isFinite }, "\(family)")
    }
    #expect(window.estimate(.diagonal) != nil)
  }
}
