import LinearAlgebra

/// The Lanczos basis of a symmetric matrix with full reorthogonalization, one product at a time.
struct Lanczos {
  private var basis: [[Double]]
  private var diagonal: [Double] = []
  private var offDiagonal: [Double] = []

  /// A basis of one vector, that of the start.
  init(start: [Double]) {
    let length = norm(start)
    basis = [start.map { $0 / length }]
  }

  /// The vector whose product with the matrix comes next.
  var latest: [Double] { basis[basis.count - 1] }

  /// Adds the product of the matrix with the latest vector.
  ///
  /// - Returns: Whether there is a further vector.
  mutating func extend(by product: [Double]) -> Bool {
    var next = product
    diagonal.append(dot(product, latest))
    // Twice, since one pass leaves rounding errors of cancelled digits.
    for _ in 0..<2 {
      for vector in basis {
        let part = dot(next, vector)
        for i in next.indices { next[i] -= part * vector[i] }
      }
    }
    let length = norm(next)
    offDiagonal.append(length)
    guard length > 1e-10 * largest(product), length > 0 else { return false }
    basis.append(next.map { $0 / length })
    return true
  }

  /// The eigenvalues with rows of eigenvectors whose residual is less than a twentieth of the eigenvalue.
  func convergedPairs() -> (values: [Double], vectors: Matrix)? {
    let steps = diagonal.count
    var tridiagonal = Matrix(rows: steps, columns: steps)
    for k in 0..<steps {
      tridiagonal[k, k] = diagonal[k]
      if k + 1 < steps {
        tridiagonal[k, k + 1] = offDiagonal[k]
        tridiagonal[k + 1, k] = offDiagonal[k]
      }
    }
    guard let eigen = try? SymmetricEigen(tridiagonal) else { return nil }
    let rest = offDiagonal.last ?? 0
    let kept = eigen.values.indices.filter { k in
      rest * eigen.vectors[k, steps - 1].magnitude <= 0.05 * eigen.values[k].magnitude
    }
    let rows = Matrix(
      rows: steps, columns: basis[0].count, basis.prefix(steps).flatMap(\.self))
    return (
      kept.map { eigen.values[$0] },
      Matrix.product(eigen.vectors.taking(rows: kept), rows)
    )
  }
}
