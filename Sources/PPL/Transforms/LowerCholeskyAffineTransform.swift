import Preconditions

/// The affine transform of vectors by a Cholesky factor, `y = location + L x`, L lower triangular with a positive
/// diagonal.
///
/// - Complexity: O(*n*²) for each vector.
public struct LowerCholeskyAffineTransform: Transform {
  /// The shift, `[n]`, and the lower triangular factor, `[n, n]`.
  public let location, choleskyFactor: Tensor

  /// An affine transform with this shift and factor.
  ///
  /// - Parameters:
  ///   - location: The shift, `[n]`.
  ///   - choleskyFactor: The factor L, `[n, n]`.
  /// - Precondition: The arguments have these shapes.
  public init(location: Tensor, choleskyFactor: Tensor) {
    holds(
      location.rank == 1 && choleskyFactor.shape == [location.count, location.count],
      "LowerCholeskyAffineTransform: location \(location.shape) and choleskyFactor "
        + "\(choleskyFactor.shape) are not [n], [n, n]")
    (self.location, self.choleskyFactor) = (location, choleskyFactor)
  }

  public var domainEventRank: Int { 1 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    location + matmul(x, choleskyFactor.transposed())
  }

  public func inverse(_ y: Tensor) -> Tensor {
    let rows = (y - location).reshaped(to: [-1, location.count])
    return triangularSolve(choleskyFactor, rows.transposed()).transposed().reshaped(to: y.shape)
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    log(choleskyFactor.diagonal()).sum().broadcast(to: Array(x.shape.dropLast()))
  }
}
