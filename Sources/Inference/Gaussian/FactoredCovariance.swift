import LinearAlgebra
import Preconditions

/// The factor T of a covariance matrix T Tᵀ: diagonal, diagonal plus low rank, or a lower triangle.
///
/// Of a `GaussianApproximation` it is the factor of its covariance, `x = mean + T z`; of a Hamiltonian sampler, as `MassMatrix`,
/// that of its inverse mass matrix.
public struct FactoredCovariance: Sendable, Equatable, Codable {
  /// The form of T.
  enum Factor: Sendable, Equatable, Codable {
    /// A diagonal matrix.
    case diagonal
    /// The diagonal matrix times I + Σ_k f_k u_k u_kᵀ, with the orthonormal rows u `[k, n]`.
    case lowRank(vectors: Matrix, excess: [Double])
    /// The diagonal matrix times the lower triangle of `[n, n]`.
    case lower(Matrix)
  }

  /// The square roots of the diagonal part, `[n]`.
  let scales: [Double]
  let factor: Factor

  /// The number of unconstrained values n.
  public var count: Int { scales.count }
  /// The number of directions in which the matrix is not diagonal; n for a dense one.
  public var rank: Int {
    switch factor {
    case .diagonal: 0
    case .lowRank(_, let excess): excess.count
    case .lower: count
    }
  }

  /// A diagonal matrix with these variances `[n]`.
  public init(variances: [Double]) {
    (scales, factor) = (variances.map { $0.squareRoot() }, .diagonal)
  }

  /// The matrix `D (I + Σ_k (λ_k - 1) u_k u_kᵀ) D` with orthonormal rows u and a diagonal D.
  ///
  /// - Parameters:
  ///   - scales: The diagonal of D, `[n]`.
  ///   - vectors: The orthonormal rows u, `[k, n]`.
  ///   - eigenvalues: The eigenvalues λ, `[k]`, positive.
  public init(scales: [Double], vectors: Matrix, eigenvalues: [Double]) {
    require(
      vectors.columns == scales.count && vectors.rows == eigenvalues.count,
      "FactoredCovariance: \(vectors.rows) vectors of \(vectors.columns) numbers with \(eigenvalues.count) "
        + "eigenvalues for \(scales.count) scales.")
    self.scales = scales
    factor = .lowRank(vectors: vectors, excess: eigenvalues.map { $0.squareRoot() - 1 })
  }

  /// The matrix `D C D` with a diagonal D and a covariance matrix C.
  ///
  /// - Throws: `NotPositiveDefinite` for a covariance that is not.
  public init(scales: [Double], covariance: Matrix) throws(NotPositiveDefinite) {
    self.scales = scales
    factor = .lower(try CholeskyFactor(factoring: covariance).lowerTriangle)
  }

  /// The matrix `D L Lᵀ D` with a diagonal D and a lower triangle L.
  ///
  /// - Parameters:
  ///   - scales: The diagonal of D, `[n]`.
  ///   - lower: The lower triangle L, `[n, n]`, with a positive diagonal.
  init(scales: [Double], lower: Matrix) { (self.scales, factor) = (scales, .lower(lower)) }

  /// Writes `T w` into `result`.
  ///
  /// - Complexity: O(n), O(k n) with k directions, O(n²) for a dense matrix; allocates nothing.
  func apply(_ w: [Double], _ result: inout [Double]) {
    switch factor {
    case .diagonal:
      for i in scales.indices { result[i] = scales[i] * w[i] }
    case .lowRank(let vectors, let excess):
      correct(w, vectors, excess, &result)
      for i in scales.indices { result[i] *= scales[i] }
    case .lower(let lower):
      for i in scales.indices {
        var sum = 0.0
        for j in 0...i { sum += lower[i, j] * w[j] }
        result[i] = scales[i] * sum
      }
    }
  }

  /// Writes `Tᵀ g` into `result`.
  func applyTranspose(_ g: [Double], _ result: inout [Double], scratch: inout [Double]) {
    switch factor {
    case .diagonal:
      for i in scales.indices { result[i] = scales[i] * g[i] }
    case .lowRank(let vectors, let excess):
      for i in scales.indices { scratch[i] = scales[i] * g[i] }
      correct(scratch, vectors, excess, &result)
    case .lower(let lower):
      for i in scales.indices { result[i] = 0 }
      for i in scales.indices {
        let scaled = scales[i] * g[i]
        for j in 0...i { result[j] += lower[i, j] * scaled }
      }
    }
  }

  /// Writes (I + Σ_k f_k u_k u_kᵀ) x into `result`.
  func correct(
    _ x: [Double], _ vectors: Matrix, _ excess: [Double], _ result: inout [Double]
  ) {
    for i in x.indices { result[i] = x[i] }
    for (k, f) in excess.enumerated() {
      var product = 0.0
      for i in x.indices { product += vectors[k, i] * x[i] }
      product *= f
      for i in x.indices { result[i] += product * vectors[k, i] }
    }
  }
}
