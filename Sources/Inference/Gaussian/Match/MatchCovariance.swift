import LinearAlgebra

/// The covariance of a normal distribution in the coordinates of a fit by score matching.
enum MatchCovariance: Sendable, Equatable, Codable {
  /// F Fᵀ with a square matrix F, `[n, n]`.
  case dense(factor: Matrix)
  /// Λᵀ Λ + diag(Ψ) with the rows Λ, `[r, n]`, and the variances Ψ, `[n]`.
  case lowRank(factors: Matrix, variances: [Double])

  /// The number of independent normal numbers of a draw.
  var noiseCount: Int {
    switch self {
    case .dense(let factor): factor.rows
    case .lowRank(let factors, let variances): factors.rows + variances.count
    }
  }

  /// The draw with mean 0 of independent standard normal numbers, `[noiseCount]`.
  func draw(_ noise: [Double]) -> [Double] {
    switch self {
    case .dense(let factor): return factor.multiplied(by: noise)
    case .lowRank(let factors, let variances):
      var draw = factors.transposeMultiplied(by: Array(noise.prefix(factors.rows)))
      for i in draw.indices { draw[i] += variances[i].squareRoot() * noise[factors.rows + i] }
      return draw
    }
  }

  /// The variances, the diagonal `[n]`.
  var diagonal: [Double] {
    switch self {
    case .dense(let factor):
      return (0..<factor.rows).map { i in factor.row(i).reduce(0) { $0 + $1 * $1 } }
    case .lowRank(let factors, let variances):
      var sum = variances
      for r in 0..<factors.rows {
        for (i, value) in factors.row(r).enumerated() { sum[i] += value * value }
      }
      return sum
    }
  }

  /// The approximation of x with `x = base.mean + T z`, where z has this covariance and a mean.
  ///
  /// - Returns: Nil where the covariance is not positive definite.
  func approximation(_ mean: [Double], base: GaussianApproximation) -> GaussianApproximation? {
    let location = base.point(at: mean)
    switch self {
    case .dense(let factor):
      let product = Matrix.product(base.factor.dense, factor)
      let deviations = (0..<product.rows).map { i in
        product.row(i).reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      var scaled = product
      for (i, deviation) in deviations.enumerated() { scaled.scale(row: i, by: 1 / deviation) }
      let correlation = Matrix.symmetricProduct(scaled, mirrored: true)
      guard let factor = try? FactoredCovariance(scales: deviations, covariance: correlation) else {
        return nil
      }
      return GaussianApproximation(mean: location, factor: factor)
    case .lowRank(let factors, let variances):
      // D^½ (I + Uᵀ U) D^½ with U = Λ Ψ^-½, whose eigenvectors are rows of length 1.
      let deviations = variances.map { $0.squareRoot() }
      var rows = factors
      rows.scaleColumns(by: deviations.map { 1 / $0 })
      guard let (values, vectors) = try? rows.rightSingular(above: { _ in 1e-12 }) else {
        return nil
      }
      return GaussianApproximation(
        mean: location,
        factor: FactoredCovariance(
          scales: zip(deviations, base.factor.variances).map { $0 * $1.squareRoot() },
          vectors: vectors, eigenvalues: values.map { 1 + $0 }))
    }
  }
}
