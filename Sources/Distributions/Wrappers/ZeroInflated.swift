import Autodiff
import PPL
import Preconditions

/// A zero-inflated distribution: counts with additional zeros from another source.
///
///     P(0) = gate + (1 - gate) P_base(0),    P(x) = (1 - gate) P_base(x) for x > 0
///
///     ZeroInflated(Poisson(rate: 3), gate: 0.2)
///
/// - Shape: batch is that of the base and of the gate broadcast together; event `[]`.
/// - Reference: Lambert (1992), *Zero-inflated Poisson regression, with an application to defects in
///   manufacturing*.
public struct ZeroInflated<Base: Distribution>: Distribution {
  /// The distribution of counts that are not from the gate.
  public let base: Base
  private let success: SuccessProbability
  public let batchShape: [Int]

  /// A zero-inflated distribution given by the probability of an additional zero.
  ///
  /// - Parameters:
  ///   - base: The distribution of the counts.
  ///   - gate: The probability of an additional zero, in [0, 1].
  /// - Precondition: The values of `base` are single counts.
  public init(_ base: Base, gate: Tensor) { self.init(base, .probabilities(gate)) }

  /// A zero-inflated distribution given by the log odds of an additional zero.
  ///
  /// - Parameters:
  ///   - base: The distribution of the counts.
  ///   - gateLogits: The log odds of an additional zero.
  /// - Precondition: The values of `base` are single counts.
  public init(_ base: Base, gateLogits: Tensor) { self.init(base, .logits(gateLogits)) }

  private init(_ base: Base, _ success: SuccessProbability) {
    holds(
      base.isDiscrete && base.eventShape.isEmpty,
      "ZeroInflated: the base must be a distribution of single counts, which \(base.name) is not.")
    (self.base, self.success) = (base, success)
    batchShape = Distributions.batchShape(
      of: "ZeroInflated", ["the base": base.batchShape, "the gate": success.shape])
  }

  /// The probability of an additional zero; batch shape.
  public var gate: Tensor { success.probabilities }

  public var parameters: [Parameter] { base.parameters + [success.parameter("gate", "gateLogits")] }
  public var support: Support { base.support }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (gateKey, baseKey) = key.split()
    let isOther = gateKey.uniform(shape + batchShape) .< gate
    return select(isOther, 0, base.expanded(to: batchShape).sample(shape, key: baseKey))
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support.contains(x), x, safe: 0) { x in
      let isZero = x .== 0
      let fromBase = base.logProb(x)
      let counted = success.logProb(successes: 0, failures: not(isZero)) + fromBase
      return select(isZero, logZero(fromBase, where: isZero), counted)
    }
  }

  /// The log probability of a zero, `log(gate + (1 - gate) P_base(0))`; any finite number where a value is not zero.
  private func logZero(_ fromBase: Tensor, where isZero: Tensor) -> Tensor {
    switch success {
    case .probabilities(let gate):
      log(select(isZero, gate + (1 - gate) * exp(fromBase), 1))
    case .logits(let logits):
      softplus(fromBase - logits) - softplus(-logits)
    }
  }
}

extension ZeroInflated: HasMoments where Base: HasMoments {
  public var mean: Tensor { success.complement * base.mean }
  public var variance: Tensor {
    let spread = base.variance + gate * square(base.mean)
    return success.complement * spread
  }
}

extension ZeroInflated: HasCDF where Base: HasCDF {
  public func cdf(_ x: Tensor) -> Tensor {
    success.complement * base.cdf(x) + gate * (x .>= 0)
  }
}
