import PPL
import Preconditions

/// The generalized eigenvectors of one or two left factors and of the right ones, in which the sum is diagonal.
///
///     A_p = L Lᵀ,  L⁻¹ A_o L⁻ᵀ = V diag(a) Vᵀ,    B_q = M Mᵀ,  M⁻¹ B_o M⁻ᵀ = W diag(b) Wᵀ
///     Σ Aₖ ⊗ Bₖ = (L V ⊗ M W) diag(s) (L V ⊗ M W)ᵀ,    s = Σ aₖ bₖᵀ
///
/// with a = 1 for the left factor p that is factored, and b = 1 for the right factor q.
///
/// - Reference: Golub and Van Loan (2013), *Matrix Computations*, §8.7; Rakitsch et al. (2013), §2.2.
struct PencilFactor: Sendable {
  private let left, right: Side
  /// The eigenvalues s, `[S, T]`.
  private let scale: Tensor

  /// One side: the Cholesky factor of its pivot, and the eigenvectors of the other factor as rows, if there is one.
  private struct Side: Sendable {
    let factor: Tensor
    let vectors: Tensor?
    let values: [Tensor]

    init(_ factors: [Tensor], pivot: Int) {
      let L = cholesky(factors[pivot])
      factor = L
      let ones = Tensor.ones([L.shape[0]])
      guard factors.count == 2 else {
        (vectors, values) = (nil, [ones])
        return
      }
      let half = triangularSolve(L, factors[1 - pivot])
      let whitened = triangularSolve(L, half.transposed())
      let (found, rows) = symmetricEigen(0.5 * (whitened + whitened.transposed()))
      vectors = rows
      values = pivot == 0 ? [ones, found] : [found, ones]
    }

    /// The coordinates in the eigenvectors of each column, `Vᵀ L⁻¹ X`.
    func whitened(_ X: Tensor) -> Tensor {
      let solved = triangularSolve(factor, X)
      return vectors.map { matmul($0, solved) } ?? solved
    }

    /// The transpose of `whitened(_:)`: `L⁻ᵀ V X`.
    func unwhitened(_ X: Tensor) -> Tensor {
      triangularSolve(
        factor, vectors.map { matmul($0.transposed(), X) } ?? X, transposed: true)
    }

    var logDeterminant: Tensor { 2 * log(factor.diagonal()).sum() }
  }

  /// The factor of one or two products; the pivots are the first definite factors whose numbers are known.
  init(_ terms: [Kronecker], pivots: (left: Int, right: Int)? = nil) {
    func definite(_ factors: [Tensor]) -> Int {
      factors.firstIndex { $0.isRecorded || !(cholesky($0).scalars.first?.isNaN ?? false) } ?? 0
    }
    let (lefts, rights) = (terms.map(\.left), terms.map(\.right))
    left = Side(lefts, pivot: pivots?.left ?? definite(lefts))
    right = Side(rights, pivot: pivots?.right ?? definite(rights))
    let parts = zip(left.values, right.values).map { $0[.all, .newAxis] * $1 }
    scale = parts.dropFirst().reduce(parts[0]) { $0 + $1 }
  }

  private func whitened(_ b: Tensor) -> Tensor {
    let V = b.reshaped(to: scale.shape)
    return right.whitened(left.whitened(V).transposed()).transposed()
  }

  func solve(_ b: Tensor) -> Tensor {
    let Z = whitened(b) / scale
    return right.unwhitened(left.unwhitened(Z).transposed()).transposed().reshaped(to: b.shape)
  }

  func quadraticForm(_ b: Tensor) -> Tensor { (square(whitened(b)) / scale).sum() }

  var logDeterminant: Tensor {
    let (S, T) = (Tensor(Double(scale.shape[0])), Tensor(Double(scale.shape[1])))
    return T * left.logDeterminant + S * right.logDeterminant + log(scale).sum()
  }
}
