import Autodiff
import Foundation
import Preconditions
import TestSupport
import Testing

/// The cyclic convolution `y[i] = Σ w[j] x[i - j]` of two vectors, or the correlation `y[j] = Σ w[i] x[i - j]`, as
/// another package would write it.
private struct CyclicConvolution: TensorOperation {
  var isCorrelation = false
  var name: String { isCorrelation ? "cyclicCorrelation" : "cyclicConvolution" }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    guard operands[0].count == 1, operands[0] == operands[1] else {
      throw Mistake("\(name): \(operands[0]) and \(operands[1]) are not two vectors of one length.")
    }
    return operands[0]
  }

  func kernel(_ operands: [[Int]]) -> OperationKernel {
    OperationKernel(
      function: { x, n in
        for i in 0..<n[0] { x[2][i] = 0 }
        for i in 0..<n[0] {
          for j in 0..<n[0] {
            let difference = (i - j + n[0]) % n[0]
            if n[1] == 0 {
              x[2][i] += x[0][j] * x[1][difference]
            } else {
              x[2][j] += x[0][i] * x[1][difference]
            }
          }
        }
      }, integers: [operands[0][0], isCorrelation ? 1 : 0])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (w, x) = (operands[0], operands[1])
    return isCorrelation
      ? [cyclicConvolution(g, x), cyclicCorrelation(w, g)]
      : [cyclicCorrelation(g, x), cyclicCorrelation(g, w)]
  }
}

private func cyclicConvolution(_ w: Tensor, _ x: Tensor) -> Tensor {
  .apply(CyclicConvolution(), w, x)
}
private func cyclicCorrelation(_ w: Tensor, _ x: Tensor) -> Tensor {
  .apply(CyclicConvolution(isCorrelation: true), w, x)
}

/// The Cauchy log density of `x` for a scale, with its derivatives, as another package would write it.
private struct LogCauchy: OnePassFunction {
  var name: String { "log Cauchy density" }
  var derivatives: [Int] { [0, 1] }
  var kernel: OperationKernel.Function {
    { x, n in
      OperationKernel.forEachElement(x, n, arguments: 2, results: 3) { (a: SIMD2) -> SIMD4 in
        let (z, scale) = (a[0] / a[1], a[1])
        let d = 2 * z / (1 + z * z)
        return [-log(.pi * scale) - log1p(z * z), -d / scale, (d * z - 1) / scale, 0]
      }
    }
  }
  func formula(_ x: [Tensor]) -> Tensor {
    -log(Tensor(Double.pi) * x[1]) - log1p(square(x[0] / x[1]))
  }
}

/// The product with a number, whose hash is the same for every number.
private struct Scaling: TensorOperation {
  let factor: Int
  var name: String { "scaling" }
  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }
  func kernel(_ operands: [[Int]]) -> OperationKernel {
    OperationKernel(
      function: { x, n in for i in 0..<n[0] { x[1][i] = Double(n[1]) * x[0][i] } },
      integers: [operands[0].reduce(1, *), factor])
  }
  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    [.apply(self, g)]
  }
  func hash(into hasher: inout Hasher) {}
}

/// Operations with a derivative and fused densities that need public API only.
struct OperationsFromOutsideTests {
  private let weights = Tensor([0.3, -1.2, 0.8, 2])
  private let signal = Tensor([1.5, 0.2, -0.7, 0.4])

  @Test func aConvolutionIsTheSumOfItsShifts() {
    #expect(cyclicConvolution([1, 0, 2], [3, 4, 5]).scalars == [11, 14, 11])
  }

  @Test func differentOperationsOfOneHashAreNotMergedAndEqualOnesAre() {
    let program = Program(
      recording: { x in
        [2, 3, 5, 2, 3].map { Tensor.apply(Scaling(factor: $0), x[0]) }
      }, on: [signal])
    #expect(
      program([signal]).map(\.scalars) == [2, 3, 5, 2, 3].map { (Tensor($0) * signal).scalars })
    #expect(program.operationCount == 3)
  }

  @Test func anOperationHasFirstAndSecondDerivatives() {
    for operation in [cyclicConvolution, cyclicCorrelation] {
      expectGradient(of: { operation($0[0], $0[1]) }, at: [weights, signal])
      expectGradient(
        of: { x in
          valueWithGradient(of: { square(operation($0[0], $0[1])).sum() }, at: x).gradient[1]
        }, at: [weights, signal])
    }
  }

  @Test func anOperationIsRecordedReplayedAndNamedInProfiles() {
    expectSameBitsReplayed(
      { x in
        valueWithGradient(of: { square(cyclicConvolution($0[0], $0[1])).sum() }, at: x).gradient
      }, at: [weights, signal])
    let program = Program(
      recording: { [cyclicConvolution($0[0], 2 * $0[1])] }, on: [weights, signal])
    let names = program.profile([weights, signal], replays: 1).entries.map(\.operation)
    #expect(names.contains("cyclicConvolution"))
  }

  @Test func operandsThatDoNotFitAreAMistakeOfTheOperation() {
    #expect(throws: Mistake("cyclicConvolution: [4] and [3] are not two vectors of one length.")) {
      try catchingMistakes { cyclicConvolution(weights, [1, 2, 3]) }
    }
  }

  /// Arguments in shapes that repeat along no, the first, the last or all axes.
  @Test(arguments: [
    [[3, 2], [3, 2]], [[3, 2], [2]], [[3, 1], [2]], [[], [3, 2]], [[], []],
  ])
  func aFusedDensityIsItsFormulaHoweverArgumentsRepeat(shapes: [[Int]]) {
    let arguments = zip(shapes, [-0.7, 1.3]).map { shape, center in
      Tensor((0..<shape.reduce(1, *)).map { center + 0.4 * Double($0) }, shape: shape)
    }
    let density = LogCauchy()
    // A few roundings of numbers of order 1.
    expectClose(density(arguments), density.formula(arguments), relative: 1e-14, absolute: 1e-14)
    let (_, found) = valueWithGradient(of: { density($0).sum() }, at: arguments)
    let (_, expected) = valueWithGradient(of: { density.formula($0).sum() }, at: arguments)
    for (a, b) in zip(found, expected) { expectClose(a, b, relative: 1e-13, absolute: 1e-13) }
    expectGradient(of: { density($0) }, at: arguments)
  }

  @Test func aFusedDensityAndItsGradientAreOnePassWithSecondDerivatives() {
    let arguments: [Tensor] = [[0.3, -2, 5], 1.3]
    let program = Program(
      recording: { x in
        let (value, slopes) = valueWithGradient(of: { LogCauchy()($0).sum() }, at: x)
        return [value] + slopes
      }, on: arguments)
    let names = program.profile(arguments, replays: 1).entries.map(\.operation)
    #expect(names.filter { $0 == "log Cauchy density" }.count == 1)
    for argument in 0..<2 {
      expectGradient(
        of: { valueWithGradient(of: { LogCauchy()($0).sum() }, at: $0).gradient[argument] },
        at: arguments)
    }
  }
}
