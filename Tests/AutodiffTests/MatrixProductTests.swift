import Autodiff
import TestSupport
import Testing

/// Every kernel behind `matmul`: with a column, with a row, of a column and a row, of small matrices, of few columns,
/// and the library's.
@Suite struct MatrixProductTests {
  private static let extents: [[Int]] =
    [1, 3, 4, 7, 16, 17, 64, 65].flatMap { m in
      [1, 2, 9, 63, 64, 66].flatMap { n in [1, 5, 8, 33, 64, 70].map { [m, n, $0] } }
    } + [[0, 3, 2], [3, 0, 2], [3, 2, 0], [3, 1, 0], [1, 3, 0], [100, 1, 50], [1, 50, 100]]
    + [[300, 120, 120], [70, 20, 300], [20, 305, 70], [70, 300, 130]]

  /// Whole numbers, whose sums every order gives exactly.
  private func wholeNumbers(_ rows: Int, _ columns: Int) -> Tensor {
    Tensor((0..<(rows * columns)).map { Double($0 * 7 % 23 - 11) }, shape: [rows, columns])
  }

  /// With `while` and one running sum: closures take ten times as long in a debug build.
  private func bySum(_ a: Tensor, _ b: Tensor) -> [Double] {
    let (m, n, k) = (a.shape[0], b.shape[1], a.shape[1])
    let (x, y) = (a.scalars, b.scalars)
    var product = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for j in 0..<n {
        var (sum, left, right) = (0.0, i * k, j)
        let end = left + k
        while left < end {
          sum += x[left] * y[right]
          left += 1
          right += n
        }
        product[i * n + j] = sum
      }
    }
    return product
  }

  @Test(arguments: extents)
  func theProductIsTheSumOverTheInnerAxis(_ extents: [Int]) {
    let (m, n, k) = (extents[0], extents[1], extents[2])
    let (a, b) = (wholeNumbers(m, k), wholeNumbers(k, n))
    #expect(matmul(a, b).scalars == bySum(a, b))
  }

  /// The derivative of Σ G∘(AB) is G Bᵀ and Aᵀ G: products of transposed operands.
  @Test(arguments: extents)
  func theDerivativesAreProductsWithTransposedOperands(_ extents: [Int]) {
    let (m, n, k) = (extents[0], extents[1], extents[2])
    let (a, b, g) = (wholeNumbers(m, k), wholeNumbers(k, n), wholeNumbers(m, n))
    let (_, gradient) = valueWithGradient(of: { (matmul($0[0], $0[1]) * g).sum() }, at: [a, b])
    #expect(gradient[0].scalars == bySum(g, b.transposed()))
    #expect(gradient[1].scalars == bySum(a.transposed(), g))
  }

  /// The pullback of a product of transposed operands transposes both.
  @Test(arguments: [[4, 3, 2], [5, 1, 6], [1, 5, 6], [70, 2, 3]])
  func secondDerivativesAgreeWithDifferences(_ extents: [Int]) {
    let (m, n, k) = (extents[0], extents[1], extents[2])
    let key = RandomKey(11).split(2)
    let (a, b) = (key[0].normal([m, k]), key[1].normal([k, n]))
    expectGradient(
      of: { x in
        let (_, slope) = valueWithGradient(
          of: { (matmul($0[0], $0[1]) * matmul($0[0], $0[1])).sum() }, at: x)
        return matmul(slope[0], slope[1])
      }, at: [a, b])
  }

  @Test func batchesBroadcastInEveryKernel() {
    for (m, n, k) in [(5, 1, 9), (1, 5, 9), (5, 6, 1), (5, 6, 9), (5, 66, 9), (70, 20, 30)] {
      let key = RandomKey(3).split(2)
      let (a, b) = (key[0].normal([2, 1, m, k]), key[1].normal([3, k, n]))
      let product = matmul(a, b)
      #expect(product.shape == [2, 3, m, n])
      for i in 0..<2 {
        for j in 0..<3 {
          #expect(product[.at(i), .at(j)].scalars == matmul(a[.at(i), 0], b[.at(j)]).scalars)
        }
      }
    }
  }

  @Test func notANumberSpreadsOverItsRowAndColumn() {
    var values = wholeNumbers(20, 20).scalars
    values[20 * 3 + 5] = .nan
    let a = Tensor(values, shape: [20, 20])
    let product = matmul(a, wholeNumbers(20, 20)).scalars
    for i in 0..<20 { #expect(product[20 * i + 7].isNaN == (i == 3)) }
  }

  @Test func replaysHaveTheSameBits() {
    let key = RandomKey(5).split(4)
    expectSameBitsReplayed(
      { x in [matmul(x[0], x[1]), matmul(x[0], x[2]), matmul(x[3], x[0]), matmul(x[1], x[3])] },
      at: [
        key[0].normal([41, 41]), key[1].normal([41, 1]), key[2].normal([41, 41]),
        key[3].normal([1, 41]),
      ])
  }
}
