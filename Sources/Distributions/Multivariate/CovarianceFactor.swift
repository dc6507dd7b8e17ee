import Autodiff
import PPL

/// The Cholesky factor of a covariance, and the parameter that it was made from.
struct CovarianceFactor {
  let given: Parameter
  /// Lower triangular, `[..., n, n]`; not a number where what was given is not positive definite.
  let factor: Tensor

  init(given: Parameter, factor: Tensor) { (self.given, self.factor) = (given, factor) }

  init(choleskyFactor: Tensor) {
    given = Parameter("choleskyFactor", choleskyFactor, .lowerCholesky)
    factor = choleskyFactor
  }

  /// - Complexity: O(*n*³).
  init(covariance: Tensor, named name: String = "covariance") {
    given = Parameter(name, covariance, .positiveDefinite)
    factor = cholesky(covariance)
  }

  /// From P = V Vᵀ with V upper triangular, the factor of P⁻¹ is V⁻ᵀ: no inverse of P is formed.
  ///
  /// - Complexity: O(*n*³).
  init(precision: Tensor, named name: String = "precision") {
    given = Parameter(name, precision, .positiveDefinite)
    let upper = Self.reversed(cholesky(Self.reversed(precision)))
    factor = triangularSolve(upper.transposed(), .identity(precision.shape.last ?? 1))
  }

  /// The last row and column first.
  private static func reversed(_ matrix: Tensor) -> Tensor {
    let n = matrix.shape.last ?? 1
    let backwards = TensorIndex.strided(from: n - 1, to: -1, by: -1)
    return matrix[.ellipsis, backwards, backwards]
  }
}
