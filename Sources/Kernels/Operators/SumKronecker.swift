import PPL
import Preconditions

/// A sum of two or more Kronecker products, stored as its factors.
///
///     K = A1 ⊗ B1 + A2 ⊗ B2,    K[i T + j, k T + l] = A1[i, k] B1[j, l] + A2[i, k] B2[j, l]
///
/// This is the covariance of independent fields over a grid of *S* places and *T* times, such as a level and a
/// trend that both vary over the places:
///
///     SumKronecker(level, .ones([T, T]), trend, d[.all, .newAxis] * d)  // mu(s_i) + beta(s_i) d_j
///
/// The left factors are `[S, S]`, the right ones `[T, T]`; vectors run over all times of the first place, then of the
/// second.
///
/// - Reference: Van Loan (2000), *The ubiquitous Kronecker product*, J. Comput. Appl. Math. 123, §1; the counterpart of
///   gaussx's `SumKronecker` in the reference run (`gev-multiplicative.md` 12).
public struct SumKronecker: KroneckerStructure {
  /// The products of the sum.
  public let terms: [Kronecker]

  /// The operator `firstLeft ⊗ firstRight + secondLeft ⊗ secondRight`.
  ///
  /// - Precondition: All four are square; the left ones have one size, and so do the right ones.
  public init(
    _ firstLeft: Tensor, _ firstRight: Tensor, _ secondLeft: Tensor, _ secondRight: Tensor
  ) {
    let (leftA, leftB) = Self.pair("left", firstLeft, secondLeft)
    let (rightA, rightB) = Self.pair("right", firstRight, secondRight)
    terms = [Kronecker(leftA, rightA), Kronecker(leftB, rightB)]
  }

  /// The sum of two or more products.
  ///
  /// - Precondition: There are two products at least, of equal sizes.
  public init(_ products: [Kronecker]) {
    let (first, rest) = (products.first, products.dropFirst())
    let fit = holds(
      !rest.isEmpty
        && rest.allSatisfy {
          $0.left.shape == first?.left.shape && $0.right.shape == first?.right.shape
        },
      "SumKronecker: products of shapes \(products.map(\.shape)), but it needs two or more with factors of equal sizes."
    )
    let one = Kronecker(.identity(1), .identity(1))
    terms = fit ? products : [one, one]
  }

  /// The two factors of one side, which must be square and of one size; otherwise placeholders.
  private static func pair(_ side: String, _ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
    let fit = holds(
      a.rank == 2 && a.shape[0] == a.shape[1] && a.shape == b.shape,
      "SumKronecker: the \(side) factors have shapes \(a.shape) and \(b.shape), but must be square "
        + "and of one size.")
    return fit ? (a, b) : (.identity(1), .identity(1))
  }

  /// The left factor `A1` of the first product, `[S, S]`.
  public var firstLeft: Tensor { terms[0].left }
  /// The left factor `A2` of the second product, `[S, S]`.
  public var secondLeft: Tensor { terms[1].left }
  /// The right factor `B1` of the first product, `[T, T]`.
  public var firstRight: Tensor { terms[0].right }
  /// The right factor `B2` of the second product, `[T, T]`.
  public var secondRight: Tensor { terms[1].right }
}
