import PPL
import Preconditions

/// The factor of a sum of Kronecker products with noise, `Σ Aₖ ⊗ Bₖ + noise I`: exact solutions and log determinant.
///
/// It is made by `factored(noise:)`. In the basis Q of the right factors the matrix falls into blocks over the places,
///
///     (I ⊗ Qᵀ) K (I ⊗ Q) = diag over j of  Σₖ Bₖ[j] Aₖ + noise I,    noise I on the rest of the times
///
/// or, if the right factors do not commute, into one block of r S rows. Without noise it is diagonal in the generalized
/// eigenvectors of both sides. NaN throughout where the matrix is not positive definite.
public struct KroneckerFactor: CovarianceFactorization {
  private enum Form: Sendable {
    case blocks(BlockFactor)
    case pencil(PencilFactor)
  }
  private let form: Form
  /// The number of rows *S T*.
  public let size: Int

  init(_ terms: [Kronecker], noise: Tensor?) {
    size = terms[0].shape[0]
    let noise = noise.map { noise in
      holds(
        noise.rank == 0, "KroneckerFactor: the noise has shape \(noise.shape), but is one number.")
        ? noise : 1
    }
    let isRecorded = terms.contains { $0.right.isRecorded }
    if let noise, terms.count == 1, isRecorded {
      let (S, T) = (terms[0].placeCount, terms[0].timeCount)
      form = .pencil(
        PencilFactor(terms + [Kronecker(.identity(S), noise * .identity(T))], pivots: (1, 1)))
      return
    }
    if noise == nil, terms.count <= 2 {
      form = .pencil(PencilFactor(terms))
      return
    }
    form = .blocks(BlockFactor(terms, noise: noise ?? 0))
  }

  public func solve(_ b: Tensor) -> Tensor {
    guard fits(b) else { return .zeros([size]) }
    return switch form {
    case .blocks(let factor): factor.solve(b)
    case .pencil(let factor): factor.solve(b)
    }
  }

  public func quadraticForm(_ b: Tensor) -> Tensor {
    guard fits(b) else { return 0 }
    return switch form {
    case .blocks(let factor): factor.quadraticForm(b)
    case .pencil(let factor): factor.quadraticForm(b)
    }
  }

  public var logDeterminant: Tensor {
    switch form {
    case .blocks(let factor): factor.logDeterminant
    case .pencil(let factor): factor.logDeterminant
    }
  }

  private func fits(_ b: Tensor) -> Bool {
    holds(
      b.shape == [size], "KroneckerFactor: the right side has shape \(b.shape), but is [\(size)].")
  }
}

/// The Cholesky factors of the blocks over the places, in the basis of the right factors.
struct BlockFactor: Sendable {
  private let basis: Tensor  // [T, r]
  private let places, times: Int
  /// The factors, `[r, S, S]`, or `[1, S r, S r]` if the right factors do not commute.
  private let factor: Tensor
  private let noise: Tensor
  private let isSplit: Bool

  init(_ terms: [Kronecker], noise: Tensor) {
    let right = RightBasis(of: terms.map(\.right))
    (basis, self.noise) = (right.basis, noise)
    (places, times) = (terms[0].placeCount, terms[0].timeCount)
    isSplit = right.diagonals != nil
    let parts: [Tensor]
    if let diagonals = right.diagonals {
      parts = zip(terms, diagonals).map { $0.left * $1[.all, .newAxis, .newAxis] }
    } else {
      parts = zip(terms, right.projected).map {
        denseKronecker($0.left, $1).expandingDimension(at: 0)
      }
    }
    let size = parts[0].shape[1]
    factor = cholesky(
      parts.dropFirst().reduce(noise * .identity(size) + parts[0]) { $0 + $1 })
  }

  /// The coordinates of the places in the basis, a column for each block, and the rest of the vector; `[S, T]`.
  private func split(_ b: Tensor) -> (inside: Tensor, outside: Tensor?) {
    let V = b.reshaped(to: [places, times])
    let inner = matmul(V, basis)  // [S, r]
    let outside = basis.shape[1] == times ? nil : V - matmul(inner, basis.transposed())
    let columns = isSplit ? inner.transposed() : inner.reshaped(to: [1, inner.count])
    return (columns.expandingDimension(at: 2), outside)
  }

  func solve(_ b: Tensor) -> Tensor {
    let (inside, outside) = split(b)
    let half = triangularSolve(factor, inside)
    let solved = triangularSolve(factor, half, transposed: true).squeezingDimension(at: 2)
    let inner = isSplit ? solved.transposed() : solved.reshaped(to: [places, basis.shape[1]])
    let image = matmul(inner, basis.transposed())
    return (outside.map { image + $0 / noise } ?? image).reshaped(to: b.shape)
  }

  func quadraticForm(_ b: Tensor) -> Tensor {
    let (inside, outside) = split(b)
    let ofBlocks = square(triangularSolve(factor, inside)).sum()
    return outside.map { ofBlocks + square($0).sum() / noise } ?? ofBlocks
  }

  var logDeterminant: Tensor {
    let ofBlocks = 2 * log(factor.diagonal()).sum()
    let rest = places * (times - basis.shape[1])
    return rest == 0 ? ofBlocks : ofBlocks + Tensor(Double(rest)) * log(noise)
  }
}
