import Autodiff
import TestSupport
import Testing

/// Gradients of functions, of gradients, and of functions that use gradients.
struct GradientTests {
  @Test func aFunctionThatDoesNotUseItsArgumentHasGradientZero() {
    let functions: [(Tensor) -> Tensor] = [
      { _ in 3 }, { stopGradient($0).sum() }, { floor($0).sum() + ($0 .> 0).sum() },
    ]
    for function in functions {
      let slope = gradient(of: function, at: [1, 2])
      #expect(slope.scalars == [0, 0])
    }
    let (value, slopes) = valueWithGradient(of: { $0[1].sum() }, at: [[1, 2], [3, 4]])
    #expect(value.scalar == 7)
    #expect(slopes.map(\.scalars) == [[0, 0], [1, 1]])
  }

  @Test func gradientsTakeTheShapesOfTheArguments() {
    let (value, slopes) = valueWithGradient(
      of: { ($0[0] * $0[1] + $0[2]).sum() }, at: [2, [3, 4, 5], .ones([2, 1])])
    #expect(value.scalar == 2 * 2 * 12 + 6)
    #expect(slopes.map(\.shape) == [[], [3], [2, 1]])
    #expect(slopes.map(\.scalars) == [[24], [4, 4, 4], [3, 3]])
  }

  /// The adjoint of a slice writes zeros beside its number, also as the end of a chain of numbers.
  @Test func theFirstOfSeveralElementsLeavesTheOthersAlone() {
    let point: [Tensor] = [[0.3]]
    func stick(_ x: Tensor, _ parts: Int) -> Tensor {
      let z = 1 / (1 + exp(-x))
      let edge = Tensor.ones([parts])
      let y = concatenate([z, edge]) * concatenate([edge, exp(log1p(-z))])
      return log(y[.range(0..<1)]) + log(1 - z)
    }
    for parts in [1, 2, 9] {
      expectGradient(of: { stick($0[0], parts) }, at: point, "\(parts)")
      expectSameBitsReplayed(
        { valueWithGradient(of: { stick($0[0], parts).sum() }, at: $0).gradient }, at: point,
        "\(parts)")
    }
  }

  @Test func aValueOfOneElementMayHaveAxes() {
    let slope = gradient(of: { square($0).reshaped(to: [1, 1]) }, at: [3])
    #expect(slope.scalars == [6])
  }

  @Test func severalGradientsAreTheRowsOfAJacobian() {
    let values: ([Tensor]) -> [Tensor] = { x in
      let shared = exp(x[0]) * x[1]
      return [shared.sum(), square(shared).sum(), x[1].sum(), 4]
    }
    let point: [Tensor] = [[0.1, 0.2], 3]
    let rows = gradients(of: values, at: point)
    #expect(rows.map { $0.map(\.shape) } == Array(repeating: [[2], []], count: 4))
    for (k, row) in rows.enumerated() {
      let alone = valueWithGradient(of: { values($0)[k] }, at: point).gradient
      #expect(row.map(\.scalars) == alone.map(\.scalars))
    }
  }

  @Test func theRowsOfAHessianAreRecordedTogether() {
    // f = exp(a) b², whose second derivatives are exp(a) b², 2 exp(a) b and 2 exp(a).
    let program = Program(
      recording: { x in
        gradients(
          of: { valueWithGradient(of: { exp($0[0]) * square($0[1]) }, at: $0).gradient }, at: x
        ).flatMap(\.self)
      }, on: [0, 0])
    #expect(program([0, 3]).map(\.scalar) == [9, 6, 6, 2])
    let alone = Program(
      recording: { x in
        (0..<2).flatMap { k in
          valueWithGradient(
            of: { valueWithGradient(of: { exp($0[0]) * square($0[1]) }, at: $0).gradient[k] }, at: x
          ).gradient
        }
      }, on: [0, 0])
    #expect(program.operationCount < alone.operationCount)
  }

  @Test func oneArgumentGivenTwiceHasTwoPartialDerivatives() {
    let x: Tensor = 3
    let outside = valueWithGradient(of: { $0[0] * square($0[1]) }, at: [x, x]).gradient
    #expect(outside.map(\.scalar) == [9, 18])
    // Inside a recording they are one node, and still two arguments.
    let program = Program(
      recording: { x in valueWithGradient(of: { $0[0] * square($0[1]) }, at: [x[0], x[0]]).gradient
      },
      on: [0])
    #expect(program([3]).map(\.scalar) == [9, 18])
  }

  @Test func theArgumentItselfMayBeTheValue() {
    let identity = gradient(of: { $0 }, at: 4)
    #expect(identity.scalar == 1)
    let program = Program(
      recording: { x in [gradient(of: { $0 }, at: x[0]), gradient(of: { _ in x[0] }, at: x[0])] },
      on: [4])
    #expect(program([4]).map(\.scalar) == [1, 0])
  }

  @Test func aFunctionWithoutArgumentsHasAValue() {
    let (value, slopes) = valueWithGradient(of: { _ in 3 }, at: [])
    #expect(value.scalar == 3)
    #expect(slopes.isEmpty)
    let program = Program(
      recording: { x in [valueWithGradient(of: { _ in 2 * x[0] }, at: []).value] }, on: [1])
    #expect(program([5])[0].scalar == 10)
  }

  // MARK: Gradients of gradients

  @Test func aVariableOfTheOuterGradientIsAConstantOfTheInnerOne() {
    // d/dx [ x d/dy (x y) ] with y = x: the inner derivative is x, not 2 x.
    let slope = gradient(of: { x in x * gradient(of: { y in x * y }, at: x) }, at: 3)
    #expect(slope.scalar == 6)
    // What was made of x before the inner gradient does not depend on y either.
    let other = gradient(
      of: { x in
        let cube = x * x * x
        return gradient(of: { y in cube * y + y * y }, at: x)
      }, at: 2)
    // d/dx (x³ + 2 x)
    #expect(other.scalar == 14)
  }

  @Test func threeGradientsMayNest() {
    let third = gradient(
      of: { gradient(of: { gradient(of: { pow($0, 5) }, at: $0) }, at: $0) }, at: 2)
    #expect(third.scalar == 240)
  }

  @Test func aHessianIsTheGradientOfTheGradient() {
    let f: (Tensor) -> Tensor = { x in exp(x[0]) * sin(x[1]) + square(x[0]) * x[1] }
    let point: Tensor = [0.3, 0.8]
    let rows = (0..<2).map { row in
      gradient(of: { x in gradient(of: f, at: x)[.at(row)] }, at: point).scalars
    }
    let (a, b) = (exp(Tensor(0.3)), Tensor(0.8))
    let mixed = (a * cos(b) + 0.6).scalar
    // A few roundings.
    expectClose(rows[0], [(a * sin(b) + 1.6).scalar, mixed], relative: 1e-14)
    expectClose(rows[1], [mixed, (-a * sin(b)).scalar], relative: 1e-14)
  }

  @Test func aGradientInsideAProgramIsReplayed() {
    let program = Program(
      recording: { x in
        let slope = gradient(of: { (x[1] * square($0)).sum() }, at: x[0])
        return [slope, slope.sum()]
      }, on: [[0, 0], 0])
    #expect(program.isReplayable)
    #expect(program([[1, 2], 3]).map(\.scalars) == [[6, 12], [18]])
    #expect(program([[5, -1], 0.5]).map(\.scalars) == [[5, -1], [4]])
  }

  @Test func aStepOfDescentWithinAnObjectiveIsDifferentiatedThrough() {
    // x' = x - r f'(x) with f = x²; d/dr f(x') = f'(x') (-f'(x)) = 2 (1 - 2r) x · (-2x)
    let x: Tensor = 3
    let slope = gradient(
      of: { r in
        let start = x + 0 * r
        let next = start - r * gradient(of: { square($0) }, at: start)
        return square(next)
      }, at: 0.1)
    expectClose([slope.scalar], [2 * 0.8 * 3 * -6], relative: 1e-14)
  }

  // MARK: Edges

  @Test func powersHaveDerivativesAtZero() {
    for (exponent, slope) in [(0.0, 0.0), (1, 1), (2, 0), (3, 0)] {
      let found = gradient(of: { pow($0, Tensor(exponent)) }, at: 0)
      #expect(found.scalar == slope)
    }
    // d/db 0^b = 0 and d/da a^b at b = 0 is 0, with both being variables.
    let slopes = valueWithGradient(of: { pow($0[0], $0[1]) }, at: [0, 0]).gradient
    #expect(slopes.map(\.scalar) == [0, 0])
  }

  @Test func equalElementsShareTheDerivativeOfTheLargest() {
    let ofLargest = gradient(of: { $0.max() }, at: [1, 4, 4])
    #expect(ofLargest.scalars == [0, 0.5, 0.5])
    let ofLarger = gradient(of: { maximum($0, 2).sum() }, at: [1, 2, 3])
    #expect(ofLarger.scalars == [0, 0.5, 1])
  }

  @Test func anErrorOfTheFunctionIsPassedOn() {
    struct Failure: Error {}
    #expect(throws: Failure.self) {
      try gradient(of: { (_: Tensor) throws -> Tensor in throw Failure() }, at: 1)
    }
  }

  @Test func aValueOfSeveralNumbersIsRefused() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = gradient(of: { 2 * $0 }, at: [1, 2])
    }
    expectMessage("gradient: the value must be one number, but has shape [2].", of: exit)
  }
}
