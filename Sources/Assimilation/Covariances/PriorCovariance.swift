import LinearAlgebra
import Preconditions

/// The prior (background error) covariance matrix B, by the parts of it that an analysis needs.
///
/// Two requirements are enough; the others have defaults made of blocks, so that the whole of B is never formed. A prior that
/// depends on an ensemble gives its B by `estimated(from:)`, and has `usesEnsemble` true.
///
/// - Units: Entries are in squared units of the state.
public protocol PriorCovariance: Sendable {
  /// The number of grid points n; B is `[n, n]`.
  var pointCount: Int { get }

  /// The entries of B in these rows and columns, `[rows, columns]`.
  func block(rows: [Int], columns: [Int]) -> Matrix

  /// The rows H B of B at these points, `[points, n]`.
  func rows(at points: [Int]) -> Matrix

  /// The covariance H B Hᵀ of observations at these points, `[points, points]`, by its lower triangle.
  func observationCovariance(at points: [Int]) -> Matrix

  /// The product B Hᵀ z of the covariances between the grid and these points with weights z at the points, `[n]`.
  func applyCrossCovariance(_ weights: [Double], from points: [Int]) -> [Double]

  /// Whether B depends on an ensemble; false by default. A filter with any other prior needs no members.
  var usesEnsemble: Bool { get }

  /// The covariance B for an ensemble; by default this prior itself.
  ///
  /// - Parameter perturbations: The members less the control, `[N, n]`, where N may be 0.
  /// - Throws: `AnalysisError.otherGrid` for perturbations of another grid than that of the prior.
  func estimated(from perturbations: Matrix) throws -> any PriorCovariance
}

extension PriorCovariance {
  public func rows(at points: [Int]) -> Matrix {
    block(rows: points, columns: Array(0..<pointCount))
  }

  public func observationCovariance(at points: [Int]) -> Matrix {
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

  public func applyCrossCovariance(_ weights: [Double], from points: [Int]) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(pointCount)
    for start in stride(from: 0, to: pointCount, by: blockSize) {
      let rows = Array(start..<min(start + blockSize, pointCount))
      result += block(rows: rows, columns: points).multiplied(by: weights)
    }
    return result
  }

  public var usesEnsemble: Bool { false }

  public func estimated(from perturbations: Matrix) throws -> any PriorCovariance {
    try AnalysisError.check(
      "the static covariance", points: pointCount, expected: perturbations.columns)
    return self
  }

  /// The variance at each point, `[n]`.
  public var variances: [Double] {
    (0..<pointCount).map { block(rows: [$0], columns: [$0])[0, 0] }
  }
}

/// The number of rows at a time: enough for fast products, few enough for little memory.
private let blockSize = 128

/// A dense covariance matrix: the prior of Mean-B in a sequence of analyses.
public struct DenseCovariance: PriorCovariance {
  /// The matrix B, `[n, n]`.
  public let matrix: Matrix

  /// A prior with this covariance matrix, `[n, n]`.
  ///
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

  public func rows(at points: [Int]) -> Matrix { matrix.taking(rows: points) }
}

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
