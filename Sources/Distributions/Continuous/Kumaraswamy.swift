import Autodiff
import PPL

/// The Kumaraswamy distribution on [0, 1]: close to a beta distribution, with a distribution function in closed form.
///
///     p(x) = alpha beta x^(alpha - 1) (1 - x^alpha)^(beta - 1),    0 ≤ x ≤ 1
///
/// - Shape: batch is `alpha` and `beta` broadcast together; event `[]`.
/// - Reference: Jones (2009), *Kumaraswamy's distribution: A beta-type distribution with some
///   tractability advantages*, §2–3.
public struct Kumaraswamy: HasQuantiles, HasMoments, HasEntropy {
  /// The exponents of `x` and of `1 - x^alpha`; positive, batch shape each.
  public let alpha, beta: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `alpha` and `beta`, whose shapes must broadcast.
  public init(_ alpha: Tensor, _ beta: Tensor) {
    (self.alpha, self.beta) = (alpha, beta)
    batchShape = Distributions.batchShape(
      of: "Kumaraswamy", ["alpha": alpha.shape, "beta": beta.shape])
  }

  public var parameters: [Parameter] {
    [.init("alpha", alpha, .positive), .init("beta", beta, .positive)]
  }
  public var support: Support { .unitInterval }

  /// Samples by inversion of a uniform exceedance probability, kept off the ends as NumPyro keeps it.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let u = key.innerUniform(shape + batchShape)
    let (tiny, almostOne) = (Double.leastNormalMagnitude, 1 - Double.ulpOfOne)
    let power = minimum(exp(log(u) / beta), Tensor(almostOne))  // 1 - x^alpha
    let x = exp(log1p(-power) / alpha)
    return minimum(maximum(x, Tensor(tiny)), Tensor(almostOne))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport((x .>= 0) .& (x .<= 1), x, safe: 0.5) { x in
      let logNormalizer = -log(alpha) - log(beta)
      return timesLog(alpha - 1, x) + logUpper(x, power: beta - 1) - logNormalizer
    }
  }

  public func cdf(_ x: Tensor) -> Tensor { -expm1(logSurvival(x)) }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(p, lower: atZero, upper: atOne) { quantile(logSurvival: log1p(-$0)) }
  }
  /// The quantile of a probability `t` near 0 below it.
  private func atZero(_ t: Tensor) -> Tensor {
    pow(t, reciprocal(alpha)) * pow(beta, -reciprocal(alpha))
  }
  /// The quantile of a probability `t` near 0 above it.
  private func atOne(_ t: Tensor) -> Tensor { 1 - pow(t, reciprocal(beta)) / alpha }
  public func logCDF(_ x: Tensor) -> Tensor {
    let isInner = (x .> 0) .& (x .< 1)
    let logBase = logHazard(logCDF: alpha * log(select(isInner, x, 0.5)))
    let h = log(beta) + logBase
    let inner = Distributions.logCDF(hazard: exp(minimum(h, 700)), logHazard: h)
    return keepingNaN(of: x, select(isInner, inner, log(x .> 0.5)))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(logProbability, lower: { _ in 0 }, upper: atOne) {
      let h = logHazard(logCDF: $0) - log(beta)
      return exp(Distributions.logCDF(hazard: exp(minimum(h, 700)), logHazard: h) / alpha)
    }
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    logUpper(minimum(maximum(x, 0), 1), power: beta)
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(logProbability, lower: { _ in 1 }, upper: atZero, quantile)
  }
  private func quantile(logSurvival l: Tensor) -> Tensor { exp(logOneMinusExp(l / beta) / alpha) }

  /// The mean, `beta B(1 + 1 / alpha, beta)`.
  public var mean: Tensor { beta * exp(logBeta(1 + reciprocal(alpha), beta)) }
  /// The variance, from `x^alpha ~ Beta(1, beta)`.
  public var variance: Tensor {
    square(mean) * expm1(logBetaMomentRatio(1, beta, power: reciprocal(alpha)))
  }
  public var entropy: Tensor {
    let harmonic = digamma(beta + 1) + Tensor(Constant.eulerGamma)
    let logNormalizer = -log(alpha) - log(beta)
    return 1 - reciprocal(beta) + (1 - reciprocal(alpha)) * harmonic + logNormalizer
  }

  /// The product `power log(1 - x^alpha)`, with `0 log 0 = 0` at 1 and no slope at 0.
  private func logUpper(_ x: Tensor, power: Tensor) -> Tensor {
    let isInner = (x .> 0) .& (x .< 1)
    let inner = power * logOneMinusExp(alpha * log(select(isInner, x, 0.5)))
    let atOne = select(power .== 0, 0, select(power .> 0, Tensor(-.infinity), Tensor(.infinity)))
    return keepingNaN(of: x, select(isInner, inner, select(x .> 0.5, atOne, 0)))
  }
}
