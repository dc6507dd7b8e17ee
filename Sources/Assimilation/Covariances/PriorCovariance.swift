import LinearAlgebra
import Preconditions

/// The covariance matrix B of a background error, known by what an analysis asks of it.
///
/// One requirement is enough; the others have defaults made of it, in blocks, so that B as a whole is never formed.
public protocol PriorCovariance: Sendable {
  /// The size of B.
  var pointCount: Int { get }

  /// The entries of B in these rows and columns, `[rows, columns]`.
  func block(rows: [Int], columns: [Int]) -> Matrix

  /// H B Hᵀ for observations at these points; only the lower triangle is asked for.
  func observed(_ points: [Int]) -> Matrix

  /// B Hᵀ z: what weights z at these points spread over the grid.
  func spreading(_ weights: [Double], from points: [Int]) -> [Double]
}

extension PriorCovariance {
  public func observed(_ points: [Int]) -> Matrix {
    let count = points.count
    var result = Matrix(rows: count, columns: count)
    for start in stride(from: 0, to: count, by: blockSize) {
      let end = min(start + blockSize, count)
      // Up to the diagonal and what lies above it within the block.
      let part = block(rows: Array(points[start..<end]), columns: Array(points[..<end]))
      result.withMutableScalars { entries in
        for row in start..<end {
          for column in 0..<end { entries[row * count + column] = part[row - start, column] }
        }
      }
    }
    return result
  }

  public func spreading(_ weights: [Double], from points: [Int]) -> [Double] {
    inBlocks(of: pointCount) { block(rows: $0, columns: points).multiplied(by: weights) }
  }

  /// The variance at each point.
  public var variances: [Double] {
    (0..<pointCount).map { block(rows: [$0], columns: [$0])[0, 0] }
  }
}

/// Enough rows at a time for fast products, few enough for little memory.
private let blockSize = 128

/// What `body` gives for blocks of rows, joined.
func inBlocks(of count: Int, _ body: ([Int]) throws -> [Double]) rethrows -> [Double] {
  var result: [Double] = []
  result.reserveCapacity(count)
  for start in stride(from: 0, to: count, by: blockSize) {
    result += try body(Array(start..<min(start + blockSize, count)))
  }
  return result
}

/// A covariance matrix that is given as such.
public struct DenseCovariance: PriorCovariance {
  /// B, `[n, n]`.
  public let matrix: Matrix

  /// - Precondition: The matrix is square; it should be symmetric.
  public init(_ matrix: Matrix) {
    require(
      matrix.rows == matrix.columns,
      "DenseCovariance: \(matrix.rows) rows and \(matrix.columns) columns.")
    self.matrix = matrix
  }

  public var pointCount: Int { matrix.rows }

  public func block(rows: [Int], columns: [Int]) -> Matrix {
    matrix.taking(rows: rows).taking(columns: columns)
  }
}

/// B = W Wᵀ, which is never formed: the prior of True-B and LSEF-B.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), eqs. (17)-(20).
public struct SquareRootCovariance: PriorCovariance {
  /// One row a point; as many columns as the white noise has numbers.
  public let squareRoot: Matrix

  /// The covariance with this square root, W.
  public init(_ squareRoot: Matrix) { self.squareRoot = squareRoot }

  public var pointCount: Int { squareRoot.rows }

  public func block(rows: [Int], columns: [Int]) -> Matrix {
    .product(
      squareRoot.taking(rows: rows), squareRoot.taking(rows: columns), transposingSecond: true)
  }

  public func observed(_ points: [Int]) -> Matrix {
    .symmetricProduct(squareRoot.taking(rows: points))
  }

  /// W (H W)ᵀ z, by two products with vectors.
  public func spreading(_ weights: [Double], from points: [Int]) -> [Double] {
    var atPoints = Array(repeating: 0.0, count: pointCount)
    for (point, weight) in zip(points, weights) { atPoints[point] += weight }
    return squareRoot.multiplied(by: squareRoot.transposeMultiplied(by: atPoints))
  }

  public var variances: [Double] {
    (0..<pointCount).map { squareRoot.row($0).reduce(0) { $0 + $1 * $1 } }
  }
}
