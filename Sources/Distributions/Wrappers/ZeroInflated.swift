import Autodiff
import PPL
import Preconditions

/// Counts, some of which are zero for another reason.
///
///     P(0) = gate + (1 - gate) P_base(0),    P(x) = (1 - gate) P_base(x) for x > 0
///
///     ZeroInflated(Poisson(rate: 3), gate: 0.2)
///
/// - Shape: batch is that of the base and of the gate broadcast together; event `[]`.
/// - Reference: Lambert (1992), *Zero-inflated Poisson regression, with an application to defects in
///   manufacturing*.
public struct ZeroInflated<Base: Distribution>: Distribution {
  /// The law of counts that are not from the gate.
  public let base: Base
  private let chance: Chance
  public let batchShape: [Int]

  /// - Parameters:
  ///   - base: The law of the counts.
  ///   - gate: The probability of a zero for the other reason, in [0, 1].
  /// - Precondition: The values of `base` are single counts.
  public init(_ base: Base, gate: Tensor) { self.init(base, .probabilities(gate)) }

  /// - Parameters:
  ///   - base: The law of the counts.
  ///   - gateLogits: The log odds of a zero for the other reason.
  /// - Precondition: The values of `base` are single counts.
  public init(_ base: Base, gateLogits: Tensor) { self.init(base, .logits(gateLogits)) }

  private init(_ base: Base, _ chance: Chance) {
    holds(
      base.isDiscrete && base.eventShape.isEmpty,
      "ZeroInflated: the base must be a law of single counts, which \(base.name) is not.")
    (self.base, self.chance) = (base, chance)
    batchShape = Distributions.batchShape(
      of: "ZeroInflated", ["the base": base.batchShape, "the gate": chance.shape])
  }

  /// The probability of a zero for the other reason.
  public var gate: Tensor { chance.probabilities }

  public var parameters: [Parameter] {
    let own = chance.parameter
    let name = own.name == "logits" ? "gateLogits" : "gate"
    return base.parameters + [.init(name, own.value, own.constraint)]
  }
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
      let counted = chance.logProb(successes: 0, failures: not(isZero)) + fromBase
      return select(isZero, logZero(fromBase, where: isZero), counted)
    }
  }

  /// `log(gate + (1 - gate) P_base(0))`; anything finite where a value is not zero.
  private func logZero(_ fromBase: Tensor, where isZero: Tensor) -> Tensor {
    switch chance {
    case .probabilities(let gate):
      log(select(isZero, gate + (1 - gate) * exp(fromBase), 1))
    case .logits(let logits):
      softplus(fromBase - logits) - softplus(-logits)
    }
  }
}

extension ZeroInflated: Moments where Base: Moments {
  public var mean: Tensor { chance.complement * base.mean }
  public var variance: Tensor {
    let spread = base.variance + gate * square(base.mean)
    return chance.complement * spread
  }
}

extension ZeroInflated: HasCDF where Base: HasCDF {
  public func cdf(_ x: Tensor) -> Tensor {
    chance.complement * base.cdf(x) + gate * (x .>= 0)
  }
}
