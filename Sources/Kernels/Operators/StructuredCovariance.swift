import PPL

/// A linear operator that is stored by its structure, without its entries: products with vectors in place of a matrix.
///
/// - Shape: `[n, m]`.
public protocol StructuredOperator: Sendable {
  /// The shape of the matrix, `[n, m]`.
  var shape: [Int] { get }
  /// The number of stored numbers.
  var storedEntries: Int { get }

  /// The product with a vector, `[m]` to `[n]`, or with each column of a matrix, `[m, k]` to `[n, k]`.
  func times(_ v: Tensor) -> Tensor

  /// The matrix with all its entries, `[n, m]`: for tests and small sizes.
  func dense() -> Tensor
}

extension StructuredOperator {
  /// The number of entries of the dense matrix, *n m*.
  public var denseEntries: Int { shape.reduce(1, *) }
}

/// A covariance that is stored by its structure: products, a root, draws, and with noise on the diagonal a factor for
/// solutions and the log determinant.
///
///     let K = SumKronecker(level, .ones([T, T]), trend, d[.all, .newAxis] * d)
///     let factor = K.factored(noise: 0.3)           // of K + 0.3 I
///     factor.solve(y), factor.logDeterminant        // without a matrix of (S T)² numbers
///     K.sample([100], key: RandomKey(1))            // [100, S T]
///
/// `Kronecker` and `SumKronecker` conform. All operations are recorded, so that they have derivatives in the factors.
///
/// - Shape: `[n, n]`.
public protocol StructuredCovariance: StructuredOperator {
  /// The type of the root.
  associatedtype Root: StructuredOperator
  /// The type of the factor of the covariance with noise.
  associatedtype Factor: CovarianceFactorization

  /// The diagonal, `[n]`: the variance of each element.
  var diagonal: Tensor { get }
  /// The trace, `[]`.
  var trace: Tensor { get }
  /// A root R with `R Rᵀ = K`, `[n, m]`; m is the rank, where that is known, or more.
  var root: Root { get }

  /// The factor of the covariance with independent noise, `K + noise I`.
  ///
  /// - Parameter noise: The variance of the noise, `[]`; nil for none.
  func factored(noise: Tensor?) -> Factor
}

/// A factored positive definite matrix: its solutions and its log determinant.
public protocol CovarianceFactorization: Sendable {
  /// The solution `K⁻¹ b` for a vector, `[n]`; NaN where the matrix is not positive definite.
  func solve(_ b: Tensor) -> Tensor
  /// The quadratic form `bᵀ K⁻¹ b` of a vector, `[n]` to `[]`.
  func quadraticForm(_ b: Tensor) -> Tensor
  /// The logarithm of the determinant, `[]`.
  var logDeterminant: Tensor { get }
}

extension StructuredCovariance {
  /// Draws vectors from the normal distribution with mean 0 and this covariance, `shape + [n]`.
  ///
  /// - Complexity: One product with the root for each draw.
  public func sample(_ shape: [Int] = [], key: RandomKey) -> Tensor {
    let root = root
    let count = shape.reduce(1, *)
    let noise = key.normal([count, root.shape[1]])
    return root.times(noise.transposed()).transposed().reshaped(to: shape + [self.shape[0]])
  }
}
