import LinearAlgebra

extension Matrix {
  /// The squared singular values of this matrix `[k, n]` in increasing order, with its right singular vectors as rows; those
  /// whose squared singular value is not above a level are left out.
  ///
  /// - Parameter level: The level by the largest squared singular value.
  /// - Throws: `NoEigenvalues` for numbers that are not finite.
  /// - Complexity: O(k² (k + n)).
  func rightSingular(
    above level: (_ largest: Double) -> Double
  ) throws(NoEigenvalues) -> (values: [Double], vectors: Matrix) {
    let eigen = try SymmetricEigen(Matrix.symmetricProduct(self, mirrored: true))
    let least = level(eigen.values.last ?? 0)
    let kept = eigen.values.indices.filter { eigen.values[$0] > least }
    var vectors = Matrix.product(eigen.vectors.taking(rows: kept), self)
    for (row, k) in kept.enumerated() {
      vectors.scale(row: row, by: 1 / eigen.values[k].squareRoot())
    }
    return (kept.map { eigen.values[$0] }, vectors)
  }

  /// Orthonormal rows that span the rows of this matrix, which are about as long as each other; nil if it has no decomposition
  /// or no rows that differ from zero.
  func orthonormalBasis() -> Matrix? {
    guard let found = try? rightSingular(above: { 1e-10 * $0 }), !found.values.isEmpty else {
      return nil
    }
    return found.vectors
  }
}
