/// What can be multiplied with vectors from both sides: a matrix, dense or sparse.
public protocol LinearMap: Sendable {
  /// How many numbers `A x` has.
  var rows: Int { get }
  /// How many numbers `x` has.
  var columns: Int { get }
  /// `A x`.
  func multiplied(by vector: [Double]) -> [Double]
  /// `Aᵀ x`.
  func transposeMultiplied(by vector: [Double]) -> [Double]
  /// The map made of these rows.
  func taking(rows indices: [Int]) -> Self
}

extension Matrix: LinearMap {}
