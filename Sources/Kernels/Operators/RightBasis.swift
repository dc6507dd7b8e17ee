import PPL
import Preconditions

/// The joint diagonalisation of the right factors of a sum of Kronecker products: an orthonormal basis of the space that
/// they span, in which those that commute are diagonal.
///
///     Bₖ = Q Pₖ Qᵀ,    Qᵀ Q = I
///
/// The eigenvectors of a positive combination of semidefinite matrices span the ranges of all, and diagonalise all if they
/// commute and the weights are generic.
struct RightBasis {
  /// The basis Q, `[T, r]`.
  let basis: Tensor
  /// The rank r.
  var count: Int { basis.shape[1] }
  /// The diagonals of the projected factors, `[r]` for each; nil where they do not commute.
  let diagonals: [Tensor]?
  /// The projected factors Pₖ, `[r, r]` each.
  let projected: [Tensor]

  /// The basis for factors `[T, T]`; all of the space where one is being recorded, since its numbers are not known.
  init(of factors: [Tensor]) {
    let T = factors[0].shape[0]
    if factors.contains(where: \.isRecorded) {
      guard factors.count == 1 else {
        (basis, diagonals, projected) = (.identity(T), nil, factors)
        return
      }
      let (values, vectors) = symmetricEigen(factors[0])
      basis = vectors.transposed()
      (diagonals, projected) = ([values], [values.diagonalMatrix()])
      return
    }
    let sizes = factors.map { max(abs($0).max().scalar, .leastNormalMagnitude) }
    let weighted = factors.indices.map { k in
      // Roots of primes, so that no combination of eigenvalues is accidentally equal.
      factors[k] * Tensor(Self.weights[k % Self.weights.count].squareRoot() / sizes[k])
    }
    let (values, vectors) = symmetricEigen(weighted.dropFirst().reduce(weighted[0]) { $0 + $1 })
    let largest = values.scalars.last ?? 0
    let least = Double(max(T, 16)) * .ulpOfOne * largest
    holds(
      (values.scalars.first ?? 0) >= -1e3 * least,
      "Kronecker: the right factors have the eigenvalue \(values.scalars.first ?? 0) (relative to their largest entries), but "
        + "a covariance has none below 0.")
    let first = values.scalars.firstIndex { $0 > least } ?? T
    let E = vectors[.range(first..<T)]  // [r, T]
    basis = E.transposed()
    let inner = factors.map { matmul(matmul(E, $0), E.transposed()) }
    projected = inner
    let diagonal = inner.map { $0.diagonal() }
    let commute = zip(inner, zip(diagonal, sizes)).allSatisfy { P, of in
      let rest = abs(P - of.0.diagonalMatrix())
      return rest.count == 0 || rest.max().scalar <= 1e3 * Double(T) * .ulpOfOne * of.1
    }
    diagonals = commute ? diagonal : nil
  }

  private static let weights: [Double] = [1, 2, 3, 5, 7, 11, 13]
}
