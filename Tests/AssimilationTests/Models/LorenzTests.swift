import Assimilation
import Autodiff
import LinearAlgebra
import TestSupport
import Testing

@Suite struct LorenzTests {
  static let lorenz96Tendency: @Sendable ([Double]) -> [Double] = { x in
    let n = x.count
    return x.indices.map { i in
      (x[(i + 1) % n] - x[(i + n - 2) % n]) * x[(i + n - 1) % n] - x[i] + 8
    }
  }
  static let lorenz63Tendency: @Sendable ([Double]) -> [Double] = { x in
    [10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - 8.0 / 3 * x[2]]
  }

  @Test(arguments: [4, 5, 40, 41]) func lorenz96IsTheStepOfItsEquations(_ points: Int) {
    let closure = FunctionModel(
      dimension: points, timeStep: 0.05, tendency: Self.lorenz96Tendency)
    expectSameStep(Lorenz96(points: points), closure)
  }

  @Test func lorenz63IsTheStepOfItsEquations() {
    let closure = FunctionModel(dimension: 3, timeStep: 0.01, tendency: Self.lorenz63Tendency)
    expectSameStep(Lorenz63(), closure)
  }

  /// Fifty steps from three states, at once and one by one; rounding grows with chaos, by less than a hundred.
  private func expectSameStep(_ model: some DynamicalModel, _ closure: FunctionModel) {
    var states = start(3, model.dimension)
    var expected = states
    for step in 1...50 {
      model.advance(&states, to: step, noise: nil)
      closure.advance(&expected, to: step, noise: nil)
    }
    expectClose(states.scalars, expected.scalars, relative: 1e-11, absolute: 1e-11)
  }

  @Test func membersDoNotFeelEachOther() {
    for model in [Lorenz96(), Lorenz63()] as [any DynamicalModel] {
      var together = start(7, model.dimension)
      var alone = together.taking(rows: [4])
      model.advance(&together, to: 1, noise: nil)
      model.advance(&alone, to: 1, noise: nil)
      #expect(Array(together.row(4)) == alone.scalars)
    }
  }

  @Test func halfTheTimeStepHasASixteenthOfTheError() {
    // To time 0.4, against steps of 0.1 / 64. The method is of fourth order.
    let end = { (steps: Int) in
      let model = Lorenz96(timeStep: 0.4 / Double(steps))
      var state = start(1, model.dimension)
      for k in 1...steps { model.advance(&state, to: k, noise: nil) }
      return state.scalars
    }
    let exact = end(256)
    let error = { (steps: Int) in zip(end(steps), exact).map { abs($0 - $1) }.max() ?? .nan }
    let ratio = error(8) / error(16)
    #expect(ratio > 13 && ratio < 19)
  }

  @Test func theRestingStateOfLorenz96Rests() {
    var state = Matrix(rows: 1, columns: 40, repeating: 8)
    Lorenz96().advance(&state, to: 1, noise: nil)
    #expect(state.scalars == Array(repeating: 8, count: 40))
  }

  @Test func lorenz96IsTheSameFromEveryPoint() {
    let model = Lorenz96()
    var (state, shifted) = (start(1, 40), start(1, 40))
    shifted.rotateRows()
    model.advance(&state, to: 1, noise: nil)
    model.advance(&shifted, to: 1, noise: nil)
    state.rotateRows()
    #expect(state == shifted)
  }

  @Test func tangentsAreTheDerivativesOfSteps() {
    for model in [
      Lorenz96(), Lorenz96(points: 5, forcing: 3), Lorenz63(),
      FunctionModel(dimension: 3, timeStep: 0.01, tendency: Self.lorenz63Tendency),
    ] as [any TangentLinearModel] {
      let n = model.dimension
      let state = start(1, n).scalars
      var changes = Matrix(rows: 2, columns: n, RandomKey(9).normal([2, n]).scalars)
      let h = 1e-5
      var sides = Matrix(
        rows: 4, columns: n,
        (0..<2).flatMap { row in
          [h, -h].flatMap { h in (0..<n).map { state[$0] + h * changes[row, $0] } }
        })
      model.advance(&sides, to: 1, noise: nil)
      let expected = (0..<2).flatMap { row in
        (0..<n).map { (sides[2 * row, $0] - sides[2 * row + 1, $0]) / (2 * h) }
      }
      model.advanceTangent(&changes, at: state, to: 1)
      // The differences have an error of h² and of rounding over h.
      expectClose(changes.scalars, expected, relative: 1e-7, absolute: 1e-7, "\(model)")
    }
  }

  @Test func covariancesGrowAsTheTangentSays() {
    let noise = NormalNoise(variances: [1, 2, 3])
    let model = Lorenz63(noise: noise)
    let state = start(1, 3).scalars
    let root = Matrix(rows: 3, columns: 3, RandomKey(4).normal([3, 3]).scalars)
    var covariance = Matrix.product(root, root, transposingFirst: true)
    var moved = root
    model.advanceTangent(&moved, at: state, to: 1)
    var expected = Matrix.product(moved, moved, transposingFirst: true)
    expected.addToDiagonal([1, 2, 3])
    model.propagate(&covariance, at: state, to: 1)
    expectClose(covariance.scalars, expected.scalars, relative: 1e-12)
  }

  private func start(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      RandomKey(11).normal([rows, columns]).scalars.map { 4 + 3 * $0 })
  }
}
