import PPL
import TestSupport
import Testing

@testable import Distributions

struct GEVLogDensityTests {
  private static let distribution: [Tensor] = [
    Tensor([-1.2, 0.3, 2, 0.9, 4, 11], shape: [2, 3]), Tensor([0.1, -0.4], shape: [2, 1]), 1.3,
    0.12,
  ]
  private static let density: @Sendable ([Tensor]) -> Tensor = {
    GEVLogDensity()($0)
  }

  /// The arguments of the distribution in shapes that repeat along no, the first, the last or all axes.
  static let shapes: [[[Int]]] = [
    [[2, 3], [2, 1], [], []], [[2, 3], [2, 3], [3], [2, 1]], [[], [2, 3], [], [3]],
    [[], [], [], []], [[3], [2, 1], [2, 3], [2, 3]], [[300], [], [], []],
    [[300], [300], [300], []],
  ]

  private func arguments(_ shapes: [[Int]]) -> [Tensor] {
    zip(shapes, [0.8, 0.1, 1.3, 0.12]).map { shape, center in
      let values = (0..<shape.reduce(1, *)).map { center * (1 + 0.07 * Double($0 % 5)) }
      return Tensor(values, shape: shape)
    }
  }

  @Test(arguments: shapes) func thePassIsTheFormulaHoweverArgumentsRepeat(_ shapes: [[Int]]) {
    let arguments = arguments(shapes)
    let composed: ([Tensor]) -> Tensor = { GEVLogDensity().formula($0) }
    // A few roundings of numbers of order 1 each.
    expectClose(Self.density(arguments), composed(arguments), relative: 1e-14, absolute: 1e-14)
    let found = valueWithGradient(of: { Self.density($0).sum() }, at: arguments)
    let expected = valueWithGradient(of: { composed($0).sum() }, at: arguments)
    for (a, b) in zip(found.gradient, expected.gradient) {
      expectClose(a, b, relative: 1e-12, absolute: 1e-12)
    }
  }

  @Test func gradientsAreThoseOfFiniteDifferences() {
    expectGradient(of: Self.density, at: Self.distribution)
  }

  @Test func derivativesOfDerivativesAreThoseOfTheFormula() {
    for index in 0..<4 {
      expectGradient(
        of: { x in
          valueWithGradient(of: { square(Self.density($0)).sum() }, at: x).gradient[index]
        }, at: Self.distribution, "argument \(index)")
    }
  }

  @Test func replaysHaveTheBitsOfTheOperationsOneByOne() {
    expectSameBitsReplayed(
      { x in
        let (value, gradient) = valueWithGradient(of: { Self.density($0).sum() }, at: x)
        return [value, Self.density(x)] + gradient
      }, at: Self.distribution)
  }

  /// Weights of 1 and -1 spare products where they are known, which must not show.
  @Test(arguments: [1, -1, 0.3]) func theDigitsDoNotDependOnWhenTheWeightIsKnown(_ weight: Double) {
    let f: ([Tensor]) -> [Tensor] = { x in
      valueWithGradient(of: { (x[4] * Self.density($0)).sum() }, at: Array(x[..<4])).gradient
    }
    expectSameBitsReplayed(f, at: Self.distribution + [Tensor(weight)])
  }

  @Test func shapesThatDoNotFitAreNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GEVLogDensity()([.zeros([2]), .zeros([3]), 1, 0])
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("GEV log density: cannot broadcast [2] with [3]"))
  }
}
