import LinearAlgebra

extension ImplicitCovariance {
  /// The Σ with Σ U Σ + Σ = V, where V = diag(Ψ) + Λᵀ Λ + rows and U = Qᵀ Q has few rows.
  ///
  ///     Σ = V - V Qᵀ (½ I + (Q V Qᵀ + ¼ I)^½)⁻² Q V
  ///
  /// - Returns: Nil where the numbers are not finite.
  /// - Complexity: O(n (r + B)²).
  /// - Reference: Cai et al. (2024), eq. 12; Modi, Cai and Saul (2025), eq. 10.
  static func matched(
    _ rows: MatchingRows, from factors: Matrix, _ variances: [Double]
  ) -> ImplicitCovariance? {
    let size = variances.count
    let added = Matrix(
      rows: factors.rows + rows.draws.rows, columns: size, factors.scalars + rows.draws.scalars)
    let sum = ImplicitCovariance(
      diagonal: variances, added: added, removed: Matrix(rows: 0, columns: size))
    let covered = sum.applied(to: rows.scores)
    let inner = Matrix.product(covered, rows.scores, transposingSecond: true)
    guard inner.isFinite, let eigen = try? SymmetricEigen(inner) else { return nil }
    var removed = Matrix.product(eigen.vectors, covered)
    for (k, value) in eigen.values.enumerated() {
      removed.scale(row: k, by: 1 / (0.5 + (max(value, 0) + 0.25).squareRoot()))
    }
    return ImplicitCovariance(diagonal: variances, added: added, removed: removed)
  }
}

extension MatchCovariance {
  /// The covariance of low rank nearest to that of an approximation, in units of its standard deviations.
  ///
  /// - Parameters:
  ///   - approximation: The approximation to start from.
  ///   - rank: The number of factors r.
  init?(_ approximation: GaussianApproximation, rank: Int) {
    let (factor, size) = (approximation.factor, approximation.count)
    let deviations = approximation.standardDeviations
    let scales = zip(factor.scales, deviations).map { $0 / $1 }
    var (values, vectors): ([Double], Matrix)
    var diagonal = scales.map { $0 * $0 }
    switch factor.factor {
    case .diagonal: (values, vectors) = ([], Matrix(rows: 0, columns: size))
    case .lowRank(let rows, let excess):
      (values, vectors) = (excess.map { (1 + $0) * (1 + $0) }, rows)
      vectors.scaleColumns(by: scales)
    case .lower(let lower):
      var rows = lower
      for (i, scale) in scales.enumerated() { rows.scale(row: i, by: scale) }
      guard
        let eigen = try? SymmetricEigen(Matrix.symmetricProduct(rows, mirrored: true))
      else { return nil }
      (values, vectors) = (eigen.values, eigen.vectors)
      diagonal = Array(repeating: 1, count: size)
    }
    func rows(_ isKept: (Double) -> Bool) -> Matrix {
      let kept = values.indices.filter { isKept(values[$0]) }.sorted { values[$0] > values[$1] }
      var rows = vectors.taking(rows: kept)
      for (row, k) in kept.enumerated() {
        rows.scale(row: row, by: abs(values[k] - 1).squareRoot())
      }
      return rows
    }
    let (added, removed) = (rows { $0 > 1 }, rows { $0 <= 1 })
    let implicit = ImplicitCovariance(diagonal: diagonal, added: added, removed: removed)
    // Factors of 0 would stay 0: a little of each unit vector where the directions run out.
    var start = Array(added.scalars.prefix(rank * size))
    for k in (start.count / size)..<max(rank, start.count / size) {
      start += (0..<size).map { $0 % rank == k ? 0.1 : 0 }
    }
    guard
      let found = implicit.patched(
        from: Matrix(rows: rank, columns: size, start), implicit.variances.map { 0.5 * $0 },
        iterations: 100)
    else { return nil }
    self = .lowRank(factors: found.factors, variances: found.variances)
  }
}
