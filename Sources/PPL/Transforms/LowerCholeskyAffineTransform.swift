import Preconditions

/// `y = location + L x` on vectors, L lower triangular with a positive diagonal.
///
/// - Complexity: O(*n*²) for each vector.
public struct LowerCholeskyAffineTransform: Transform {
  /// What is added `[D]`, and the lower factor that multiplies `[D, D]`.
  public let location, choleskyFactor: Tensor

  /// - Parameters:
  ///   - location: `[n]`.
  ///   - choleskyFactor: L, `[n, n]`.
  /// - Precondition: The shapes are these.
  public init(location: Tensor, choleskyFactor: Tensor) {
    holds(
      location.rank == 1 && choleskyFactor.shape == [location.count, location.count],
      "LowerCholeskyAffineTransform: location \(location.shape) and choleskyFactor "
        + "\(choleskyFactor.shape) are not [n], [n, n]")
    (self.location, self.choleskyFactor) = (location, choleskyFactor)
  }

  public var domainEventRank: Int { 1 }
  public var codomainEventRank: Int { 1 }

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
