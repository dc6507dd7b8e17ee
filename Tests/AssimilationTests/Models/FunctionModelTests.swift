import Assimilation
import Autodiff
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite struct FunctionModelTests {
  /// dx/dt = x: a step is the exponential's series up to the fourth power.
  @Test func aRungeKuttaStepHasTheSeriesUpToFourthOrder() {
    let h = 0.3
    var x = [1.0, -2]
    rungeKuttaStep(&x, h) { $0 }
    let factor = 1 + h + h * h / 2 + h * h * h / 6 + h * h * h * h / 24
    expectClose(x, [factor, -2 * factor], relative: 1e-15)
  }

  /// A pendulum, which is not linear, against steps of a sixteenth of the shortest.
  @Test func halfTheStepHasASixteenthOfTheError() {
    let end = { (steps: Int) in
      var x = [1.0, 0.5]
      for _ in 0..<steps { rungeKuttaStep(&x, 2 / Double(steps)) { [$0[1], -sin($0[0])] } }
      return x
    }
    let exact = end(640)
    let error = { (steps: Int) in zip(end(steps), exact).map { abs($0 - $1) }.max() ?? .nan }
    let ratio = error(20) / error(40)
    #expect(ratio > 14 && ratio < 18)
  }

  @Test func aStepWithoutTimeStays() {
    var x = [3.0, 4]
    rungeKuttaStep(&x, 0) { $0.map { $0 * $0 } }
    #expect(x == [3, 4])
  }

  @Test func statesOfAnotherSizeAreNamed() async {
    let message = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var state = Matrix(rows: 1, columns: 3)
      FunctionModel(dimension: 3) { x, _ in x = [1, 2] }.advance(&state, to: 1, noise: nil)
    }
    expectMessage("FunctionModel: 2 numbers for a state of 3.", of: message)
  }
}
