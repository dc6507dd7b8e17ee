import LinearAlgebra

extension MatchCovariance {
  /// The factor of the Σ with Σ U Σ + Σ = V, where U and V - F Fᵀ are products of rows.
  ///
  /// With V = L Lᵀ and the eigenvectors e of W = Lᵀ U L, `Σ = L (sum_k s_k e_k e_kᵀ) Lᵀ`, s = 2 / (1 + √(1 + 4 w)).
  ///
  /// - Returns: Nil where V is not positive definite or not finite.
  /// - Complexity: O(n² (n + B)), with an eigendecomposition of min(n, B + 1) rows.
  /// - Reference: Cai et al. (2024), *Batch and match: black-box variational inference with a score-based divergence*, arXiv
  ///   2402.14758, eq. 10 and 11.
  static func matched(_ rows: MatchingRows, from factor: Matrix) -> Matrix? {
    let size = factor.rows
    var sides = Matrix(
      rows: size + rows.draws.rows, columns: size,
      factor.transposed().scalars + rows.draws.scalars)
    sides = sides.transposed()
    let sum = Matrix.symmetricProduct(sides)
    guard sum.isFinite, let lower = (try? CholeskyFactor(factoring: sum))?.lowerTriangle else {
      return nil
    }
    let turned = Matrix.product(rows.scores, lower)
    guard let (values, vectors) = rightSingular(turned) else { return nil }
    // F = L (I - sum_k (1 - √s_k) e_k e_kᵀ)
    var weighted = vectors
    for (k, value) in values.enumerated() {
      weighted.scale(row: k, by: (2 / (1 + (1 + 4 * value).squareRoot())).squareRoot() - 1)
    }
    var result = lower
    let projected = Matrix.product(lower, vectors, transposingSecond: true)
    result.accumulate(projected, weighted)
    return result.isFinite ? result : nil
  }

  /// The squared singular values of a matrix `[k, n]` with its right singular vectors as rows; those near 0 are left out.
  private static func rightSingular(_ a: Matrix) -> (values: [Double], vectors: Matrix)? {
    guard a.rows < a.columns else {
      let square = Matrix.product(a, a, transposingFirst: true)
      return (try? SymmetricEigen(square)).map { ($0.values.map { max($0, 0) }, $0.vectors) }
    }
    return try? a.rightSingular(above: { 1e-12 * max($0, 1) })
  }
}
