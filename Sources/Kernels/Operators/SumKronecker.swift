import PPL
import Preconditions

/// A sum of two Kronecker products, stored as its four factors.
///
///     K = A1 ⊗ B1 + A2 ⊗ B2,    K[i T + j, k T + l] = A1[i, k] B1[j, l] + A2[i, k] B2[j, l]
///
/// This is the covariance of two independent fields over a grid of *S* places and *T* times, such as a level and a
/// trend that both vary over the places:
///
///     SumKronecker(level, .ones([T, T]), trend, d[.all, .newAxis] * d)  // mu(s_i) + beta(s_i) d_j
///
/// The left factors are `[S, S]`, the right ones `[T, T]`; vectors run over all times of the first place, then of the
/// second.
///
/// - Reference: Van Loan (2000), *The ubiquitous Kronecker product*, J. Comput. Appl. Math. 123, §1; the counterpart of
///   gaussx's `SumKronecker` in the reference run (`gev-multiplicative.md` 12).
public struct SumKronecker: Sendable {
  /// The left factors `A1` and `A2`, `[S, S]`.
  public let firstLeft, secondLeft: Tensor
  /// The right factors `B1` and `B2`, `[T, T]`.
  public let firstRight, secondRight: Tensor

  /// The operator `firstLeft ⊗ firstRight + secondLeft ⊗ secondRight`.
  ///
  /// - Precondition: All four are square; the left ones have one size, and so do the right ones.
  public init(
    _ firstLeft: Tensor, _ firstRight: Tensor, _ secondLeft: Tensor, _ secondRight: Tensor
  ) {
    (self.firstLeft, self.secondLeft) = Self.pair("left", firstLeft, secondLeft)
    (self.firstRight, self.secondRight) = Self.pair("right", firstRight, secondRight)
  }

  /// The two factors of one side, which must be square and of one size; otherwise placeholders.
  private static func pair(_ side: String, _ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
    let fit = holds(
      a.rank == 2 && a.shape[0] == a.shape[1] && a.shape == b.shape,
      "SumKronecker: the \(side) factors have shapes \(a.shape) and \(b.shape), but must be square "
        + "and of one size.")
    return fit ? (a, b) : (.identity(1), .identity(1))
  }

  private var places: Int { firstLeft.shape[0] }
  private var times: Int { firstRight.shape[0] }

  /// The shape of the matrix, `[S T, S T]`.
  public var shape: [Int] { [places * times, places * times] }

  /// The number of stored numbers, `2 (S² + T²)`.
  public var storedEntries: Int { 2 * (places * places + times * times) }

  /// The number of entries of the dense matrix, `(S T)²`.
  public var denseEntries: Int { shape[0] * shape[1] }

  /// The product with a vector, by `(A ⊗ B) vec(V) = vec(A V Bᵀ)` for `V` of `[S, T]` read row by row.
  ///
  /// - Parameter v: The vector, `[S T]`.
  /// - Returns: The product, `[S T]`.
  /// - Precondition: The vector has that shape.
  /// - Complexity: O(*S T (S + T)*) time, O(*S T*) memory; no dense matrix is made.
  /// - Reference: Van Loan (2000), *The ubiquitous Kronecker product*, §1.
  public func times(_ v: Tensor) -> Tensor {
    guard
      holds(
        v.shape == [shape[1]],
        "SumKronecker: cannot multiply \(shape) with a vector of \(v.shape).")
    else { return .zeros([shape[0]]) }
    let V = v.reshaped(to: [places, times])
    let first = matmul(matmul(firstLeft, V), firstRight.transposed())
    let second = matmul(matmul(secondLeft, V), secondRight.transposed())
    return (first + second).reshaped(to: v.shape)
  }

  /// The trace, `tr A1 tr B1 + tr A2 tr B2`.
  ///
  /// - Complexity: O(*S + T*).
  public var trace: Tensor {
    func trace(_ matrix: Tensor) -> Tensor { matrix.diagonal().sum() }
    return trace(firstLeft) * trace(firstRight) + trace(secondLeft) * trace(secondRight)
  }

  /// The dense matrix, `[S T, S T]`.
  ///
  /// - Complexity: O(*S² T²*) time and memory: 20 MB for 40 places and 40 times.
  public func dense() -> Tensor {
    kronecker(firstLeft, firstRight) + kronecker(secondLeft, secondRight)
  }

  private func kronecker(_ a: Tensor, _ b: Tensor) -> Tensor {
    // [S, 1, S, 1] times [1, T, 1, T]
    let blocks = a[.all, .newAxis, .all, .newAxis] * b[.newAxis, .all, .newAxis, .all]
    return blocks.reshaped(to: shape)
  }
}
