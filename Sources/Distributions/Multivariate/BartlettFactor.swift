import Autodiff
import PPL

/// Draws of Bartlett's factor: lower triangular matrices of standard normal entries with roots of chi-squared ones
/// on the diagonal.
///
///     A[i, j] ~ Normal(0, 1), i > j,    A[i, i]² ~ χ²(degreesOfFreedom[i])
///
/// With degrees ν, ν - 1, …, the product `A Aᵀ` is a standard Wishart matrix.
///
/// - Parameters:
///   - degreesOfFreedom: The degrees of freedom of the diagonal, `[..., p]`.
///   - shape: The leading shape of the result, with the batch.
/// - Returns: Lower triangular matrices, `[shape..., p, p]`.
/// - Reference: Bartlett (1933), *On the theory of statistical regression*; key by key as NumPyro draws it.
func bartlettFactor(_ degreesOfFreedom: Tensor, shape: [Int], key: RandomKey) -> Tensor {
  let p = degreesOfFreedom.shape[degreesOfFreedom.rank - 1]
  let (diagonalKey, belowKey) = key.split()
  let logDraws = diagonalKey.logGamma(shape + [p], alpha: 0.5 * degreesOfFreedom)
  // No diagonal element may round to 0, which is not the root of a chi-squared draw.
  let logRoots = 0.5 * (logDraws + Tensor(Constant.logTwo))
  let logDiagonal = maximum(logRoots, Tensor(Constant.logLeastNormal))
  let below = belowKey.normal(shape + [p * (p - 1) / 2])
  return LowerCholeskyTransform()(concatenate([below, logDiagonal], along: -1))
}

/// The log density of Bartlett's factor: normal entries below the diagonal and roots of chi-squared ones on it.
///
/// The powers, exponentials and gamma functions of the diagonal are combined into deviances, so that the density
/// has the accuracy of the factor at any number of degrees of freedom.
///
/// - Parameters:
///   - A: The factor, `[..., p, p]`.
///   - degreesOfFreedom: The degrees of freedom of the diagonal, `[..., p]`.
/// - Returns: The log density, `[...]`.
func logBartlettDensity(_ A: Tensor, degreesOfFreedom: Tensor) -> Tensor {
  let p = A.shape[A.rank - 1]
  let diagonal = A.diagonal()
  let logDiagonal = log(diagonal)
  let logTwo = Tensor(Constant.logTwo)
  let chiSquares = logStandardGamma(
    0.5 * degreesOfFreedom, 0.5 * square(diagonal), log: 2 * logDiagonal - logTwo)
  let isBelow = Tensor.ones([p, p]).lowerTriangle() - .identity(p)
  let below = square(select(isBelow, A, 0)).sum(along: [-2, -1])
  let normals = 0.5 * below + Tensor(0.5 * Double(p * (p - 1)) * Constant.halfLogTwoPi)
  return (chiSquares - logDiagonal + logTwo).sum(along: [-1]) - normals
}

/// The parameters that the four Wishart distributions share: ν, the factor T of a scale matrix, and their common
/// shapes.
struct WishartParameters {
  let degreesOfFreedom: Tensor
  let given: Parameter
  /// The factor T of the scale matrix, lower triangular, `[..., p, p]`.
  let factor: Tensor
  let batchShape: [Int]
  let size: Int

  init(_ family: String, _ degreesOfFreedom: Tensor, _ scale: CovarianceFactor) {
    let (batch, sizes) = eventShapes(
      of: family,
      [
        ("degreesOfFreedom", degreesOfFreedom.shape, ""),
        (scale.given.name, scale.given.value.shape, "pp"),
      ])
    (self.degreesOfFreedom, given, factor) = (degreesOfFreedom, scale.given, scale.factor)
    (batchShape, size) = (batch, sizes["p", default: 0])
  }

  var parameters: [Parameter] {
    [
      .init("degreesOfFreedom", degreesOfFreedom, .greaterThan(Tensor(Double(size - 1)))), given,
    ]
  }
  var shape: [Int] { batchShape + [size, size] }
  /// The degrees of freedom ν with an axis for the rows of a matrix, `[..., 1]`.
  var rowwise: Tensor { degreesOfFreedom.withEventAxes(1) }
  /// The row indices 0, 1, …, p - 1; `[p]`.
  var rows: Tensor { .arange(size) }
  var p: Tensor { Tensor(Double(size)) }
  /// The log determinant `log |T|` of the factor.
  var logDeterminant: Tensor { logTriangularDeterminant(factor) }
  /// The arguments (ν - j) / 2, j = 0, …, p - 1, of the gamma functions in Γ_p(ν/2); `[..., p]`.
  var halves: Tensor { 0.5 * (rowwise - rows) }
  /// The terms that the entropies of a Wishart matrix and of its inverse share, with aⱼ the `halves`:
  /// `Σⱼ (log Γ(aⱼ) - aⱼ ψ(aⱼ) + aⱼ) + p (p - 1) / 4 (1 + log π)`.
  var entropyOfGammas: Tensor {
    let constant = 0.25 * Double(size * (size - 1)) * (1 + Constant.logPi)
    return logGammaTangent(halves).sum(along: [-1]) + Tensor(constant)
  }
  /// The scale matrix `T Tᵀ`, `[..., p, p]`.
  var scale: Tensor { matmul(factor, factor.transposed()) }
}
