import TestSupport
import Testing

@testable import Autodiff

struct OnePassTests {
  private static let distribution: [Tensor] = [
    Tensor([-1.2, 0.3, 2, 0.9, 4, 11], shape: [2, 3]), Tensor([0.1, -0.4], shape: [2, 1]), 1.3,
    0.12,
  ]
  private static let density: @Sendable ([Tensor]) -> Tensor = {
    gevLogDensity($0[0], location: $0[1], scale: $0[2], shape: $0[3])
  }

  /// The arguments of the distribution in shapes that repeat along no, the first, the last or all axes.
  static let shapes: [[[Int]]] = [
    [[2, 3], [2, 1], [], []], [[2, 3], [2, 3], [3], [2, 1]], [[], [2, 3], [], [3]],
    [[], [], [], []], [[3], [2, 1], [2, 3], [2, 3]], [[300], [], [], []],
    [[300], [300], [300], []],
  ]

  private func arguments(_ shapes: [[Int]]) -> [Tensor] {
    zip(shapes, [0.8, 0.1, 1.3, 0.12]).map { shape, center in
      let values = (0..<elementCount(shape)).map { center * (1 + 0.07 * Double($0 % 5)) }
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
    let distances = Tensor([1e-3, 0.2, 1, 4])
    for kind in [Correlation.matern12, .matern32, .matern52, .rbf] {
      expectGradient(of: { kind($0[0]) }, at: [distances], "\(kind)")
    }
  }

  @Test func derivativesOfDerivativesAreThoseOfTheFormula() {
    for kind in [Correlation.matern12, .matern32, .matern52, .rbf] {
      let a = Tensor([0.2, 1, 4])
      expectGradient(
        of: { x in gradient(of: { kind($0).sum() }, at: x[0]) }, at: [a], "\(kind)")
    }
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
    expectSameBitsReplayed(
      { x in
        let (_, slope) = valueWithGradient(of: { Correlation.matern32($0[0]).sum() }, at: x)
        return [Correlation.matern32(x[0])] + slope
      }, at: [Tensor([0, 0.3, 2])])
  }

  /// Weights of 1 and -1 spare products where they are known, which must not show.
  @Test(arguments: [1, -1, 0.3]) func theDigitsDoNotDependOnWhenTheWeightIsKnown(_ weight: Double) {
    let f: ([Tensor]) -> [Tensor] = { x in
      valueWithGradient(of: { (x[4] * Self.density($0)).sum() }, at: Array(x[..<4])).gradient
    }
    expectSameBitsReplayed(f, at: Self.distribution + [Tensor(weight)])
  }

  /// Value and gradient share the pass: its operation is there once, and no part of it is copied.
  @Test func aValueAndItsGradientAreOneOperation() {
    let program = Program(
      recording: { x in
        let (value, slopes) = valueWithGradient(
          of: { Correlation.matern52($0[0]).sum() }, at: x)
        return [value, slopes[0]]
      }, on: [Tensor([1, 2, 3])])
    // The pass and the sum; the gradient is a part of the pass, in place.
    #expect(program.operationCount == 2)
  }

  /// An operation that reads a part repeated along an axis must not write over the whole that it is part of.
  @Test func aResultDoesNotReplaceWhatItStillReads() {
    let f: ([Tensor]) -> [Tensor] = { x in
      // The pass holds 2 x 3 numbers, as many as the result that reads its first three twice.
      [Correlation.matern32(x[0]) + Tensor([1, 2], shape: [2, 1]) * x[1]]
    }
    expectSameBitsReplayed(f, at: [Tensor([0.1, 0.5, 2]), 0.3])
  }

  @Test func infinitelyDistantPointsAreUncorrelated() {
    for kind in [Correlation.matern12, .matern32, .matern52, .rbf] {
      let far = Tensor([1e4, 1e200, .infinity])
      #expect(kind(far).scalars == [0, 0, 0], "\(kind)")
      #expect(gradient(of: { kind($0).sum() }, at: far).scalars.allSatisfy { $0 == 0 }, "\(kind)")
      #expect(kind(Tensor(.nan)).scalar.isNaN, "\(kind)")
    }
  }

  @Test func shapesThatDoNotFitAreNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = gevLogDensity(.zeros([2]), location: .zeros([3]), scale: 1, shape: 0)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("GEV log density: cannot broadcast [2] with [3]"))
  }
}
