import Foundation
import PPL
import Preconditions

/// The fields of a sum of Kronecker products given noisy values on a grid, of which some may be missing.
///
///     y[i, t] = Σ_c f_c[i] u_c[t] + noise,    f_c ~ Normal(0, A_c),    Bₖ = Σ_c u_c u_cᵀ
///
/// A right factor of rank 1, such as `1 1ᵀ` and `d dᵀ`, is one field with that pattern in time; one of a higher rank has a field
/// for each of its eigenvectors. The density of the values and the posterior of the fields are exact.
///
/// - Shape: *S* places, *T* times, *m* fields.
/// - Complexity: O((*S m*)³) once, then O(*S m*(*S m* + *T*)) for a draw.
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, appendix A.3; Bishop (2006),
///   *Pattern Recognition and Machine Learning*, eq. (2.116).
public struct GridFields: Sendable {
  /// The patterns in time, `[m, T]`.
  public let patterns: Tensor
  private let present, noise: Tensor
  /// The Cholesky factor of the covariance of each field, `[S, S]`.
  private let roots: [Tensor]
  /// The Cholesky factor of `noise I + Lᵀ D L`, with D the information of the values about the fields.
  private let factor: Tensor

  /// The fields of a covariance whose right factors are known numbers.
  ///
  /// - Parameters:
  ///   - covariance: The covariance of the values; its left factors are positive definite.
  ///   - noise: The variance of the noise, `[]`.
  ///   - present: 1 for values that count and 0 for missing ones, `[S, T]`.
  public init(_ covariance: some KroneckerStructure, noise: Tensor, present: Tensor) {
    holds(
      !covariance.terms.contains { $0.right.isRecorded },
      "GridFields: a right factor is computed from a site; with missing values right factors must be numbers."
    )
    (self.present, self.noise) = (present, noise)
    var rows: [Tensor] = []
    var roots: [Tensor] = []
    for term in covariance.terms {
      let L = cholesky(term.left)
      let U = factorRoot(term.right).transposed()
      rows.append(U)
      roots += Array(repeating: L, count: U.shape[0])
    }
    let patterns = concatenate(rows)
    (self.patterns, self.roots) = (patterns, roots)
    let m = roots.count
    // [m, m] blocks of Lᵀ diag(Σ_t present u u') L.
    let blocks = (0..<m).map { c in
      concatenate(
        (0..<m).map { other in
          let information = matmul(present, patterns[.at(c)] * patterns[.at(other)])
          return matmul(roots[c].transposed(), information[.all, .newAxis] * roots[other])
        }, along: 1)
    }
    let information = concatenate(blocks)
    factor = cholesky(information + noise * .identity(information.shape[0]))
  }

  private var places: Int { present.shape[0] }

  /// The projection of residuals on the whitened fields, `Lᵀ Hᵀ r`, `[m S]`.
  private func projected(_ residuals: Tensor) -> Tensor {
    let sums = matmul(residuals, patterns.transposed())  // [S, m]
    return concatenate(
      roots.indices.map { matmul(roots[$0].transposed(), sums[.all, .at($0)]) })
  }

  private func known(_ residuals: Tensor) -> Tensor { select(present .== 1, residuals, 0) }

  /// The log density of residuals from the mean, `[S, T]` to `[]`; missing ones do not count.
  public func logDensity(_ residuals: Tensor) -> Tensor {
    let r = known(residuals)
    let count = present.sum()
    let fitted = triangularSolve(factor, projected(r))
    let quadratic = (square(r).sum() - square(fitted).sum()) / noise
    let fields = Tensor(Double(factor.shape[0]))
    // det(noise I + H C Hᵀ) = noise^(N - m S) det(noise I + Lᵀ D L)
    let logDeterminant = (count - fields) * log(noise) + 2 * log(factor.diagonal()).sum()
    return -0.5 * (quadratic + logDeterminant + count * Tensor(Foundation.log(2 * Double.pi)))
  }

  /// The posterior means of the fields given residuals, `[m, S]`.
  public func means(_ residuals: Tensor) -> Tensor {
    let half = triangularSolve(factor, projected(known(residuals)))
    return values(triangularSolve(factor, half, transposed: true))
  }

  /// A draw of the fields from their posterior given residuals, `[m, S]`.
  public func draw(_ residuals: Tensor, key: RandomKey) -> Tensor {
    let half = triangularSolve(factor, projected(known(residuals)))
    let e = sqrt(noise) * key.normal(half.shape)
    return values(triangularSolve(factor, half + e, transposed: true))
  }

  private func values(_ whitened: Tensor) -> Tensor {
    stack(
      roots.indices.map { matmul(roots[$0], whitened[.range(($0 * places)..<(($0 + 1) * places))]) }
    )
  }
}
