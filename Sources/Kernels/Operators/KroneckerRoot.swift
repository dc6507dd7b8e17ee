import PPL
import Preconditions

/// A root of a sum of Kronecker products, as independent parts: `R = [L₁ ⊗ U₁, L₂ ⊗ U₂, …]` with `R Rᵀ = K`.
///
/// The roots of factors are Cholesky factors; a semidefinite factor whose numbers are known has one by its eigenvalues,
/// with as many columns as its rank.
///
/// - Shape: `[S T, m]`, *m* the sum of the products of the ranks.
public struct KroneckerRoot: StructuredOperator {
  /// The roots of the left and the right factor of each product.
  let parts: [(left: Tensor, right: Tensor)]

  init(_ terms: [Kronecker]) {
    parts = terms.map { (factorRoot($0.left), factorRoot($0.right)) }
  }

  public var shape: [Int] {
    [parts[0].left.shape[0] * parts[0].right.shape[0], widths.reduce(0, +)]
  }
  private var widths: [Int] { parts.map { $0.left.shape[1] * $0.right.shape[1] } }
  public var storedEntries: Int { parts.reduce(0) { $0 + $1.left.count + $1.right.count } }

  public func times(_ v: Tensor) -> Tensor {
    guard
      holds(
        (1...2).contains(v.rank) && v.shape[0] == shape[1],
        "KroneckerRoot: cannot multiply \(shape) with \(v.shape).")
    else { return .zeros([shape[0]] + v.shape.dropFirst()) }
    var start = 0
    var total: Tensor?
    for (part, width) in zip(parts, widths) {
      let own = v[.range(start..<(start + width))]
      let image = mapColumns(own, to: [part.left.shape[1], part.right.shape[1]]) {
        matmul(matmul(part.left, $0), part.right.transposed())
      }
      total = total.map { $0 + image } ?? image
      start += width
    }
    return total ?? .zeros([shape[0]])
  }

  /// The product of the transpose with a vector, `Rᵀ v`, `[S T]` to `[m]`.
  public func transposeTimes(_ v: Tensor) -> Tensor {
    guard
      holds(
        v.shape == [shape[0]], "KroneckerRoot: cannot multiply \(shape.reversed()) with \(v.shape)."
      )
    else { return .zeros([shape[1]]) }
    return concatenate(
      parts.map { part in
        mapColumns(v, to: [part.left.shape[0], part.right.shape[0]]) {
          matmul(matmul(part.left.transposed(), $0), part.right)
        }
      })
  }

  public func dense() -> Tensor {
    concatenate(parts.map { denseKronecker($0.left, $0.right) }, along: 1)
  }
}

/// A root of a positive semidefinite matrix: the Cholesky factor, or that by the eigenvalues of a known matrix without full rank.
func factorRoot(_ matrix: Tensor) -> Tensor {
  guard !matrix.isRecorded, matrix.count > 0 else { return cholesky(matrix) }
  let (values, vectors) = symmetricEigen(matrix)
  let least = Double(max(values.count, 16)) * .ulpOfOne * (values.scalars.last ?? 0)
  let first = values.scalars.firstIndex { $0 > least } ?? values.count
  if first == 0 {
    let L = cholesky(matrix)
    if !L.scalars[0].isNaN { return L }
  }
  guard first < values.count else { return .zeros([matrix.shape[0], 1]) }
  let kept = first..<values.count
  return (sqrt(values[.range(kept)])[.all, .newAxis] * vectors[.range(kept)]).transposed()
}
