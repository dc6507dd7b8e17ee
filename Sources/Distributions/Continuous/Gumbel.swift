import Autodiff
import PPL

/// The Gumbel distribution: limit of normalised maxima of light-tailed variables (GEV with shape 0).
///
///     p(x) = exp(-(z + exp(-z))) / scale,    z = (x - location) / scale
///
/// - Shape: batch is `location` and `scale` broadcast together; event `[]`.
/// - Units: `location` and `scale` share the units of `x`.
/// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §3.1.
public struct Gumbel: HasQuantiles, HasMoments, HasEntropy {
  /// The mode and the scale, in the units of `x`; batch shape each.
  public let location, scale: Tensor
  public let batchShape: [Int]

  /// A batch with one distribution for each element of `location` and `scale`, whose shapes must broadcast.
  public init(_ location: Tensor, _ scale: Tensor) {
    (self.location, self.scale) = (location, scale)
    batchShape = Distributions.batchShape(
      of: "Gumbel", ["location": location.shape, "scale": scale.shape])
  }

  public var parameters: [Parameter] {
    [.init("location", location, .real), .init("scale", scale, .positive)]
  }
  public var support: Support { .real }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    location + scale * key.gumbel(shape + batchShape)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    // The argument is kept from -infinity, where the difference of the two terms is undefined.
    let z = maximum((x - location) / scale, -1e300)
    return -(z + exp(-z)) - log(scale)
  }

  public func cdf(_ x: Tensor) -> Tensor { exp(-exp((location - x) / scale)) }
  public func icdf(_ p: Tensor) -> Tensor {
    onOpenProbability(
      p, lower: { location + scale * log($0) }, upper: { location - scale * log($0) }
    ) { location - scale * log(-log($0)) }
  }

  public func logCDF(_ x: Tensor) -> Tensor { -exp((location - x) / scale) }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    location - scale * log(-logProbability)
  }
  public func logSurvival(_ x: Tensor) -> Tensor {
    GEV(location, scale, 0).logSurvival(x)
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    onOpenLogProbability(
      logProbability, lower: { location - scale * $0 }, upper: { location + scale * log($0) }
    ) { location - scale * logHazard(logCDF: $0) }
  }

  public var mean: Tensor { location + scale * Tensor(Constant.eulerGamma) }
  public var variance: Tensor {
    (square(scale) * Tensor(.pi * .pi / 6)).broadcast(to: batchShape)
  }
  public var entropy: Tensor {
    (log(scale) + Tensor(1 + Constant.eulerGamma)).broadcast(to: batchShape)
  }
}
