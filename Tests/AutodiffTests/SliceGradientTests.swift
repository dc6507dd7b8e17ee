import Autodiff
import TestSupport
import Testing

/// Gradients of functions that read a tensor part by part, as a loop over time steps does.
struct SliceGradientTests {
  private func gradientProgram(
    _ count: Int, _ part: @escaping (Tensor, Int) -> Tensor
  ) -> Program {
    Program(
      recording: { x in
        let (value, gradient) = valueWithGradient(
          of: { z in square(stack((0..<count).map { part(z[0], $0) })).sum() }, at: x)
        return [value] + gradient
      }, on: [.arange(count)])
  }

  @Test(arguments: [50, 200])
  func theReversePassOfALoopOverSlicesAddsThemAtOnce(count: Int) {
    let program = gradientProgram(count) { $0[.at($1)] }
    // A read and its cotangent for each slice, and a few operations for all together. One widened gradient for each
    // slice, and their sum, would be twice as many, each of them as long as the tensor.
    #expect(program.operationCount < 2 * count + 10)
    #expect(program([.arange(count)])[1].scalars == (0..<count).map { 2 * Double($0) })
  }

  @Test(arguments: [50, 200])
  func theReversePassOfALoopOverTakesAddsThemAtOnce(count: Int) {
    let program = gradientProgram(count) { $0.taking(indices: Tensor(Double($1)), along: 0) }
    #expect(program.operationCount < 2 * count + 10)
    #expect(program([.arange(count)])[1].scalars == (0..<count).map { 2 * Double($0) })
  }

  @Test func theSecondDerivativeOfALoopOverSlicesAddsThemAtOnceToo() {
    let count = 100
    let program = Program(
      recording: { x in
        [
          gradient(
            of: { y in
              gradient(
                of: { z in
                  (0..<count).reduce(Tensor(0)) { $0 + exp(0.01 * z[.at($1)]) }
                }, at: y
              ).sum()
            }, at: x[0])
        ]
      }, on: [.arange(count)])
    let expected = Tensor((0..<count).map { 0.0001 * exp(Tensor(0.01 * Double($0))).scalar })
    expectClose(program([.arange(count)])[0], expected, relative: 1e-14)
    // Reads, exponentials and products of single numbers, and two sums of slices.
    #expect(program.operationCount < 8 * count)
  }

  @Test func partsThatOverlapAreAddedWhereTheyDo() {
    let slope = gradient(
      of: { z in
        z[.range(0..<3)].sum() + 10 * z[.range(2..<5)].sum() + 100 * z[.at(2)]
          + 1000 * z[.strided(from: 4, to: -1, by: -2)].sum()
      }, at: .zeros([5]))
    #expect(slope.scalars == [1001, 1, 1111, 10, 1010])
  }
}
