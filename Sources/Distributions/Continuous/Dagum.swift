import Autodiff
import PPL

/// The Dagum (inverse Burr) distribution of positive values, used for incomes.
///
/// Its upper tail is heavy and its mode may be zero or positive.
///
///     F(x) = (1 + (x / scale)^-sharpness)^-shape,    x > 0
///
/// - Shape: batch is all three parameters broadcast together; event `[]`.
/// - Units: `scale` has the units of `x`; `shape` (p) and `sharpness` (a) have none.
/// - Reference: Kleiber (2008), *A guide to the Dagum distributions*, §3.2.
public struct Dagum: HasQuantiles, HasMoments {
  /// Scale in the units of `x`; `shape` and `sharpness` without units; batch shape each.
  public let shape, sharpness, scale: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `shape`, `sharpness` and `scale`, whose shapes must broadcast.
  public init(shape: Tensor, sharpness: Tensor, scale: Tensor) {
    (self.shape, self.sharpness, self.scale) = (shape, sharpness, scale)
    batchShape = Distributions.batchShape(
      of: "Dagum",
      ["shape": shape.shape, "sharpness": sharpness.shape, "scale": scale.shape])
  }

  public var parameters: [Parameter] {
    [
      .init("shape", shape, .positive), .init("sharpness", sharpness, .positive),
      .init("scale", scale, .positive),
    ]
  }
  public var support: Support { .positive }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    insidePositive(quantile(logCDF: log(key.innerUniform(shape + batchShape))))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport((x .> 0) .& (x .< Tensor(.infinity)), x, safe: scale) { x in
      let logX = log(x)
      let z = sharpness * (logX - log(scale))
      let kernel = shape * z - (shape + 1) * softplus(z)
      return log(sharpness) + log(shape) - logX + kernel
    }
  }

  public func cdf(_ x: Tensor) -> Tensor { exp(logCDF(x)) }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(p, lower: atZero, upper: { atOne(log: log($0)) }) {
      quantile(logCDF: log($0))
    }
  }
  /// The quantile of a probability `t` near 0 below it.
  private func atZero(_ t: Tensor) -> Tensor { scale * pow(t, reciprocal(shape * sharpness)) }
  /// The quantile of a log probability far below 0 above it.
  private func atOne(log l: Tensor) -> Tensor { scale * exp((log(shape) - l) / sharpness) }

  public func logCDF(_ x: Tensor) -> Tensor {
    let isOutside = x .<= 0
    let z = sharpness * (log(select(isOutside, scale, x)) - log(scale))
    return select(isOutside, Tensor(-.infinity), -shape * softplus(-z))
  }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { _ in 0 }, upper: { atOne(log: log($0)) }, quantile)
  }
  private func quantile(logCDF l: Tensor) -> Tensor {
    scale * exp(-logExpm1(-l / shape) / sharpness)
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    let isOutside = x .<= 0
    let z = sharpness * (log(select(isOutside, scale, x)) - log(scale))
    // log softplus(-z), which is -z to rounding from 40 on.
    let isFar = z .> 40
    let softplus = softplus(-select(isFar, 0, z))
    let logHazard = log(shape) + select(isFar, -z, log(softplus))
    let inner = Distributions.logCDF(
      hazard: shape * select(isFar, 0, softplus), logHazard: logHazard)
    return select(isOutside, 0, inner)
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(logProbability, lower: { atOne(log: $0) }, upper: atZero) {
      // The negative log CDF over the shape, of which exp(u) - 1 is taken.
      let logU = logHazard(logCDF: $0) - log(shape)
      let isSmall = logU .< -40
      let logExcess = select(isSmall, logU, logExpm1(exp(select(isSmall, 0, logU))))
      return scale * exp(-logExcess / sharpness)
    }
  }

  /// The mean; infinite for a sharpness up to 1.
  public var mean: Tensor {
    let exists = sharpness .> 1
    return select(exists, scale * first(select(exists, sharpness, 2)), Tensor(.infinity))
  }

  /// The variance; infinite for a sharpness up to 2.
  public var variance: Tensor {
    let exists = sharpness .> 2
    let a = select(exists, sharpness, 3)
    let step = reciprocal(a)
    let curvature = gammaCurvature(0, shape, step: step) + gammaCurvature(0, 1, step: -step)
    let spread = square(first(a)) * expm1(square(step) * curvature)
    return select(exists, square(scale) * spread, Tensor(.infinity))
  }

  /// The mean in units of the scale, `E[x / scale] = shape B(1 - 1/a, shape + 1/a)`.
  private func first(_ a: Tensor) -> Tensor {
    shape * exp(logBeta(1 - reciprocal(a), shape + reciprocal(a)))
  }
}
