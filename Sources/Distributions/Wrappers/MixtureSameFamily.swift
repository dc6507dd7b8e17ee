import Autodiff
import PPL
import Preconditions

/// A mixture of distributions of the same family; the component is summed out.
///
///     p(x) = Σₖ wₖ pₖ(x)
///
///     MixtureSameFamily(Categorical(probabilities: [0.3, 0.7]), Normal([-1, 2], [0.5, 1]))
///
/// A latent site with this distribution has a gradient in its value, as any guide needs. A draw moves
/// with the parameters of the component that it came from, but not with the weights.
///
/// - Shape: the last axis of the batch of `components` is that of the components; the axes before,
///   broadcast with the batch of `mixing`, are the batch; the event is that of `components`.
public struct MixtureSameFamily<Components: Distribution>: Distribution {
  /// The categorical distribution of the component; batch + `[K]`.
  public let mixing: Categorical
  /// The component distributions, along the last axis of their batch.
  public let components: Components
  public let support: Support
  public let batchShape: [Int]

  /// A mixture with the probabilities of `mixing`.
  ///
  /// - Parameters:
  ///   - mixing: The categorical distribution of the component.
  ///   - components: The component distributions, along the last axis of their batch.
  ///   - support: The support of the mixture, if the components have different ones; by default the support that
  ///     all of them have.
  /// - Precondition: The last axis of the batch of `components` has one entry for each category, and all have
  ///   one support unless `support` is given.
  public init(_ mixing: Categorical, _ components: Components, support: Support? = nil) {
    holds(
      components.batchShape.last == mixing.categoryCount,
      """
      MixtureSameFamily: the batch of \(components.name) must end in the \
      \(mixing.categoryCount) categories, but is \(components.batchShape).
      """)
    let own = components.support
    holds(
      support != nil || own.contains(.zeros(components.eventShape)).count == 1,
      """
      MixtureSameFamily: the components have supports of their own (\(own.name)); give that of \
      the mixture (support:).
      """)
    (self.mixing, self.components, self.support) = (mixing, components, support ?? own)
    batchShape = Distributions.batchShape(
      of: "MixtureSameFamily",
      ["mixing": mixing.batchShape, "components": Array(components.batchShape.dropLast())])
  }

  public var parameters: [Parameter] { mixing.parameters + components.parameters }
  public var eventShape: [Int] { components.eventShape }
  private var eventRank: Int { components.eventShape.count }

  /// False: a draw belongs to one component, a choice that no gradient passes through.
  public var hasReparameterizedDraws: Bool { false }

  /// Samples every component, and takes one of the draws.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (componentKey, choiceKey) = key.split()
    let target = shape + batchShape
    let candidates = components.expanded(to: target + [mixing.categoryCount])
      .sample([], key: componentKey)
    return mixing.pick(from: candidates, shape: target, key: choiceKey)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    logMixture(mixing.chances, components.logProb(onComponents(x)))
  }

  /// The value with an axis for the components before those of the event.
  private func onComponents(_ x: Tensor) -> Tensor {
    x.expandingDimension(at: x.rank - eventRank)
  }
}

extension MixtureSameFamily: HasMoments where Components: HasMoments {
  public var mean: Tensor {
    mixing.mixed(components.mean, eventRank: eventRank).broadcast(to: shape)
  }
  public var variance: Tensor {
    mixing.mixedVariance(
      components.variance, means: components.mean, eventRank: eventRank
    ).broadcast(to: shape)
  }
}

extension MixtureSameFamily: HasCDF where Components: HasCDF {
  public func cdf(_ x: Tensor) -> Tensor {
    (mixing.shares(eventRank: 0) * components.cdf(onComponents(x))).sum(along: [-1])
  }
}
