/// What can be multiplied with vectors from both sides: a matrix, dense or sparse.
public protocol LinearMap: Sendable {
  var rows: Int { get }
  var columns: Int { get }
  /// `A x`.
  func multiplied(by vector: [Double]) -> [Double]
  /// `Aᵀ x`.
  func transposeMultiplied(by vector: [Double]) -> [Double]
  /// The map made of these rows.
  func taking(rows indices: [Int]) -> Self
}

extension Matrix: LinearMap {}
