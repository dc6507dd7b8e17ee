/// A linear map, with products from both sides: a dense or sparse matrix.
public protocol LinearMap: Sendable {
  /// The number of elements of `A x`.
  var rows: Int { get }
  /// The number of elements of `x`.
  var columns: Int { get }
  /// The product `A x`.
  func multiplied(by vector: [Double]) -> [Double]
  /// The product of the transpose, `Aᵀ x`.
  func transposeMultiplied(by vector: [Double]) -> [Double]
  /// The map that consists of these rows.
  func taking(rows indices: [Int]) -> Self
}

extension Matrix: LinearMap {}
