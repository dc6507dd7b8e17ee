import PPL
import TestSupport
import Testing

@testable import Kernels

struct CorrelationTests {
  private static let kinds: [Correlation] = [.matern12, .matern32, .matern52, .rbf]

  @Test func gradientsAreThoseOfFiniteDifferences() {
    let distances = Tensor([1e-3, 0.2, 1, 4])
    for kind in Self.kinds {
      expectGradient(of: { kind($0[0]) }, at: [distances], "\(kind)")
    }
  }

  @Test func derivativesOfDerivativesAreThoseOfTheFormula() {
    for kind in Self.kinds {
      let a = Tensor([0.2, 1, 4])
      expectGradient(
        of: { x in gradient(of: { kind($0).sum() }, at: x[0]) }, at: [a], "\(kind)")
    }
  }

  @Test func replaysHaveTheBitsOfTheOperationsOneByOne() {
    expectSameBitsReplayed(
      { x in
        let (_, slope) = valueWithGradient(of: { Correlation.matern32($0[0]).sum() }, at: x)
        return [Correlation.matern32(x[0])] + slope
      }, at: [Tensor([0, 0.3, 2])])
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
    for kind in Self.kinds {
      let far = Tensor([1e4, 1e200, .infinity])
      #expect(kind(far).scalars == [0, 0, 0], "\(kind)")
      #expect(gradient(of: { kind($0).sum() }, at: far).scalars.allSatisfy { $0 == 0 }, "\(kind)")
      #expect(kind(Tensor(.nan)).scalar.isNaN, "\(kind)")
    }
  }
}
