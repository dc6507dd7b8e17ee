import Preconditions

/// An independent product: a distribution with the last `rank` dimensions of its batch counted as one event.
///
///     Normal(zeros, ones).toEvent(1)  // for `zeros` of shape [3]: batch [], event [3]
public struct Independent<Base: Distribution>: Distribution {
  /// The distribution whose batch axes become event axes.
  public let base: Base
  /// The number of batch axes that become event axes.
  public let rank: Int

  /// The distribution `base` with its last `rank` batch dimensions as event dimensions.
  ///
  /// - Precondition: `base` has at least `rank` batch dimensions.
  init(_ base: Base, rank: Int) {
    let fits = holds(
      (0...base.batchShape.count).contains(rank),
      "toEvent(\(rank)): \(base.name) has a batch of shape \(base.batchShape)")
    (self.base, self.rank) = (base, fits ? rank : 0)
  }

  public var name: String { base.name }
  public var parameters: [Parameter] { base.parameters }
  public var support: Support { .independent(base.support, rank) }
  public var batchShape: [Int] { Array(base.batchShape.dropLast(rank)) }
  public var eventShape: [Int] { base.batchShape.suffix(rank) + base.eventShape }
  public var isDiscrete: Bool { base.isDiscrete }
  public var hasReparameterizedDraws: Bool { base.hasReparameterizedDraws }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { base.sample(shape, key: key) }
  public func draw(_ shape: [Int], key: RandomKey) -> Draw { base.draw(shape, key: key) }
  public func logProb(_ x: Tensor) -> Tensor { sumTrailing(base.logProb(x), rank) }
  public func logProb(of draw: Draw) -> Tensor { sumTrailing(base.logProb(of: draw), rank) }
}

extension Independent: HasGaussianForm where Base: HasGaussianForm {
  public var meanParameter: String { base.meanParameter }
}

extension Independent: HasMoments where Base: HasMoments {
  public var mean: Tensor { base.mean }
  public var variance: Tensor { base.variance }
}

extension Independent: HasEntropy where Base: HasEntropy {
  public var entropy: Tensor { sumTrailing(base.entropy, rank) }
}

extension Independent: CustomExpansion {
  func custom(expansionTo shape: [Int]) -> any Distribution {
    base.expanded(to: shape + base.batchShape.suffix(rank)).toEvent(rank)
  }
}

extension Distribution {
  /// The same distribution with its last `rank` batch dimensions counted as part of the event.
  ///
  /// - Precondition: The distribution has that many batch dimensions.
  public func toEvent(_ rank: Int) -> any Distribution {
    rank == 0 ? self : Independent(self, rank: rank)
  }
}
