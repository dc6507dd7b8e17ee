import Autodiff
import PPL
import Preconditions

/// Zero with one probability, and otherwise a positive value: rain on a day, what a customer spends.
///
///     p(0) = gate,    p(x) = (1 - gate) p_base(x)                       for a base of positive numbers
///                     p(x) = (1 - gate) p_base(x) / (1 - p_base(0))     for a base of counts
///
/// All zeros come from the gate; where the base may add some, use a zero-inflated law. For a continuous
/// base the density is with respect to length plus a point at 0.
///
///     Hurdle(Gamma(shape: 2, rate: 1.3), gate: 0.3)
///
/// - Shape: batch is that of `base` and `gate` broadcast together; event `[]`.
/// - Reference: Cragg (1971), *Some statistical models for limited dependent variables*; Mullahy (1986),
///   *Specification and testing of some modified count data models*.
public struct Hurdle<Base: Distribution>: Distribution {
  /// The law of what is past the hurdle, before 0 is cut out of it.
  public let base: Base
  private let chance: Chance
  public let batchShape: [Int]

  /// - Parameters:
  ///   - base: The law past the hurdle.
  ///   - gate: The probability of a zero, in [0, 1].
  /// - Precondition: `base` is a distribution of single numbers, none of them negative.
  public init(_ base: Base, gate: Tensor) { self.init(base, .probabilities(gate)) }

  /// - Parameters:
  ///   - base: The law past the hurdle.
  ///   - gateLogits: The log odds of a zero.
  /// - Precondition: `base` is a distribution of single numbers, none of them negative.
  public init(_ base: Base, gateLogits: Tensor) { self.init(base, .logits(gateLogits)) }

  private init(_ base: Base, _ chance: Chance) {
    let hasNumbers = holds(
      base.eventShape.isEmpty, "Hurdle: \(base.name) has events of shape \(base.eventShape).")
    holds(
      !(hasNumbers && base.hasNegativeValues),
      """
      Hurdle: values of \(base.name) are \(base.support.name), but must not be negative; \
      use a distribution of positive numbers or of counts, such as Truncated(\(base.name)(...), low: 0).
      """)
    (self.base, self.chance) = (base, chance)
    batchShape = Distributions.batchShape(
      of: "Hurdle", ["base": base.batchShape, "gate": chance.shape])
  }

  /// The probability of a zero.
  public var gate: Tensor { chance.probabilities }
  /// The log odds of a zero.
  public var gateLogits: Tensor { chance.logits }

  public var name: String { "Hurdle" + base.name }
  public var parameters: [Parameter] {
    let own = chance.parameter
    let name = own.name == "logits" ? "gateLogits" : "gate"
    return base.parameters + [.init(name, own.value, own.constraint)]
  }
  public var support: Support { isDiscrete ? base.support : .nonNegative }
  public var isDiscrete: Bool { base.isDiscrete }

  /// A draw keeps to one of its parts, whose choice no gradient passes through.
  public var hasReparameterizedDraws: Bool { false }

  /// A toss, and a draw of the base; of a discrete one the first of `attempts` that is not zero.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (tossKey, baseKey) = key.split()
    let isZero = tossKey.uniform(shape + batchShape) .< gate
    let law = base.expanded(to: batchShape)
    var x = law.sample(shape, key: baseKey)
    if isDiscrete { x = redrawn(x, shape, law, key: baseKey) }
    return select(isZero, 0, x)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let isZero = x .== 0
    let side = chance.logProb(successes: isZero, failures: not(isZero))
    let density = base.logProb(select(isZero, base.support.isDiscrete ? 1 : feasible, x))
    let positive = select(isZero, 0, density - logNonzero)
    return side + select(x .< 0, Tensor(-.infinity), positive)
  }

  /// `log(1 - p_base(0))`.
  private var logNonzero: Tensor { isDiscrete ? logOneMinusExp(base.logProb(0)) : 0 }

  private var feasible: Tensor { base.support.feasible([]) }

  /// Draws again where a count is zero, keys spent as NumPyro spends them.
  ///
  /// The number of rounds is fixed, so that a recorded program has one shape. A base that is zero with
  /// probability q leaves a zero with probability q^64: what is left then becomes 1.
  private func redrawn(
    _ first: Tensor, _ shape: [Int], _ law: any Distribution, key: RandomKey
  ) -> Tensor {
    var (x, key) = (first, key)
    for _ in 0..<64 {
      // Further rounds would change nothing; a recorded program cannot know.
      if !x.isRecorded, (x .!= 0).all().scalar == 1 { break }
      let (next, once) = key.split()
      x = select(x .== 0, law.sample(shape, key: once), x)
      key = next
    }
    return select(x .== 0, 1, x)
  }
}

extension Hurdle: Moments where Base: Moments {
  public var mean: Tensor { (share * base.mean).broadcast(to: batchShape) }
  ///     q v + q (1 - q) m²,    q = share of the base, m and v its mean and variance
  public var variance: Tensor {
    let rest = (gate - baseZero) / (1 - baseZero)  // 1 - q
    return (share * (base.variance + rest * square(base.mean))).broadcast(to: batchShape)
  }

  /// `(1 - gate) / (1 - p_base(0))`.
  private var share: Tensor { chance.complement / exp(logNonzero) }
  /// The probability that the base gives to zero.
  private var baseZero: Tensor { isDiscrete ? exp(base.logProb(0)) : 0 }
}

extension Distribution {
  /// Whether the support reaches below 0; bounds that are being recorded cannot be read.
  fileprivate var hasNegativeValues: Bool {
    let below = isDiscrete ? Tensor(-1) : Tensor(-Double.leastNormalMagnitude)
    let isInside = support.contains(below) .| (support.feasible([]) .< 0)
    return !isInside.isRecorded && isInside.max().scalar > 0
  }
}
