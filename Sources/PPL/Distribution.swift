/// A probability distribution over tensors: a batch of independent distributions, each over one event.
///
/// A value has shape `sample + batchShape + eventShape`. Only `parameters`, `support`,
/// `batchShape`, `sample(_:key:)` and `logProb(_:)` need to be written; checks, plates, masks and
/// the map to unconstrained space follow from them.
public protocol Distribution: Sendable {
  /// The name of the distribution in messages; by default that of its type.
  var name: String { get }

  /// The parameters with the constraints that they must obey.
  var parameters: [Parameter] { get }

  /// The support, where the density is positive.
  var support: Support { get }

  /// The shape of the batch of independent distributions.
  var batchShape: [Int] { get }

  /// The shape of one draw from one distribution of the batch.
  var eventShape: [Int] { get }

  /// Whether values are counts or categories, so that no gradient passes through them.
  var isDiscrete: Bool { get }

  /// Whether draws are differentiable functions of the parameters, which a guide needs.
  var hasReparameterizedDraws: Bool { get }

  /// Draws values of shape `shape + batchShape + eventShape`.
  func sample(_ shape: [Int], key: RandomKey) -> Tensor

  /// The log density of `x`, with the event dimensions summed away.
  ///
  /// - Returns: The log density, of the leading shape of `x` broadcast with `batchShape`; `-inf` outside the support.
  func logProb(_ x: Tensor) -> Tensor

  /// Draws as `sample(_:key:)` does, and may keep the value from which the draw was computed.
  func draw(_ shape: [Int], key: RandomKey) -> Draw

  /// The log density of a draw of this distribution; a transformed one needs no inverse for it.
  func logProb(of draw: Draw) -> Tensor
}

/// A drawn value, with the value from which it was computed where that saves inverting a transform.
public struct Draw: Sendable {
  /// The value; shape `sample + batchShape + eventShape`.
  public var value: Tensor
  /// The value before the transform, for distributions that keep it.
  public var base: Tensor?

  /// A draw and, if the distribution keeps it, the value from which it was computed.
  public init(value: Tensor, base: Tensor? = nil) {
    (self.value, self.base) = (value, base)
  }
}

extension Distribution {
  public var name: String {
    // `Expanded<Normal>` reads as `Expanded`.
    String(String(describing: Self.self).prefix { $0 != "<" })
  }
  public var eventShape: [Int] { [] }
  public var isDiscrete: Bool { support.isDiscrete }
  public var hasReparameterizedDraws: Bool { !isDiscrete }

  public func draw(_ shape: [Int], key: RandomKey) -> Draw {
    Draw(value: sample(shape, key: key))
  }

  public func logProb(of draw: Draw) -> Tensor { logProb(draw.value) }

  /// The shape of one value: `batchShape + eventShape`.
  public var shape: [Int] { batchShape + eventShape }
}

/// A distribution with a cumulative distribution function.
public protocol HasCDF: Distribution {
  /// The cumulative distribution function: the probability of a value of at most `x`.
  func cdf(_ x: Tensor) -> Tensor
}

/// A distribution of real numbers with quantiles: its cumulative distribution function has an inverse.
public protocol HasQuantiles: HasCDF {
  /// The quantile of probability `p`, the inverse of `cdf(_:)`.
  func icdf(_ p: Tensor) -> Tensor

  /// The logarithm of `cdf(_:)`; families with a light lower tail keep its digits where `cdf` underflows.
  func logCDF(_ x: Tensor) -> Tensor
  /// The log survival function, the log probability of exceeding `x`; families with a light upper tail keep its
  /// digits.
  func logSurvival(_ x: Tensor) -> Tensor
  /// The quantile at which `logCDF(_:)` is `logProbability`.
  func icdf(logCDF logProbability: Tensor) -> Tensor
  /// The quantile at which `logSurvival(_:)` is `logProbability`.
  func icdf(logSurvival logProbability: Tensor) -> Tensor

  /// The point of the support where the density has a corner or a jump, such as the mode of `Laplace`; nil for a smooth density.
  ///
  /// It broadcasts with the batch. No rule for smooth densities reaches across it where the mass of a narrow interval is
  /// computed; without it such a mass has about half of its digits.
  var corner: Tensor? { get }
}

/// A distribution with a mean and a variance, which are `inf` or `nan` where they do not exist.
public protocol HasMoments: Distribution {
  /// The mean; shape `batchShape + eventShape`.
  var mean: Tensor { get }
  /// The elementwise variance; shape `batchShape + eventShape`.
  var variance: Tensor { get }
}

/// A distribution that is normal given its parameters, over real numbers.
///
/// Nested Laplace integrates latent sites with such priors. Of the parameters, only the mean may depend on other sites that it
/// integrates.
public protocol HasGaussianForm: Distribution {
  /// The name of the parameter that is the mean; by default `mean`.
  var meanParameter: String { get }
}

extension HasGaussianForm {
  public var meanParameter: String { "mean" }
}

/// A distribution with a differential (or discrete) entropy.
public protocol HasEntropy: Distribution {
  /// The entropy `-E[log p(x)]` in nats; shape `batchShape`.
  var entropy: Tensor { get }
}
