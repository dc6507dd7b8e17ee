import Autodiff
import PPL

/// The multivariate Student's t distribution: a multivariate normal of uncertain scale, with tails like a power of
/// the distance.
///
///     x = location + L e √(ν / c),    e ~ Normal(0, 1),    c ~ χ²(ν)
///     log p(x) = log Γ((ν + n) / 2) - log Γ(ν / 2) - n log(νπ) / 2 - Σ log L[i, i]
///                - (ν + n) / 2 log(1 + |L⁻¹(x - location)|² / ν)
///
/// - Shape: `degreesOfFreedom` ν is `[...]`, `location` `[..., n]`, `choleskyFactor` L `[..., n, n]`; they
///   broadcast to the batch, the event is `[n]`.
/// - Units: `location` and `choleskyFactor` share the units of `x`; `degreesOfFreedom` has none.
/// - Reference: Kotz & Nadarajah (2004), *Multivariate t Distributions and Their Applications*, §1.1.
public struct MultivariateStudentT: HasMoments, HasEntropy {
  /// The degrees of freedom, batch shape; the median, batch + `[n]`, and the Cholesky factor of the scale
  /// matrix, batch + `[n, n]`, in the units of `x`.
  public let degreesOfFreedom, location, choleskyFactor: Tensor
  public let batchShape: [Int]
  public let eventShape: [Int]

  /// A batch of multivariate t distributions; the parameters must broadcast to it.
  public init(_ degreesOfFreedom: Tensor, _ location: Tensor, choleskyFactor: Tensor) {
    let (batch, sizes) = eventShapes(
      of: "MultivariateStudentT",
      [
        ("degreesOfFreedom", degreesOfFreedom.shape, ""), ("location", location.shape, "n"),
        ("choleskyFactor", choleskyFactor.shape, "nn"),
      ])
    (batchShape, eventShape) = (batch, [sizes["n", default: 0]])
    (self.degreesOfFreedom, self.choleskyFactor) = (degreesOfFreedom, choleskyFactor)
    self.location = location.broadcast(to: batchShape + eventShape)
  }

  public var parameters: [Parameter] {
    [
      .init("degreesOfFreedom", degreesOfFreedom, .positive),
      .init("location", location, .realVector),
      .init("choleskyFactor", choleskyFactor, .lowerCholesky),
    ]
  }
  public var support: Support { .realVector }
  private var nu: Tensor { degreesOfFreedom }
  private var n: Tensor { Tensor(Double(eventShape[0])) }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (normalKey, chiSquareKey) = key.split()
    let normal = normalKey.normal(shape + batchShape + eventShape)
    let chiSquare = Gamma(shape: (0.5 * nu).broadcast(to: batchShape), rate: 0.5)
    let stretch = sqrt(nu / chiSquare.sample(shape, key: chiSquareKey))
    return location + product(choleskyFactor, normal * stretch.withEventAxes(1))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let z = solution(choleskyFactor, x - location)
    return -0.5 * (nu + n) * logOnePlusSquares(z, over: nu) - logNormalizer
  }

  /// The mean; infinite for up to one degree of freedom, as in SciPy.
  public var mean: Tensor {
    let exists = (nu .> 1).withEventAxes(1)
    return select(exists, location, Tensor(.infinity)).broadcast(to: batchShape + eventShape)
  }

  /// The variance; infinite for up to two degrees of freedom, not a number for up to one.
  public var variance: Tensor {
    let exists = nu .> 2
    let safe = select(exists, nu, 3)
    let factor = select(exists, safe / (safe - 2), select(nu .> 1, Tensor(.infinity), Tensor(.nan)))
    let squares = square(choleskyFactor).sum(along: [-1])
    return (factor.withEventAxes(1) * squares).broadcast(to: batchShape + eventShape)
  }

  public var entropy: Tensor {
    let half = 0.5 * (nu + n)
    let entropy = half * digammaDifference(0.5 * nu, 0.5 * n) + logNormalizer
    return entropy.broadcast(to: batchShape)
  }

  private var logNormalizer: Tensor {
    let logRoot = 0.5 * n * (log(nu) + Tensor(Constant.logPi))
    let logShape = logGammaDifference(0.5 * nu, 0.5 * n)
    return logRoot - logShape + logTriangularDeterminant(choleskyFactor)
  }
}
