import Kernels
import LinearAlgebra
import PPL
import TestSupport
import Testing

@Suite struct KroneckerSelectionTests {
  private let observed = (0..<20).filter { ![2, 7, 13].contains($0) }
  private var b: [Double] { observed.map { (0.4 * Double($0)).rounded() - 3.3 } }

  private func submatrix(_ K: some KroneckerStructure) -> Matrix {
    let dense = K.dense().scalars
    var matrix = Matrix(rows: observed.count, columns: observed.count)
    for (i, row) in observed.enumerated() {
      for (j, column) in observed.enumerated() { matrix[i, j] = dense[row * 20 + column] }
      matrix[i, i] += 0.3
    }
    return matrix
  }

  /// With the inverse of the whole grid as preconditioner, no more iterations are needed than cells are missing, and one.
  @Test(arguments: OperatorExamples.all)
  func missingCellsAreSolvedByConjugateGradients(_ example: OperatorExamples.Example) throws {
    try example.with { K in
      let found = try K.solve(b, noise: 0.3, observed: observed)
      let expected = try CholeskyFactor(factoring: submatrix(K)).solving(b)
      expectClose(found.solution, expected, relative: 1e-8, absolute: 1e-8)
      #expect(found.iterations <= 4)
      #expect(found.residual <= 1e-12)
    }
  }

  @Test func tooFewIterationsAreAnError() {
    OperatorExamples.all[2].with { K in
      let error = #expect(throws: NotConverged.self) {
        try K.solve(b, noise: 0.3, observed: observed, maximumIterations: 1)
      }
      #expect(error?.iterations == 1)
      #expect((error?.residual ?? 0) > 1e-12)
    }
  }

  /// Matheron's rule and the exact draws of the fields have the posterior mean and variance of the dense formula.
  @Test func posteriorDrawsHaveTheMomentsOfTheDenseFormula() throws {
    let K = SumKronecker(OperatorExamples.all[2].terms)
    let factor = try CholeskyFactor(factoring: submatrix(K))
    let dense = K.dense().scalars
    let cross = Matrix(
      rows: 20, columns: observed.count,
      (0..<20).flatMap { row in observed.map { dense[row * 20 + $0] } })
    let mean = cross.multiplied(by: factor.solving(b))
    var solved = cross
    factor.solve(rows: &solved)
    let variance = (0..<20).map { i in
      dense[i * 20 + i] - zip(cross.row(i), solved.row(i)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let count = 600
    func expectMoments(_ draws: [Tensor]) {
      let all = stack(draws)
      let deviation = sqrt(Tensor(variance))
      let error = deviation / Tensor(Double(count).squareRoot())
      // 5 standard errors of 20 means and variances.
      #expect((abs(all.mean(along: [0]) - Tensor(mean)) / error).max().scalar < 5)
      let ratio = all.variance(along: [0]) / Tensor(variance)
      #expect(abs(ratio - 1).max().scalar < 5 * (2 / Double(count)).squareRoot())
    }
    expectMoments(
      try (0..<count).map {
        try K.posteriorDraw(
          given: b, noise: 0.3, observed: observed, key: RandomKey(2).foldIn(UInt32($0))
        ).values
      })

    var (present, residuals) = (Array(repeating: 0.0, count: 20), Array(repeating: 0.0, count: 20))
    for (cell, value) in zip(observed, b) { (present[cell], residuals[cell]) = (1, value) }
    let fields = GridFields(K, noise: 0.3, present: Tensor(present, shape: [5, 4]))
    let y = Tensor(residuals, shape: [5, 4])
    func grid(_ f: Tensor) -> Tensor {
      matmul(f.transposed(), fields.patterns).reshaped(to: [20])
    }
    expectClose(grid(fields.means(y)).scalars, mean, relative: 1e-9, absolute: 1e-9)
    expectMoments(
      (0..<count).map { grid(fields.draw(y, key: RandomKey(3).foldIn(UInt32($0)))) })
  }
}
