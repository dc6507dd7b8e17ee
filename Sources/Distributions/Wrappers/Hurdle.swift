import Preconditions
import Autodiff
import PPL

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
  /// The log odds of a zero.
  public let gateLogits: Tensor
  private let probability: Tensor?
  public let batchShape: [Int]

  /// - Parameters:
  ///   - base: The law past the hurdle.
  ///   - gate: The probability of a zero, in [0, 1].
  /// - Precondition: `base` is a law of single numbers.
  public init(_ base: Base, gate: Tensor) {
    self.init(base, logits: log(gate) - log1p(-gate), probability: gate)
  }

  /// - Parameters:
  ///   - base: The law past the hurdle.
  ///   - gateLogits: The log odds of a zero.
  /// - Precondition: `base` is a law of single numbers.
  public init(_ base: Base, gateLogits: Tensor) {
    self.init(base, logits: gateLogits, probability: nil)
  }

  private init(_ base: Base, logits: Tensor, probability: Tensor?) {
    holds(
      base.eventShape.isEmpty, "Hurdle: \(base.name) has events of shape \(base.eventShape).")
    (self.base, gateLogits, self.probability) = (base, logits, probability)
    batchShape = Distributions.batchShape(
      of: "Hurdle", ["base": base.batchShape, "gate": logits.shape])
  }

  /// The probability of a zero.
  public var gate: Tensor { probability ?? sigmoid(gateLogits) }

  public var name: String { "Hurdle" + base.name }
  public var parameters: [Parameter] {
    let gate = probability.map { Parameter("gate", $0, .unitInterval) }
    return base.parameters + [gate ?? Parameter("gateLogits", gateLogits, .real)]
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
    let (logZero, logPositive) = logGate
    let density = base.logProb(select(isZero, base.support.isDiscrete ? 1 : feasible, x))
    let positive = logPositive + density - logNonzero
    let inside = select(x .< 0, Tensor(-.infinity), positive)
    return select(isZero, logZero, inside)
  }

  /// The logarithms of the probabilities of zero and of the rest; of a probability given as such, so that
  /// 0 and 1 are allowed.
  private var logGate: (zero: Tensor, rest: Tensor) {
    guard let probability else { return (logSigmoid(gateLogits), logSigmoid(-gateLogits)) }
    return (log(probability), log1p(-probability))
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
  public var mean: Tensor {
    ((1 - gate) * base.mean / exp(logNonzero)).broadcast(to: batchShape)
  }
  public var variance: Tensor {
    let secondMoment = (base.variance + square(base.mean)) / exp(logNonzero)
    return ((1 - gate) * secondMoment - square(mean)).broadcast(to: batchShape)
  }
}
