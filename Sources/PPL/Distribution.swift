/// A probability distribution over tensors: a batch of independent laws, each over one event.
///
/// A value has shape `sample + batchShape + eventShape`. Only `parameters`, `support`,
/// `batchShape`, `sample(_:key:)` and `logProb(_:)` need to be written; checks, plates, masks and
/// the map to unconstrained space follow from them.
public protocol Distribution: Sendable {
  /// What messages call this law; by default the name of its type.
  var name: String { get }

  /// The parameters with the constraints that they must obey.
  var parameters: [Parameter] { get }

  /// Where the density is positive.
  var support: Support { get }

  /// The shape of the independent laws held side by side.
  var batchShape: [Int] { get }

  /// The shape of one draw of one of them.
  var eventShape: [Int] { get }

  /// Whether values are counts or categories, so that no gradient passes through them.
  var isDiscrete: Bool { get }

  /// Whether a draw moves with the parameters, so that gradients pass through it; a guide needs that.
  var hasReparameterizedDraws: Bool { get }

  /// Draws values of shape `shape + batchShape + eventShape`.
  func sample(_ shape: [Int], key: RandomKey) -> Tensor

  /// The log density of `x`, with the event dimensions summed away.
  ///
  /// - Returns: The leading shape of `x` broadcast with `batchShape`; `-inf` outside the support.
  func logProb(_ x: Tensor) -> Tensor

  /// Draws as `sample(_:key:)` does, and may keep what the draw was made from.
  func draw(_ shape: [Int], key: RandomKey) -> Draw

  /// The log density of a draw of this distribution; a transformed one needs no inverse for it.
  func logProb(of draw: Draw) -> Tensor
}

/// A drawn value, and what it was made from where that saves inverting a transform.
public struct Draw: Sendable {
  /// The value; shape `sample + batchShape + eventShape`.
  public var value: Tensor
  /// The value before the transform, for distributions that keep it.
  public var base: Tensor?

  /// A draw, with the values that it was computed from if a law of its own gives their density.
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

/// A distribution with a distribution function.
public protocol HasCDF: Distribution {
  /// The probability of a value at most `x`.
  func cdf(_ x: Tensor) -> Tensor
}

/// A distribution of real values whose distribution function has an inverse.
public protocol CumulativeDistribution: HasCDF {
  /// The value below which probability `p` lies: the inverse of `cdf(_:)`.
  func icdf(_ p: Tensor) -> Tensor

  /// The logarithm of `cdf(_:)`; families whose lower tail is light keep its digits where `cdf` underflows.
  func logCDF(_ x: Tensor) -> Tensor
  /// The log probability to exceed `x`; families whose upper tail is light keep its digits.
  func logSurvival(_ x: Tensor) -> Tensor
  /// The value at which `logCDF(_:)` is `logProbability`.
  func icdf(logCDF logProbability: Tensor) -> Tensor
  /// The value at which `logSurvival(_:)` is `logProbability`.
  func icdf(logSurvival logProbability: Tensor) -> Tensor

  /// Where in the support the density has a corner or a jump, as that of `Laplace` has at its mode; nothing for a smooth one.
  ///
  /// It broadcasts with the batch. No rule for smooth densities reaches across it where the mass of a narrow interval is
  /// computed; without it such a mass has about half of its digits.
  var corner: Tensor? { get }
}

/// A distribution with a mean and a variance; `inf` or `nan` where they do not exist.
public protocol Moments: Distribution {
  /// The mean; shape `batchShape + eventShape`.
  var mean: Tensor { get }
  /// The elementwise variance; shape `batchShape + eventShape`.
  var variance: Tensor { get }
}

/// A distribution with an entropy, in nats.
public protocol HasEntropy: Distribution {
  /// `-E[log p(x)]`; shape `batchShape`.
  var entropy: Tensor { get }
}
