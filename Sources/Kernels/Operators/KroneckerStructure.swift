import PPL
import Preconditions

/// A sum of Kronecker products of matrices of places and of times, as a linear operator and a covariance.
///
///     K = Σₖ Aₖ ⊗ Bₖ,    K[i T + j, k T + l] = Σₖ Aₖ[i, k] Bₖ[j, l]
///
/// The left factors are `[S, S]`, the right ones `[T, T]`; vectors run over all times of the first place, then of the second.
/// As a covariance all factors are symmetric and positive semidefinite; products, trace and diagonal need neither.
///
/// - Reference: Van Loan (2000), *The ubiquitous Kronecker product*, J. Comput. Appl. Math. 123, §1.
public protocol KroneckerStructure: StructuredCovariance
where Root == KroneckerRoot, Factor == KroneckerFactor {
  /// The products of the sum, of equal sizes; at least one.
  var terms: [Kronecker] { get }
}

extension KroneckerStructure {
  /// The number of places *S*.
  public var placeCount: Int { terms[0].left.shape[0] }
  /// The number of times *T*.
  public var timeCount: Int { terms[0].right.shape[0] }

  /// The shape of the matrix, `[S T, S T]`.
  public var shape: [Int] { [placeCount * timeCount, placeCount * timeCount] }

  /// The number of stored numbers, `S² + T²` for each product.
  public var storedEntries: Int { terms.count * (placeCount * placeCount + timeCount * timeCount) }

  /// The rank of the covariance in time: the dimension of the space that the right factors span together.
  ///
  /// `1 1ᵀ` and `d dᵀ` give 2, so that the rank of K is at most 2 *S*. It is *T* where a factor is being recorded, whose
  /// numbers are not known.
  ///
  /// - Complexity: O(*T*³).
  public var timeRank: Int { RightBasis(of: terms.map(\.right)).count }

  /// The product with a vector, `[S T]`, or with each column of a matrix, `[S T, k]`, by
  /// `(A ⊗ B) vec(V) = vec(A V Bᵀ)` for V of `[S, T]` read row by row.
  ///
  /// - Precondition: The vector has that shape.
  /// - Complexity: O(*S T (S + T)*) time and O(*S T*) memory for a vector; no dense matrix is made.
  /// - Reference: Van Loan (2000), *The ubiquitous Kronecker product*, §1.
  public func times(_ v: Tensor) -> Tensor {
    guard
      holds(
        (1...2).contains(v.rank) && v.shape[0] == shape[1],
        "\(Self.self): cannot multiply \(shape) with a \(v.rank == 1 ? "vector" : "matrix") of \(v.shape)."
      )
    else { return .zeros([shape[0]] + v.shape.dropFirst()) }
    return mapColumns(v, to: [placeCount, timeCount]) { V in
      terms.dropFirst().reduce(product(terms[0], V)) { $0 + product($1, V) }
    }
  }

  private func product(_ term: Kronecker, _ V: Tensor) -> Tensor {
    matmul(matmul(term.left, V), term.right.transposed())
  }

  /// The trace, `Σ tr A tr B`.
  ///
  /// - Complexity: O(*S + T*).
  public var trace: Tensor {
    let traces = terms.map { $0.left.diagonal().sum() * $0.right.diagonal().sum() }
    return traces.dropFirst().reduce(traces[0]) { $0 + $1 }
  }

  /// The diagonal, `[S T]`: the variance of each place and time.
  ///
  /// - Complexity: O(*S T*).
  public var diagonal: Tensor {
    let all = terms.map { $0.left.diagonal()[.all, .newAxis] * $0.right.diagonal() }
    return all.dropFirst().reduce(all[0]) { $0 + $1 }.reshaped(to: [shape[0]])
  }

  /// The dense matrix, `[S T, S T]`.
  ///
  /// - Complexity: O(*S² T²*) time and memory: 20 MB for 40 places and 40 times.
  public func dense() -> Tensor {
    let all = terms.map { denseKronecker($0.left, $0.right) }
    return all.dropFirst().reduce(all[0]) { $0 + $1 }
  }

  /// The root of independent parts, one for each product: `R = [L₁ ⊗ U₁, L₂ ⊗ U₂, …]`, `[S T, S Σ rankₖ]`.
  ///
  /// - Complexity: O(*S*³ + *T*³) to make; a product takes O(*S rank (S + T)*).
  public var root: KroneckerRoot { KroneckerRoot(terms) }

  /// The factor of `K + noise I`, exact by joint diagonalisation.
  ///
  /// - Parameter noise: The variance of the noise, `[]`; nil for none, where K itself is positive definite.
  /// - Complexity: O(*r S*³ + *T*³) for right factors that commute and have the common rank *r* (`timeRank`), as a single one, or
  ///   `1 1ᵀ` and `d dᵀ` of a centred d, do; O((*r S*)³) for others; O(*S*³ + *T*³) without noise.
  /// - Reference: Van Loan (2000), *The ubiquitous Kronecker product*, §2; Rakitsch, Lippert, Borgwardt and Stegle (2013), *It
  ///   is all in the noise: efficient multi-task Gaussian process inference with structured residuals*, §2.2.
  public func factored(noise: Tensor? = nil) -> KroneckerFactor {
    KroneckerFactor(terms, noise: noise)
  }
}

/// The Kronecker product of two matrices, with all its entries.
func denseKronecker(_ a: Tensor, _ b: Tensor) -> Tensor {
  // [S, 1, M, 1] times [1, T, 1, N]
  let blocks = a[.all, .newAxis, .all, .newAxis] * b[.newAxis, .all, .newAxis, .all]
  return blocks.reshaped(to: [a.shape[0] * b.shape[0], a.shape[1] * b.shape[1]])
}

/// The function of a vector, `[n]`, or of each column of a matrix, `[n, k]`, as a matrix of some shape.
func mapColumns(_ v: Tensor, to shape: [Int], _ f: (Tensor) -> Tensor) -> Tensor {
  guard v.rank == 2 else {
    let y = f(v.reshaped(to: shape))
    return y.reshaped(to: [y.count])
  }
  let y = f(v.transposed().reshaped(to: [v.shape[1]] + shape))
  return y.reshaped(to: [v.shape[1], y.shape.dropFirst().reduce(1, *)]).transposed()
}
