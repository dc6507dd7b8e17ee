import LinearAlgebra

/// The band variances of ensembles on one circle, thousands of times over: `FilterBank.bandVariances` by products with the
/// filters' matrices, which are quicker than transforms of a hundred points.
struct CircleBandVariances: Sendable {
  private let points, bands: Int
  /// Of each part of the filters, real or imaginary, that is not 0: its band, and the cyclic matrix that fields are multiplied
  /// by from the right, `[n, n]`.
  private let parts: [(band: Int, matrix: Matrix)]

  /// - Precondition: The bank is one of a circle.
  init(_ bank: FilterBank) {
    precondition(bank.estimatesMean, "CircleBandVariances: the bank is none of a circle.")
    let n = bank.transfer.columns
    (points, bands) = (n, bank.count)
    // A unit field at point 0 gives the responses that a row of a cyclic matrix is made of.
    let impulse = Matrix(rows: 1, columns: n, [1] + Array(repeating: 0, count: n - 1))
    let circle = Circle(points: n)
    parts = (0..<bank.count).flatMap { band in
      let response = circle.filtered(impulse, by: Array(bank.transfer.row(band)))
      let matrices = [response.real, response.imaginary].compactMap { $0?.scalars }
      return matrices.filter { $0.contains { $0 != 0 } }.map { (band, Matrix(cyclic: $0)) }
    }
  }

  /// `[n, J]`.
  ///
  /// - Parameter ensemble: `[N, n]`, two members at least.
  /// - Precondition: The members have as many points as the bank wavenumbers.
  /// - Complexity: O(J N *n²*) time.
  func callAsFunction(_ ensemble: Matrix) -> Matrix {
    let (N, n) = (ensemble.rows, points)
    precondition(N >= 2 && ensemble.columns == n, "CircleBandVariances: \(N) members.")
    var deviations = ensemble
    deviations.shiftRows(from: ensemble.columnMeans, to: Array(repeating: 0, count: n))
    var result = Matrix(rows: n, columns: bands)
    for (band, matrix) in parts {
      let filtered = Matrix.product(deviations, matrix)
      // Filters are linear: the filtered deviations have the mean 0.
      let variances = filtered.columnVariances
      result.withMutableScalars { result in
        for x in 0..<n { result[x * bands + band] += variances[x] }
      }
    }
    return result
  }
}
