import Autodiff
import PPL

/// `log Γ_p(a)`, the multivariate gamma function.
///
///     Γ_p(a) = π^(p(p-1)/4) ∏ⱼ Γ(a - j/2),    j = 0, …, p - 1
///
/// - Reference: Muirhead (1982), *Aspects of Multivariate Statistical Theory*, theorem 2.1.12.
func logMultivariateGamma(_ a: Tensor, _ p: Int) -> Tensor {
  let shifted = a.withEventAxes(1) - 0.5 * .arange(p)
  return Tensor(0.25 * Double(p * (p - 1)) * Constant.logPi) + logGamma(shifted).sum(along: [-1])
}

/// Lower triangles with standard normal entries below roots of chi-square ones on the diagonal.
///
///     A[i, j] ~ Normal(0, 1), i > j,    A[i, i]² ~ χ²(degreesOfFreedom[i])
///
/// With degrees ν, ν - 1, …, the product `A Aᵀ` is a standard Wishart matrix.
///
/// - Parameters:
///   - degreesOfFreedom: `[..., p]`.
///   - shape: The leading shape of the result, with the batch.
/// - Returns: `[shape..., p, p]`.
/// - Reference: Bartlett (1933), *On the theory of statistical regression*; key by key as NumPyro draws it.
func bartlettFactor(_ degreesOfFreedom: Tensor, shape: [Int], key: RandomKey) -> Tensor {
  let p = degreesOfFreedom.shape[degreesOfFreedom.rank - 1]
  let (diagonalKey, belowKey) = key.split()
  let logDraws = diagonalKey.logGamma(shape + [p], alpha: 0.5 * degreesOfFreedom)
  // No diagonal element may round to 0, which is no root of a chi-square draw.
  let logRoots = 0.5 * (logDraws + Tensor(Constant.logTwo))
  let logDiagonal = maximum(logRoots, Tensor(Constant.logLeastNormal))
  let below = belowKey.normal(shape + [p * (p - 1) / 2])
  return LowerCholeskyTransform()(concatenate([below, logDiagonal], along: -1))
}

/// What the four Wishart laws share: ν, the factor T of a scale matrix, and their common shapes.
struct WishartParameters {
  let degreesOfFreedom: Tensor
  let given: Parameter
  /// Lower triangular, `[..., p, p]`.
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
  /// ν beside the rows of a matrix, `[..., 1]`.
  var rowwise: Tensor { degreesOfFreedom.withEventAxes(1) }
  /// 0, 1, …, p - 1.
  var rows: Tensor { .arange(size) }
  var p: Tensor { Tensor(Double(size)) }
  /// `log |T|`.
  var logDeterminant: Tensor { logTriangularDeterminant(factor) }
  /// `T Tᵀ`.
  var scale: Tensor { matmul(factor, factor.transposed()) }
}
