import LinearAlgebra

/// A covariance matrix B = W Wᵀ by its square root W, without forming B: the prior of True-B and LSEF-B.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), eqs. (17)-(20).
public struct SquareRootCovariance: PriorCovariance {
  /// The square root W, `[n, m]`, for white noise of m numbers.
  public let squareRoot: Matrix

  /// A prior with this square root W, `[n, m]`.
  public init(_ squareRoot: Matrix) { self.squareRoot = squareRoot }

  public var pointCount: Int { squareRoot.rows }

  public func block(rows: [Int], columns: [Int]) -> Matrix {
    .product(
      squareRoot.taking(rows: rows), squareRoot.taking(rows: columns), transposingSecond: true)
  }

  public func rows(at points: [Int]) -> Matrix {
    .product(squareRoot.taking(rows: points), squareRoot, transposingSecond: true)
  }

  public func observationCovariance(at points: [Int]) -> Matrix {
    .symmetricProduct(squareRoot.taking(rows: points))
  }

  /// The product W (H W)ᵀ z, by two products of a matrix with a vector.
  public func applyCrossCovariance(_ weights: [Double], from points: [Int]) -> [Double] {
    var atPoints = Array(repeating: 0.0, count: pointCount)
    for (point, weight) in zip(points, weights) { atPoints[point] += weight }
    return squareRoot.multiplied(by: squareRoot.transposeMultiplied(by: atPoints))
  }

  public var variances: [Double] {
    (0..<pointCount).map { squareRoot.row($0).reduce(0) { $0 + $1 * $1 } }
  }
}
