import Kernels
import PPL
import Testing

/// Sums of Kronecker products of five places and four times.
enum OperatorExamples {
  static let places = Tensor(rows: [[0, 0], [1, 0.3], [2.2, -1], [0.4, 2], [3, 1.5]])
  /// Centred, so that it is orthogonal to 1.
  static let d = Tensor([-0.75, 0.05, 0.1, 0.6])
  static let ones = Tensor.ones([4, 4])
  static let trend = d[.all, .newAxis] * d
  static let level = gram(2, 1.5)
  static let rate = gram(0.4, 2.5)
  /// A covariance of times that commutes with neither `ones` nor `trend`.
  static let memory = (0.7 * Matern12(lengthscale: 2)).gram(Tensor(rows: [[0], [1], [2.5], [3]]))
  static let other = (1.2 * RBF(lengthscale: 1)).gram(Tensor(rows: [[0], [1], [2.5], [3]]))

  static func gram(_ variance: Tensor, _ lengthscale: Tensor) -> Tensor {
    (variance * Matern32(lengthscale: lengthscale)).gram(places)
  }

  struct Example: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let terms: [Kronecker]
    let timeRank: Int
    var isDefinite: Bool { timeRank == 4 }

    /// The sum, as the type that has so many products.
    func with<R>(_ body: (any KroneckerStructure) throws -> R) rethrows -> R {
      try body(terms.count == 1 ? terms[0] : SumKronecker(terms))
    }
  }

  static let all = [
    Example(testDescription: "a level", terms: [Kronecker(level, ones)], timeRank: 1),
    Example(testDescription: "a product", terms: [Kronecker(level, memory)], timeRank: 4),
    Example(
      testDescription: "a level and a trend",
      terms: [Kronecker(level, ones), Kronecker(rate, trend)], timeRank: 2),
    Example(
      testDescription: "a trend that is not centred",
      terms: [Kronecker(level, ones), Kronecker(rate, (d + 0.3)[.all, .newAxis] * (d + 0.3))],
      timeRank: 2),
    Example(
      testDescription: "a level and independent values",
      terms: [Kronecker(level, ones), Kronecker(rate, .identity(4))], timeRank: 4),
    Example(
      testDescription: "two memories",
      terms: [Kronecker(level, memory), Kronecker(rate, other)], timeRank: 4),
    Example(
      testDescription: "a level and a memory",
      terms: [Kronecker(level, ones), Kronecker(rate, memory)], timeRank: 4),
    Example(
      testDescription: "three fields",
      terms: [
        Kronecker(level, ones), Kronecker(rate, trend), Kronecker(.identity(5), memory),
      ], timeRank: 4),
  ]
}
