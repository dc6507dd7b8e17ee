import Autodiff
import TestSupport
import Testing

/// One operation as a function of tensors, and a point inside its domain.
struct Example: Sendable, CustomTestStringConvertible {
  let name: String
  let arguments: [Tensor]
  let function: @Sendable ([Tensor]) -> Tensor
  /// The two sides of an identity of an elementwise operation, from the numbers of its operands and its value.
  let identity: (@Sendable (_ x: [Double], _ y: Double) -> (Double, Double))?
  /// Whether the derivative has a derivative.
  let isSmooth: Bool

  init(
    _ name: String, _ arguments: [Tensor], smooth: Bool = true,
    identity: (@Sendable (_ x: [Double], _ y: Double) -> (Double, Double))? = nil,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    (self.name, self.arguments, self.function, isSmooth) = (name, arguments, function, smooth)
    self.identity = identity
  }

  /// An elementwise operation with its value, from the numbers of its operands.
  init(
    _ name: String, _ arguments: [Tensor], smooth: Bool = true,
    value: @escaping @Sendable (_ x: [Double]) -> Double,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.init(
      name, arguments, smooth: smooth, identity: { x, y in (y, value(x)) }, function)
  }
  var testDescription: String { name }
}

let positive = Tensor([0.3, 1.7, 2.4, 0.9, 5.1, 0.05], shape: [2, 3])
let anywhere = Tensor([-1.3, 0.7, 2.1, -0.4, 0.2, -2.6], shape: [2, 3])
let unit = Tensor([0.1, 0.35, 0.5, 0.72, 0.9, 0.04], shape: [2, 3])
let row = Tensor([0.6, 1.4, 2.2])
let column = Tensor([1.1, 0.8], shape: [2, 1])
private let square3 = Tensor([0.9, -0.3, 0.2, 0.5, 1.2, -0.7, 0.1, 0.4, 0.8], shape: [3, 3])
private let batch = Tensor((0..<18).map { sinOf(Double($0)) }, shape: [2, 3, 3])

private func sinOf(_ x: Double) -> Double { sin(Tensor(x)).scalar }

/// A positive definite matrix for each square one.
private func definite(_ a: Tensor) -> Tensor {
  matmul(a, a.transposed()) + 2 * Tensor.identity(a.shape[a.rank - 1])
}

let examples: [Example] = elementwiseExamples + otherExamples

private let otherExamples: [Example] = [
  Example("sum", [anywhere]) { $0[0].sum() },
  Example("sum along", [batch]) { square($0[0]).sum(along: [1]) },
  Example("mean", [batch]) { square($0[0]).mean(along: [0, -1], keepingDimensions: true) },
  Example("variance", [anywhere]) { $0[0].variance(along: [-1]) },
  Example("max", [batch], smooth: false) { $0[0].max(along: [1]) },
  Example("min", [anywhere], smooth: false) { $0[0].min() },
  Example("logSumExp", [batch]) { $0[0].logSumExp(along: [-1]) },
  Example("cumulativeSum", [batch]) { square($0[0].cumulativeSum()) },
  Example("reshape", [anywhere]) { square($0[0].reshaped(to: [3, -1])) },
  Example("transpose", [batch]) { square($0[0].transposed([2, 0, 1])) },
  Example("broadcast", [column]) { square($0[0].broadcast(to: [4, 2, 3])) },
  Example("slice", [batch]) {
    square($0[0][1, .range(1..<3), .newAxis, .strided(from: 2, to: -1, by: -2)])
  },
  Example("slices of one tensor", [batch]) { x in
    let parts = [x[0][0][0], x[0][1, .range(0..<2), .at(2)], x[0][1, .range(1..<3), .at(2)]]
    return parts.reduce(0) { $0 + square($1).sum() } * x[0][0][2][.range(0..<2)]
  },
  Example("slices beside the whole", [anywhere]) { x in
    exp(x[0][0]) * x[0] + x[0].sum() * x[0][1] + square(x[0]) * x[0][.all, .at(1), .newAxis]
  },
  Example("slices of slices", [batch]) { x in
    let half = x[0][1]
    return half[0][.at(1)] * half[1][.at(2)] + x[0][0][.at(0)] * half[2]
  },
  Example("takes of one tensor", [anywhere]) { x in
    let twice = x[0].taking(indices: Tensor([2, 2]), along: 1)
    let (one, row) = (x[0].taking(indices: 1, along: 1), x[0].taking(indices: [0], along: 0))
    return square(twice) * one.expandingDimension(at: 1) + row.sum() * x[0][.all, .range(0..<2)]
  },
  Example("concatenate", [anywhere, column]) { square(concatenate([$0[0], $0[1]], along: 1)) },
  Example("stack", [row, row]) { square(stack([$0[0], exp($0[1])], along: 1)) },
  Example("take", [anywhere]) { square($0[0].taking(indices: Tensor([2, 0, 2]), along: 1)) },
  Example("diagonal", [batch]) { square($0[0].diagonal()) },
  Example("diagonalMatrix", [anywhere]) { square($0[0].diagonalMatrix()) },
  Example("lowerTriangle", [batch]) { square($0[0].lowerTriangle()) },
  Example("matmul", [square3, anywhere]) { matmul($0[1], $0[0]) },
  Example("matmul batched", [batch, square3]) { matmul($0[1], $0[0]) },
  Example("matmul vectors", [row, square3, row]) { matmul(matmul($0[0], $0[1]), $0[2]) },
  Example("cholesky", [square3]) { cholesky(definite($0[0])) },
  Example("cholesky batched", [batch]) { cholesky(definite($0[0])) },
  Example("cholesky of triangles", [square3]) {
    cholesky(triangle: definite($0[0]).packedLowerTriangle())
  },
  Example("cholesky of triangles batched", [batch]) {
    cholesky(triangle: definite($0[0]).packedLowerTriangle())
  },
  Example("packedLowerTriangle", [batch]) { square($0[0].packedLowerTriangle()) },
  Example("symmetricMatrix", [anywhere]) { square($0[0].symmetricMatrix()) },
  Example("triangularSolve", [square3, anywhere]) {
    triangularSolve($0[0].lowerTriangle(), $0[1].transposed())
  },
  Example("triangularSolve transposed", [batch, row]) {
    triangularSolve(cholesky(definite($0[0])), $0[1].expandingDimension(at: 1), transposed: true)
  },
  Example("logDeterminant", [batch]) { logDeterminant(definite($0[0])) },
]

@Suite struct OperationsTests {
  @Test(arguments: elementwiseExamples.filter { $0.identity != nil })
  func valueSatisfiesItsIdentity(_ example: Example) throws {
    let identity = try #require(example.identity)
    let values = example.function(example.arguments)
    let operands = example.arguments.map { $0.broadcast(to: values.shape).scalars }
    let sides = values.scalars.enumerated().map { i, y in identity(operands.map { $0[i] }, y) }
    // Sums and differences of some terms of the size of 1, each with a few roundings.
    expectClose(sides.map(\.0), sides.map(\.1), relative: 1e-12, absolute: 1e-14, example.name)
  }

  @Test(arguments: examples)
  func gradientAgreesWithFiniteDifferences(_ example: Example) {
    expectGradient(of: example.function, at: example.arguments, example.name)
  }

  @Test(arguments: examples.filter(\.isSmooth))
  func gradientOfTheGradientAgreesWithFiniteDifferences(_ example: Example) {
    for index in example.arguments.indices {
      expectGradient(
        of: { x in
          valueWithGradient(
            of: { y in
              let value = example.function(y)
              return (value * exp(0.3 * value)).sum()
            }, at: x
          ).gradient[index]
        }, at: example.arguments, tolerance: 1e-6, example.name)
    }
  }

  @Test(arguments: examples)
  func eagerAndReplayedGiveTheSameBits(_ example: Example) {
    expectSameBitsReplayed({ [example.function($0)] }, at: example.arguments, example.name)
    expectSameBitsReplayed(
      { x in
        let (value, gradient) = valueWithGradient(of: { example.function($0).sum() }, at: x)
        return [value] + gradient
      }, at: example.arguments, example.name)
  }
}
