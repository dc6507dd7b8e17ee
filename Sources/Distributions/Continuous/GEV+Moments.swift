import Autodiff
import PPL

/// Mean, variance, entropy and mode of the GEV distribution, smooth through shape 0 like its density.
///
/// With `ψ₁ = log Γ(1 - shape)` and `ψ₂ = log Γ(1 - 2 shape) - 2 ψ₁`,
///
///     mean     = location + scale (exp(ψ₁) - 1) / shape
///     variance = scale² exp(2 ψ₁) (exp(ψ₂) - 1) / shape²
///
/// where `ψ₁` vanishes like `shape` and `ψ₂` like `shape²`. Near shape 0 the first quotient is a power series
/// (from `log Γ(1 - x) = γ x + Σ ζ(k) xᵏ / k`), the second one `gammaCurvature`, so that no digits cancel.
///
/// - Reference: Abramowitz & Stegun (1964), *Handbook of Mathematical Functions*, eq. 6.1.33.
extension GEV {
  /// The mean; infinite for shapes from 1 on.
  public var mean: Tensor {
    let exists = shape .< 1
    let xi = select(exists, shape, 0)
    let slope = logGammaSlope(xi)
    let standard = expm1Ratio(xi * slope) * slope
    return select(exists, location + scale * standard, Tensor(.infinity))
  }

  /// The variance; infinite for shapes from 1/2 on.
  public var variance: Tensor {
    let exists = shape .< 0.5
    let xi = select(exists, shape, 0)
    let curvature = gammaCurvature(0, 1, step: -xi)
    let spread = expm1Ratio(square(xi) * curvature) * curvature
    let standard = exp(2 * logGamma(1 - xi)) * spread
    let variance = select(exists, square(scale) * standard, Tensor(.infinity))
    return variance.broadcast(to: batchShape)
  }

  public var entropy: Tensor {
    let entropy = log(scale) + 1 + Tensor(Constant.eulerGamma) * (1 + shape)
    return entropy.broadcast(to: batchShape)
  }

  /// The mode, where the density is highest: the upper end of the support for shapes up to -1.
  ///
  ///     mode = location + scale ((1 + shape)^-shape - 1) / shape
  public var mode: Tensor {
    let isInner = shape .> -1
    let xi = select(isInner, shape, 0)
    let logBase = log1p(xi)
    let inner = location - scale * logBase * expm1Ratio(-xi * logBase)
    return select(isInner, inner, supportBounds.upper)
  }

  /// The quotient `log Γ(1 - xi) / xi`, smooth through 0.
  private func logGammaSlope(_ xi: Tensor) -> Tensor {
    nearZero(xi, series: [Constant.eulerGamma] + zetaTerms) { logGamma(1 - $0) / $0 }
  }

  /// A power series within `radius` of zero, a formula farther out.
  ///
  /// At the radius the first term left out is below 10⁻¹⁶, and the formula has lost a digit or two.
  private func nearZero(
    _ x: Tensor, series: [Double], formula: (Tensor) -> Tensor
  ) -> Tensor {
    let radius = 0.05
    let isNear = abs(x) .< Tensor(radius)
    let near = select(isNear, x, 0)
    let sum = series.reversed().reduce(Tensor(0)) { $0 * near + Tensor($1) }
    return select(isNear, sum, formula(select(isNear, Tensor(-1), x)))
  }
}

/// The coefficients `ζ(k) / k` for k = 2, 3, …
private let zetaTerms = [
  0.8224670334241132, 0.40068563438653143, 0.27058080842778454, 0.20738555102867398,
  0.1695571769974082, 0.1440498967688461, 0.12550966952474304, 0.11133426586956469,
  0.1000994575127818, 0.09095401714582904, 0.083353840546109, 0.0769325164113522,
  0.07143294629536133, 0.06666870588242046, 0.06250095514121304, 0.058823978658684585,
]
