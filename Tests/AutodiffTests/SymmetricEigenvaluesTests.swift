import Autodiff
import TestSupport
import Testing

@Suite struct SymmetricEigenvaluesTests {
  @Test func eigenvaluesOfARingAreCosines() {
    // A ring of n sites has eigenvalues 2 cos(2π k / n).
    let n = 7
    let ring = Tensor(
      (0..<n * n).map { [1, n - 1].contains(($0 / n - $0 % n + n) % n) ? 1 : 0 }, shape: [n, n])
    let expected = (2 * cos(Tensor.arange(n) * Tensor(2 * Double.pi / Double(n)))).scalars.sorted()
    expectClose(symmetricEigenvalues(ring).scalars, expected, relative: 1e-13, absolute: 1e-14)
  }

  @Test func onlyTheLowerTriangleIsRead() {
    let lower = Tensor(rows: [[2, 99], [1, 2]])
    expectClose(symmetricEigenvalues(lower), Tensor([1, 3]), relative: 1e-14)
  }

  @Test func aMatrixThatIsNotFiniteHasNone() {
    #expect(isNaN(symmetricEigenvalues(.full(.infinity, [2, 2]))).scalars == [1, 1])
  }

  @Test func aMatrixThatIsNotSquareIsNamed() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = symmetricEigenvalues(.zeros([2, 3]))
    }
    expectMessage("symmetricEigenvalues: [2, 3] is not one square matrix.", of: exit)
  }
}
