import Autodiff
import TestSupport
import Testing

@Suite struct AffineLayerTests {
  /// x, W and b.
  private func layer(_ m: Int, _ k: Int, _ n: Int) -> [Tensor] {
    let key = RandomKey(UInt64(m + k + n)).split(3)
    return [key[0].normal([m, k]), key[1].normal([k, n]), key[2].normal([n])]
  }

  private func composed(_ x: [Tensor]) -> Tensor { matmul(x[0], x[1]) + x[2] }
  private func composedReLU(_ x: [Tensor]) -> Tensor { maximum(composed(x), 0) }

  /// Rows on both sides of the blocks of 512.
  @Test(arguments: [
    [1, 1, 1], [3, 6, 5], [7, 2, 9], [511, 6, 12], [1025, 3, 50], [300, 20, 17], [530, 130, 50],
  ])
  func valuesAndGradientsAreThoseOfProductAndSum(_ shape: [Int]) {
    let operands = layer(shape[0], shape[1], shape[2])
    let weights = RandomKey(1).normal([shape[0], shape[2]])
    let pairs: [(([Tensor]) -> Tensor, ([Tensor]) -> Tensor)] = [
      ({ affine($0[0], $0[1], $0[2]) }, composed),
      ({ affineReLU($0[0], $0[1], $0[2]) }, composedReLU),
    ]
    for (fused, composed) in pairs {
      // Sums of up to 130 products of order 1, in another order.
      expectClose(fused(operands), composed(operands), relative: 0, absolute: 1e-13)
      let a = valueWithGradient(of: { (fused($0) * weights).sum() }, at: operands).gradient
      let b = valueWithGradient(of: { (composed($0) * weights).sum() }, at: operands).gradient
      for (a, b) in zip(a, b) {
        #expect(abs(a - b).max().scalar < 1e-12 * (1 + abs(b).max().scalar))
      }
    }
  }

  /// Wide enough for the product that applies the rectifier's mask on its way out; 17, 50 and 130 columns end panels of
  /// one, two and three registers.
  @Test(arguments: [[70, 6, 17, 18], [300, 20, 50, 30], [515, 6, 130, 24], [66, 4, 24, 5]])
  func layersOnTopOfEachOtherHaveTheGradientsOfProductsAndSums(_ shape: [Int]) {
    let (lower, upper) = (layer(shape[0], shape[1], shape[2]), layer(1, shape[2], shape[3]))
    let weights = RandomKey(1).normal([shape[0], shape[3]])
    func fused(_ x: [Tensor]) -> Tensor {
      (affine(affineReLU(x[0], x[1], x[2]), x[3], x[4]) * weights).sum()
    }
    func products(_ x: [Tensor]) -> Tensor {
      (composed([composedReLU(x)] + x.dropFirst(3)) * weights).sum()
    }
    let operands = lower + upper.dropFirst()
    let a = valueWithGradient(of: fused, at: operands).gradient
    let b = valueWithGradient(of: products, at: operands).gradient
    // Sums of up to 515 x 130 products, in another order.
    for (a, b) in zip(a, b) {
      #expect(abs(a - b).max().scalar < 1e-11 * (1 + abs(b).max().scalar))
    }
    func slopes(_ f: @escaping ([Tensor]) -> Tensor) -> [Tensor] {
      valueWithGradient(
        of: { x in
          valueWithGradient(of: f, at: x).gradient.reduce(0) { $0 + square($1).sum() }
        }, at: operands
      ).gradient
    }
    for (a, b) in zip(slopes(fused), slopes(products)) {
      #expect(abs(a - b).max().scalar < 1e-11 * (1 + abs(b).max().scalar))
    }
    expectSameBitsReplayed({ valueWithGradient(of: fused, at: $0).gradient }, at: operands)
  }

  @Test func aMaskThatIsNoNumberMakesTheSlopeNone() {
    var operands = layer(70, 6, 20) + layer(1, 20, 18).dropFirst()
    let row = Tensor((0..<70).map { $0 == 3 ? .nan : 0 }, shape: [70, 1])
    operands[0] = operands[0] + row
    let slope = gradient(
      of: {
        affine(affineReLU($0, operands[1], operands[2]), operands[3], operands[4]).sum()
      }, at: operands[0])
    for i in 0..<70 { #expect(slope[.at(i)].scalars.allSatisfy { $0.isNaN } == (i == 3)) }
  }

  @Test func gradientsAgreeWithDifferences() {
    let operands = layer(5, 3, 4)
    expectGradient(of: { affine($0[0], $0[1], $0[2]) }, at: operands, "affine")
    // No preactivation of these draws is within the step of the differences from the kink.
    #expect(abs(composed(operands)).scalars.min()! > 0.01)
    expectGradient(of: { affineReLU($0[0], $0[1], $0[2]) }, at: operands, "affineReLU")
  }

  @Test func secondDerivativesAgreeWithDifferences() {
    let operands = layer(4, 3, 2)
    for (name, f) in [("affine", affine), ("affineReLU", affineReLU)] {
      for argument in 0..<3 {
        expectGradient(
          of: { x in
            let y = { (x: [Tensor]) in f(x[0], x[1], x[2]) }
            return valueWithGradient(of: { (y($0) * y($0) * y($0)).sum() }, at: x).gradient[
              argument]
          }, at: operands, tolerance: 1e-6, "\(name), slope in argument \(argument)")
      }
    }
  }

  @Test func replaysHaveTheSameBits() {
    expectSameBitsReplayed(
      { x in
        let (value, gradient) = valueWithGradient(
          of: { affineReLU($0[0], $0[1], $0[2]).sum() }, at: x)
        return [value] + gradient
      }, at: layer(700, 6, 20))
    expectSameBitsReplayed({ [affineReLU($0[0], $0[1], $0[2])] }, at: layer(70, 20, 30))
  }

  @Test func theDerivativeAtTheKinkIsZero() {
    let x = Tensor([1, -1], shape: [2, 1])
    let slope = gradient(
      of: { affineReLU(x, Tensor.zeros([1, 1]), $0).sum() }, at: Tensor.zeros([1]))
    #expect(slope.scalars == [0])
  }

  @Test func notANumberIsKept() {
    let x = Tensor([1, .nan], shape: [2, 1])
    let W = Tensor([2], shape: [1, 1])
    let (value, slope) = valueWithGradient(
      of: { affineReLU(x, $0[0], $0[1]).sum() }, at: [W, .zeros([1])])
    #expect(affineReLU(x, W, .zeros([1]))[0, 0].scalar == 2)
    #expect(value.scalar.isNaN && slope[0].scalar.isNaN && slope[1].scalar.isNaN)
  }

  @Test func noRowsGiveNoGradient() {
    let (_, slope) = valueWithGradient(
      of: { affineReLU(.zeros([0, 2]), $0[0], $0[1]).sum() }, at: [.ones([2, 3]), .ones([3])])
    #expect(slope[0].scalars + slope[1].scalars == Array(repeating: 0, count: 9))
  }

  @Test func operandsThatDoNotFitAreRefused() async {
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = affine(.zeros([2]), .zeros([2, 3]), .zeros([3]))
    }
    expectMessage(
      "affine: expected a matrix, a matrix and a vector, got [2], [2, 3] and [3].", of: rank)
    let extents = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = affineReLU(.zeros([4, 2]), .zeros([2, 3]), .zeros([5]))
    }
    expectMessage("affineReLU: [4, 2], [2, 3] and [5] do not fit", of: extents)
  }
}
