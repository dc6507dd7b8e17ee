import Preconditions

extension Matrix {
  /// The circulant matrix of a row: `entry(i, j) = lags[j - i mod n]`.
  public init(cyclic lags: [Double]) {
    let n = lags.count
    self.init(
      rows: n, columns: n, (0..<n).flatMap { i in lags[(n - i)...] + lags[..<(n - i)] })
  }

  /// The mean along each cyclic diagonal, of the entries (i, i + s mod n) for each s.
  ///
  /// - Precondition: The matrix is square.
  public var cyclicMeans: [Double] {
    require(rows == columns, "Matrix: \(rows) x \(columns) is not square.")
    let n = rows
    var sums = Array(repeating: 0.0, count: n)
    for i in 0..<n {
      for s in 0..<n { sums[s] += scalars[i * n + (i + s) % n] }
    }
    return sums.map { $0 / Double(n) }
  }
}
