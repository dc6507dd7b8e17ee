import Autodiff
import PPL
import Preconditions

/// A hurdle distribution: zero with one probability, and otherwise a positive value, such as the rain of a day.
///
///     p(0) = gate,    p(x) = (1 - gate) p_base(x)                       for a base of positive numbers
///                     p(x) = (1 - gate) p_base(x) / (1 - p_base(0))     for a base of counts
///
/// All zeros come from the gate; where the base may add zeros, use a zero-inflated distribution. For a continuous
/// base the density is with respect to length plus a point mass at 0.
///
///     Hurdle(Gamma(shape: 2, rate: 1.3), gate: 0.3)
///
/// - Shape: batch is that of `base` and `gate` broadcast together; event `[]`.
/// - Reference: Cragg (1971), *Some statistical models for limited dependent variables*; Mullahy (1986),
///   *Specification and testing of some modified count data models*.
public struct Hurdle<Base: Distribution>: Distribution {
  /// The distribution of positive values, before 0 is excluded from it.
  public let base: Base
  private let success: SuccessProbability
  public let batchShape: [Int]

  /// A hurdle distribution given by the probability of a zero.
  ///
  /// - Parameters:
  ///   - base: The distribution of positive values.
  ///   - gate: The probability of a zero, in [0, 1].
  /// - Precondition: `base` is a distribution of single numbers, none of them negative.
  public init(_ base: Base, gate: Tensor) { self.init(base, .probabilities(gate)) }

  /// A hurdle distribution given by the log odds of a zero.
  ///
  /// - Parameters:
  ///   - base: The distribution of positive values.
  ///   - gateLogits: The log odds of a zero.
  /// - Precondition: `base` is a distribution of single numbers, none of them negative.
  public init(_ base: Base, gateLogits: Tensor) { self.init(base, .logits(gateLogits)) }

  private init(_ base: Base, _ success: SuccessProbability) {
    let hasNumbers = holds(
      base.eventShape.isEmpty, "Hurdle: \(base.name) has events of shape \(base.eventShape).")
    holds(
      !(hasNumbers && base.hasNegativeValues),
      """
      Hurdle: values of \(base.name) are \(base.support.name), but must not be negative; \
      use a distribution of positive numbers or of counts, such as Truncated(\(base.name)(...), low: 0).
      """)
    (self.base, self.success) = (base, success)
    batchShape = Distributions.batchShape(
      of: "Hurdle", ["base": base.batchShape, "gate": success.shape])
  }

  /// The probability of a zero; batch shape.
  public var gate: Tensor { success.probabilities }
  /// The log odds of a zero; batch shape.
  public var gateLogits: Tensor { success.logits }

  public var name: String { "Hurdle" + base.name }
  public var parameters: [Parameter] { base.parameters + [success.parameter("gate", "gateLogits")] }
  public var support: Support { isDiscrete ? base.support : .nonNegative }
  public var isDiscrete: Bool { base.isDiscrete }

  /// False: a draw belongs to one of the parts, a choice that no gradient passes through.
  public var hasReparameterizedDraws: Bool { false }

  /// Samples a zero or a draw of the base; of a discrete base, the first of `attempts` draws that is not zero.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (tossKey, baseKey) = key.split()
    let isZero = tossKey.uniform(shape + batchShape) .< gate
    let distribution = base.expanded(to: batchShape)
    var x = distribution.sample(shape, key: baseKey)
    if isDiscrete { x = redrawn(x, shape, distribution, key: baseKey) }
    return select(isZero, 0, x)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let isZero = x .== 0
    let side = success.logProb(successes: isZero, failures: not(isZero))
    let density = base.logProb(select(isZero, base.support.isDiscrete ? 1 : feasible, x))
    let positive = select(isZero, 0, density - logNonzero)
    return side + select(x .< 0, Tensor(-.infinity), positive)
  }

  /// The log probability `log(1 - p_base(0))` of a positive value of the base.
  private var logNonzero: Tensor { isDiscrete ? logOneMinusExp(base.logProb(0)) : 0 }

  private var feasible: Tensor { base.support.feasible([]) }

  /// Redraws zero counts, with keys spent as NumPyro spends them.
  ///
  /// The number of rounds is fixed, so that a recorded program has one shape. A base that is zero with
  /// probability q leaves a zero with probability q^64, which then becomes 1.
  private func redrawn(
    _ first: Tensor, _ shape: [Int], _ distribution: any Distribution, key: RandomKey
  ) -> Tensor {
    var (x, key) = (first, key)
    for _ in 0..<64 {
      // Further rounds would change nothing, but a recorded program cannot know that.
      if !x.isRecorded, (x .!= 0).all().scalar == 1 { break }
      let (next, once) = key.split()
      x = select(x .== 0, distribution.sample(shape, key: once), x)
      key = next
    }
    return select(x .== 0, 1, x)
  }
}

extension Hurdle: HasMoments where Base: HasMoments {
  public var mean: Tensor { (share * base.mean).broadcast(to: batchShape) }
  /// The variance of the mixture of zeros and the base.
  ///
  ///     q v + q (1 - q) m²,    q = share of the base, m and v its mean and variance
  public var variance: Tensor {
    let rest = (gate - baseZero) / (1 - baseZero)  // 1 - q
    return (share * (base.variance + rest * square(base.mean))).broadcast(to: batchShape)
  }

  /// The weight of the base, `(1 - gate) / (1 - p_base(0))`.
  private var share: Tensor { success.complement / exp(logNonzero) }
  /// The probability of zero under the base.
  private var baseZero: Tensor { isDiscrete ? exp(base.logProb(0)) : 0 }
}

extension Distribution {
  /// Whether the support extends below 0; bounds that are being recorded cannot be read.
  fileprivate var hasNegativeValues: Bool {
    let below = isDiscrete ? Tensor(-1) : Tensor(-Double.leastNormalMagnitude)
    let isInside = support.contains(below) .| (support.feasible([]) .< 0)
    return !isInside.isRecorded && isInside.max().scalar > 0
  }
}
