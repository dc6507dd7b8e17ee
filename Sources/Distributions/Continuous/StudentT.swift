import Autodiff
import PPL

/// A bell curve with tails like a power of `x`, for data with outliers.
///
///     p(x) = Γ((ν + 1) / 2) / (Γ(ν / 2) √(νπ) scale) (1 + z² / ν)^(-(ν + 1) / 2)
///     ν = degreesOfFreedom,    z = (x - location) / scale
///
/// - Shape: batch is all three parameters broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`; `degreesOfFreedom` has none.
public struct StudentT: SymmetricDistribution, Moments, HasEntropy {
  /// Moments below `degreesOfFreedom` exist; `location` and `scale` in the units of `x`.
  public let degreesOfFreedom, location, scale: Tensor
  public let batchShape: [Int]

  /// One law for each element of `degreesOfFreedom`, `location` and `scale`, whose shapes must broadcast.
  public init(_ degreesOfFreedom: Tensor, _ location: Tensor, _ scale: Tensor) {
    (self.degreesOfFreedom, self.location, self.scale) = (degreesOfFreedom, location, scale)
    batchShape = Distributions.batchShape(
      of: "StudentT",
      [
        "degreesOfFreedom": degreesOfFreedom.shape, "location": location.shape,
        "scale": scale.shape,
      ])
  }

  public var parameters: [Parameter] {
    [
      .init("degreesOfFreedom", degreesOfFreedom, .positive), .init("location", location, .real),
      .init("scale", scale, .positive),
    ]
  }
  public var support: Support { .real }
  private var nu: Tensor { degreesOfFreedom }

  /// A normal draw over the root of an independent chi-square draw.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (normalKey, chiSquareKey) = key.split()
    let normal = normalKey.normal(shape + batchShape)
    let chiSquare = Gamma(shape: (0.5 * nu).broadcast(to: batchShape), rate: 0.5)
    let z = normal * sqrt(nu / chiSquare.sample(shape, key: chiSquareKey))
    return location + scale * z
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let z = (x - location) / scale
    let power = 0.5 * (nu + 1)
    return -power * log1p(square(z) / nu) - logNormalizer - log(scale)
  }

  /// From `z² / (ν + z²) ~ Beta(1/2, ν/2)`, by its smaller tail, so that no digits cancel.
  public func cdf(_ x: Tensor) -> Tensor {
    let z = (x - location) / scale
    let isMedian = abs(z) .< Tensor(medianWidth)
    let zz = square(select(isMedian, 1, z))
    let isCentral = zz .< nu
    let share = select(isCentral, zz, nu) / (nu + zz)
    let (first, second) = betaParameters(isCentral)
    let half = 0.5 * regularizedBeta(first, second, share)
    let beyond = select(isCentral, 0.5 - half, half)  // probability beyond |z|, on one side
    let sided = select(z .< 0, beyond, 1 - beyond)
    return select(isMedian, 0.5 + z * exp(-logNormalizer), sided)
  }

  public func icdf(_ p: Tensor) -> Tensor {
    let fromMedian = p - 0.5
    let isMedian = abs(fromMedian) .< Tensor(medianWidth)
    let side = select(isMedian, 0.25, fromMedian)
    let isCentral = abs(side) .< 0.25
    let (first, second) = betaParameters(isCentral)
    let tail = select(isMedian, 0.25, minimum(p, 1 - p))
    let mass = select(isCentral, 2 * abs(side), 2 * tail)
    let share = regularizedBetaInverse(first, second, mass)
    let odds = share / (1 - share)
    let zz = nu * select(isCentral, odds, reciprocal(odds))
    let z = select(isMedian, fromMedian * exp(logNormalizer), sign(side) * sqrt(zz))
    return location + scale * z
  }

  public var center: Tensor { location }

  /// The central part is `Beta(1/2, ν/2)` in `z² / (ν + z²)`, the tails the same read backwards.
  private func betaParameters(_ isCentral: Tensor) -> (Tensor, Tensor) {
    (select(isCentral, 0.5, 0.5 * nu), select(isCentral, 0.5 * nu, 0.5))
  }

  /// Nearer to the median than this the distribution function is a straight line to rounding, and
  /// the slope of `z²` would meet the infinite one of the beta law at 0.
  private var medianWidth: Double { 1e-8 }

  /// Infinite for up to one degree of freedom, as in SciPy.
  public var mean: Tensor {
    select(nu .> 1, location, Tensor(.infinity)).broadcast(to: batchShape)
  }

  /// Infinite for up to two degrees of freedom, not a number for up to one.
  public var variance: Tensor {
    let exists = nu .> 2
    let safe = select(exists, nu, 3)
    let finite = square(scale) * safe / (safe - 2)
    let otherwise = select(nu .> 1, Tensor(.infinity), Tensor(.nan))
    return select(exists, finite, otherwise).broadcast(to: batchShape)
  }

  public var entropy: Tensor {
    let power = 0.5 * (nu + 1)
    let entropy = power * (digamma(power) - digamma(0.5 * nu)) + logNormalizer + log(scale)
    return entropy.broadcast(to: batchShape)
  }

  /// `log(√(νπ) Γ(ν/2) / Γ((ν+1)/2))`.
  private var logNormalizer: Tensor {
    let logRoot = 0.5 * (log(nu) + Tensor(Constant.logPi))
    return logRoot + logGamma(0.5 * nu) - logGamma(0.5 * (nu + 1))
  }
}
