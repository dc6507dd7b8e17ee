import Foundation
import LinearAlgebra

/// A covariance that is never formed: `diag(ψ) + Rᵀ R - Pᵀ P`, with the rows R and P.
struct ImplicitCovariance {
  /// The diagonal part ψ, `[n]`.
  let diagonal: [Double]
  /// The rows R, which are added, and P, which are taken away.
  let added, removed: Matrix

  /// The product with each row of a matrix.
  ///
  /// - Complexity: O(n k) for each row, with k rows R and P.
  func applied(to rows: Matrix) -> Matrix {
    var result = rows
    result.scaleColumns(by: diagonal)
    result.accumulate(Matrix.product(rows, added, transposingSecond: true), added)
    result.accumulate(
      Matrix.product(rows, removed, transposingSecond: true), removed, scaledBy: -1)
    return result
  }

  /// The variances, the diagonal `[n]`.
  var variances: [Double] {
    var sum = diagonal
    for (matrix, sign) in [(added, 1.0), (removed, -1.0)] {
      for r in 0..<matrix.rows {
        for (i, value) in matrix.row(r).enumerated() { sum[i] += sign * value * value }
      }
    }
    return sum
  }

  /// The covariance of low rank plus diagonal that is closest in Kullback-Leibler divergence, by iterations of
  /// expectation-maximization for factor analysis.
  ///
  /// - Parameters:
  ///   - factors: The factors Λ to start from, `[r, n]`.
  ///   - start: The variances Ψ to start from, `[n]`.
  ///   - iterations: The largest number of iterations.
  /// - Complexity: O(n r (r + k)) an iteration.
  /// - Reference: Modi, Cai and Saul (2025), *Batch, match, and patch: low-rank approximations for score-based variational
  ///   inference*, alg. 2; Rubin and Thayer (1982), *EM algorithms for ML factor analysis*.
  func patched(
    from factors: Matrix, _ start: [Double], iterations: Int
  ) -> (factors: Matrix, variances: [Double])? {
    var (factors, psi) = (factors, start)
    let total = variances
    for _ in 0..<iterations {
      // β = C Λ Ψ⁻¹ with C = (I + Λ Ψ⁻¹ Λᵀ)⁻¹, rows [r, n].
      var scaled = factors
      scaled.scaleColumns(by: psi.map { 1 / $0 })
      var inner = Matrix.product(scaled, factors, transposingSecond: true)
      inner.addToDiagonal(Array(repeating: 1, count: inner.rows))
      guard let capacitance = try? CholeskyFactor(factoring: inner) else { return nil }
      var unit = Matrix(rows: inner.rows, columns: inner.rows)
      unit.addToDiagonal(Array(repeating: 1, count: inner.rows))
      capacitance.solve(rows: &unit)
      let beta = Matrix.product(unit, scaled)
      let covered = applied(to: beta)
      var second = Matrix.product(covered, beta, transposingSecond: true)
      second.add(unit)
      guard let factor = try? CholeskyFactor(factoring: second) else { return nil }
      var columns = covered.transposed()
      factor.solve(rows: &columns)
      factors = columns.transposed()
      var change = 0.0
      for i in psi.indices {
        var explained = 0.0
        for r in 0..<factors.rows { explained += factors[r, i] * covered[r, i] }
        let next = max(total[i] - explained, 1e-8 * total[i].magnitude)
        change = max(change, abs(log(next / psi[i])))
        psi[i] = next
      }
      if change < 1e-4 { break }
    }
    guard factors.isFinite, psi.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    return (factors, psi)
  }
}
