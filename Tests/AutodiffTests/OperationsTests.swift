import Autodiff
import TestSupport
import Testing

/// One operation as a function of tensors, and a point inside its domain.
struct Example: Sendable, CustomTestStringConvertible {
  let name: String
  let arguments: [Tensor]
  let function: @Sendable ([Tensor]) -> Tensor
  var isSmooth = true

  init(
    _ name: String, _ arguments: [Tensor], smooth: Bool = true,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    (self.name, self.arguments, self.function, isSmooth) = (name, arguments, function, smooth)
  }
  var testDescription: String { name }
}

private let positive = Tensor([0.3, 1.7, 2.4, 0.9, 5.1, 0.05], shape: [2, 3])
private let anywhere = Tensor([-1.3, 0.7, 2.1, -0.4, 0.2, -2.6], shape: [2, 3])
private let unit = Tensor([0.1, 0.35, 0.5, 0.72, 0.9, 0.04], shape: [2, 3])
private let row = Tensor([0.6, 1.4, 2.2])
private let column = Tensor([1.1, 0.8], shape: [2, 1])
private let square3 = Tensor([0.9, -0.3, 0.2, 0.5, 1.2, -0.7, 0.1, 0.4, 0.8], shape: [3, 3])
private let batch = Tensor((0..<18).map { sinOf(Double($0)) }, shape: [2, 3, 3])

private func sinOf(_ x: Double) -> Double { sin(Tensor(x)).scalar }

/// A positive definite matrix for each square one.
private func definite(_ a: Tensor) -> Tensor {
  matmul(a, a.transposed()) + 2 * Tensor.identity(a.shape[a.rank - 1])
}

let examples: [Example] = [
  Example("negate", [anywhere]) { -$0[0] },
  Example("abs", [anywhere], smooth: false) { abs($0[0]) },
  Example("exp", [anywhere]) { exp($0[0]) },
  Example("log", [positive]) { log($0[0]) },
  Example("log1p", [positive]) { log1p($0[0]) },
  Example("log1pSquare", [anywhere]) { log1pSquare($0[0]) },
  Example("expm1", [anywhere]) { expm1($0[0]) },
  Example("sqrt", [positive]) { sqrt($0[0]) },
  Example("square", [anywhere]) { square($0[0]) },
  Example("reciprocal", [positive]) { reciprocal($0[0]) },
  Example("sin", [anywhere]) { sin($0[0]) },
  Example("cos", [anywhere]) { cos($0[0]) },
  Example("tanh", [anywhere]) { tanh($0[0]) },
  Example("sigmoid", [anywhere]) { sigmoid($0[0]) },
  Example("softplus", [anywhere]) { softplus($0[0]) },
  Example("logSigmoid", [anywhere]) { logSigmoid($0[0]) },
  Example("erf", [anywhere]) { erf($0[0]) },
  Example("erfc", [anywhere]) { erfc($0[0]) },
  Example("erfInverse", [unit]) { erfInverse($0[0]) },
  Example("logGamma", [positive]) { logGamma($0[0]) },
  Example("digamma", [positive]) { digamma($0[0]) },
  Example("polygamma(2)", [positive]) { polygamma(2, $0[0]) },
  Example("log1pRatio", [unit]) { log1pRatio($0[0]) },
  Example("expm1Ratio", [anywhere]) { expm1Ratio($0[0]) },
  Example("normalCDF", [anywhere]) { normalCDF($0[0]) },
  Example("logNormalCDF", [anywhere]) { logNormalCDF($0[0]) },
  Example("normalQuantile", [unit]) { normalQuantile($0[0]) },
  Example("atan", [anywhere]) { atan($0[0]) },
  Example("logNormalQuantile", [unit]) { logNormalQuantile(-$0[0]) },
  Example("besselI0e", [anywhere]) { besselI0e($0[0]) },
  Example("besselI1e", [anywhere]) { besselI1e($0[0]) },
  Example("logBesselI0", [anywhere]) { logBesselI0($0[0]) },
  Example("add", [anywhere, row]) { $0[0] + $0[1] },
  Example("subtract", [column, row]) { $0[0] - $0[1] },
  Example("multiply", [anywhere, column]) { $0[0] * $0[1] },
  Example("divide", [anywhere, positive]) { $0[0] / $0[1] },
  Example("pow", [positive, unit]) { pow($0[0], $0[1]) },
  Example("maximum", [anywhere, column], smooth: false) { maximum($0[0], $0[1]) },
  Example("minimum", [anywhere, row], smooth: false) { minimum($0[0], $0[1]) },
  Example("select", [anywhere, row, 0.3]) { select($0[0] .> $0[2], $0[0] * $0[1], square($0[1])) },
  Example("regularizedGammaP", [positive]) { regularizedGammaP(1.7, $0[0]) },
  Example("regularizedGammaQ", [positive]) { regularizedGammaQ(1.7, $0[0]) },
  Example("logBeta", [positive, column]) { logBeta($0[0], $0[1]) },
  Example("logRatio", [positive, column]) { logRatio($0[0], $0[1]) },
  Example("deviance", [positive, column]) { deviance($0[0], $0[1]) },
  Example("logStandardGamma, by a logarithm", [positive, column]) {
    logStandardGamma($0[0], $0[1], log: log($0[1]))
  },
  Example("logFactorialRemainder", [positive]) { logFactorialRemainder($0[0]) },
  Example("logFactorialRemainder, large", [positive]) { logFactorialRemainder(9 + $0[0]) },
  Example("logGammaDifference", [positive, column]) { logGammaDifference($0[0], $0[1]) },
  Example("logGammaDifference, large", [positive, column]) {
    logGammaDifference(30 + $0[0], -$0[1])
  },
  Example("digammaDifference", [positive, column]) { digammaDifference(1 + $0[0], 0.1 * $0[1]) },
  Example("logGammaRemainder", [positive, column]) { logGammaRemainder($0[0], $0[1]) },
  Example("logRegularizedGammaP", [positive]) { logRegularizedGammaP(1.7, $0[0]) },
  Example("logRegularizedGammaQ", [positive]) { logRegularizedGammaQ(1.7, 400 * $0[0]) },
  Example("logRegularizedGammaQ of a shape", [positive], smooth: false) {
    logRegularizedGammaQ($0[0], 0.4)
  },
  Example("regularizedGammaQInverse", [positive]) { regularizedGammaQInverse(1.7, log: -$0[0]) },
  Example("regularizedGammaPInverse of a shape and a logarithm", [positive], smooth: false) {
    regularizedGammaPInverse($0[0], log: -0.7)
  },
  Example("logRegularizedBeta", [anywhere]) { logRegularizedBeta(1.7, 3.2, logit: $0[0]) },
  Example("logRegularizedBeta of parameters", [positive, row], smooth: false) {
    logRegularizedBeta($0[0], $0[1], logit: 0.3)
  },
  Example("regularizedBetaInverseLogit", [positive]) {
    regularizedBetaInverseLogit(1.7, 3.2, log: -$0[0])
  },
  Example("regularizedBetaInverseLogit of parameters", [positive, row], smooth: false) {
    regularizedBetaInverseLogit($0[0], $0[1], log: -0.7)
  },
  Example("regularizedGammaPInverse", [unit]) { regularizedGammaPInverse(1.7, $0[0]) },
  Example("regularizedBeta", [unit]) { regularizedBeta(1.7, 2.3, $0[0]) },
  Example("regularizedBetaInverse", [unit]) { regularizedBetaInverse(1.7, 2.3, $0[0]) },
  // Their slopes in parameters are taken by differences and have no derivative of their own.
  Example("regularizedGammaP of a shape", [positive], smooth: false) {
    regularizedGammaP($0[0], 1.3)
  },
  Example("regularizedGammaQ of a shape", [positive], smooth: false) {
    regularizedGammaQ($0[0], 0.4)
  },
  Example("regularizedGammaPInverse of a shape", [positive], smooth: false) {
    regularizedGammaPInverse($0[0], 0.7)
  },
  Example("regularizedBeta of parameters", [positive, column], smooth: false) {
    regularizedBeta($0[0], $0[1], 0.3)
  },
  Example("regularizedBetaInverse of parameters", [positive, column], smooth: false) {
    regularizedBetaInverse($0[0], $0[1], 0.6)
  },
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
