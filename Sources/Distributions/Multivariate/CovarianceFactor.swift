import Autodiff
import PPL

/// The Cholesky factor of a covariance, with the parameter from which it was computed.
struct CovarianceFactor {
  let given: Parameter
  /// The lower triangular factor, `[..., n, n]`; not a number where the given matrix is not positive definite.
  let factor: Tensor

  init(given: Parameter, factor: Tensor) { (self.given, self.factor) = (given, factor) }

  init(choleskyFactor: Tensor) {
    given = Parameter("choleskyFactor", choleskyFactor, .lowerCholesky)
    factor = choleskyFactor
  }

  /// The factor of a covariance, `[..., n, n]`.
  ///
  /// - Complexity: O(*n*³).
  init(covariance: Tensor, named name: String = "covariance") {
    given = Parameter(name, covariance, .positiveDefinite)
    factor = cholesky(covariance)
  }

  /// The factor V⁻ᵀ of the inverse of a precision P = V Vᵀ, V upper triangular: P itself is not inverted.
  ///
  /// - Complexity: O(*n*³).
  init(precision: Tensor, named name: String = "precision") {
    given = Parameter(name, precision, .positiveDefinite)
    let upper = Self.reversed(cholesky(Self.reversed(precision)))
    factor = triangularSolve(upper.transposed(), .identity(precision.shape.last ?? 1))
  }

  /// The matrix with its rows and columns in reverse order.
  private static func reversed(_ matrix: Tensor) -> Tensor {
    let n = matrix.shape.last ?? 1
    let backwards = TensorIndex.strided(from: n - 1, to: -1, by: -1)
    return matrix[.ellipsis, backwards, backwards]
  }
}
