import Autodiff
import PPL

/// Student's t distribution, for data with outliers: the tails fall like a power of `x`.
///
///     p(x) = Γ((ν + 1) / 2) / (Γ(ν / 2) √(νπ) scale) (1 + z² / ν)^(-(ν + 1) / 2)
///     ν = degreesOfFreedom,    z = (x - location) / scale
///
/// - Shape: batch is all three parameters broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`; `degreesOfFreedom` has none.
public struct StudentT: SymmetricDistribution, HasMoments, HasEntropy {
  /// Degrees of freedom (moments of lower order exist), location and scale in the units of `x`; batch shape each.
  public let degreesOfFreedom, location, scale: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `degreesOfFreedom`, `location` and `scale`, whose shapes
  /// must broadcast.
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

  /// Samples as a normal draw over the root of an independent chi-squared draw.
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
    return -power * log1pSquare(z / sqrt(nu)) - logNormalizer - log(scale)
  }

  public func cdf(_ x: Tensor) -> Tensor {
    let z = (x - location) / scale
    let isMedian = abs(z) .< Tensor(medianWidth)
    let beyond = exp(logBeyond(z, isMedian))
    let sided = select(z .< 0, beyond, 1 - beyond)
    return select(isMedian, 0.5 + z * exp(-logNormalizer), sided)
  }

  public func logCDF(_ x: Tensor) -> Tensor {
    let z = (x - location) / scale
    let isMedian = abs(z) .< Tensor(medianWidth)
    let beyond = logBeyond(z, isMedian)
    let isLower = z .< 0
    let sided = select(isLower, beyond, log1p(-exp(select(isLower, -1, beyond))))
    return select(isMedian, log(0.5 + select(isMedian, z, 0) * exp(-logNormalizer)), sided)
  }

  /// The log probability beyond |z| on one side, from `ν / (ν + z²) ~ Beta(ν/2, 1/2)`.
  private func logBeyond(_ z: Tensor, _ isMedian: Tensor) -> Tensor {
    let logit = log(nu) - 2 * log(abs(select(isMedian, 1, z)))
    return logRegularizedBeta(0.5 * nu, 0.5, logit: logit) - Tensor(Constant.logTwo)
  }

  public func icdf(_ p: Tensor) -> Tensor {
    let z = onOpenProbability(
      p, lower: { -inversePower($0, shape: nu) }, upper: { inversePower($0, shape: nu) }
    ) { p in
      let fromMedian = p - 0.5
      let isMedian = abs(fromMedian) .< Tensor(medianWidth)
      let size = deviation(beyond: log(select(isMedian, 0.25, minimum(p, 1 - p))))
      return select(isMedian, fromMedian * exp(logNormalizer), sign(fromMedian) * size)
    }
    return location + scale * z
  }

  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    let z = onOpenLogProbability(
      logProbability, lower: { -exp(-$0 / nu) }, upper: { inversePower($0, shape: nu) }
    ) { l in
      let isLower = l .< Tensor(-Constant.logTwo)
      let other = logOneMinusExp(select(isLower, -1, l))
      let size = deviation(beyond: select(isLower, l, other))
      return select(isLower, -size, size)
    }
    return location + scale * z
  }

  /// The |z| that is exceeded on one side with a given log probability of at most `log(1/2)`.
  private func deviation(beyond logProbability: Tensor) -> Tensor {
    let tail = minimum(logProbability + Tensor(Constant.logTwo), 0)
    return exp(0.5 * (log(nu) - regularizedBetaInverseLogit(0.5 * nu, 0.5, log: tail)))
  }

  public var center: Tensor { location }

  /// The distance from the median within which the distribution function is a straight line to rounding. The
  /// logarithm of `z²` has no slope at 0.
  private var medianWidth: Double { 1e-8 }

  /// The mean; infinite for up to one degree of freedom, as in SciPy.
  public var mean: Tensor {
    select(nu .> 1, location, Tensor(.infinity)).broadcast(to: batchShape)
  }

  /// The variance; infinite for up to two degrees of freedom, not a number for up to one.
  public var variance: Tensor {
    let exists = nu .> 2
    let safe = select(exists, nu, 3)
    let finite = square(scale) * safe / (safe - 2)
    let otherwise = select(nu .> 1, Tensor(.infinity), Tensor(.nan))
    return select(exists, finite, otherwise).broadcast(to: batchShape)
  }

  public var entropy: Tensor {
    let power = 0.5 * (nu + 1)
    let entropy = power * digammaDifference(0.5 * nu, 0.5) + logNormalizer + log(scale)
    return entropy.broadcast(to: batchShape)
  }

  /// The log normaliser `log(√(νπ) Γ(ν/2) / Γ((ν+1)/2))`.
  private var logNormalizer: Tensor {
    let logRoot = 0.5 * (log(nu) + Tensor(Constant.logPi))
    return logRoot - logGammaDifference(0.5 * nu, 0.5)
  }
}
