import PPL
import Preconditions

/// A Kronecker product of two square matrices, stored as its two factors.
///
///     K = A ⊗ B,    K[i T + j, k T + l] = A[i, k] B[j, l]
///
/// This is the covariance of a field over a grid of *S* places and *T* times whose covariance in space is the same at all times.
///
/// - Reference: Van Loan (2000), *The ubiquitous Kronecker product*, J. Comput. Appl. Math. 123, §1.
public struct Kronecker: KroneckerStructure {
  /// The left factor A, `[S, S]`.
  public let left: Tensor
  /// The right factor B, `[T, T]`.
  public let right: Tensor

  /// The operator `left ⊗ right`.
  ///
  /// - Precondition: Both factors are square.
  public init(_ left: Tensor, _ right: Tensor) {
    self.left = Self.square("left", left)
    self.right = Self.square("right", right)
  }

  private static func square(_ side: String, _ a: Tensor) -> Tensor {
    holds(
      a.rank == 2 && a.shape[0] == a.shape[1],
      "Kronecker: the \(side) factor has shape \(a.shape), but must be square.")
      ? a : .identity(1)
  }

  /// The only term: the product itself.
  public var terms: [Kronecker] { [self] }
}
