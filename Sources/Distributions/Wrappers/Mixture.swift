import Autodiff
import PPL
import Preconditions

/// A mixture of distributions of different families; the component is summed out.
///
///     p(x) = Σₖ wₖ pₖ(x)
///
///     Mixture(Categorical(probabilities: [0.3, 0.7]), Normal(-1, 0.5), Laplace(2, 1))
///
/// Many components of one family are faster as a `MixtureSameFamily`. A draw moves with the
/// parameters of the component that it came from, but not with the weights.
///
/// - Shape: batch is that of `mixing` and of all components broadcast together; the event is theirs.
public struct Mixture<each Component: Distribution>: Distribution {
  /// The categorical distribution of the component; its batch broadcasts with theirs.
  public let mixing: Categorical
  /// The component distributions, in the order of the categories of `mixing`.
  public let components: (repeat each Component)
  public let support: Support
  public let batchShape, eventShape: [Int]

  /// The component distributions as a list without their types.
  private let anyComponents: [any Distribution]

  /// A mixture with the probabilities of `mixing`.
  ///
  /// - Parameters:
  ///   - mixing: The categorical distribution of the component.
  ///   - component: The component distributions, in the order of the categories.
  ///   - support: The support of the mixture, if the components have different ones; by default the support that
  ///     all of them have.
  /// - Precondition: There is a component for each category, and all have one event shape and,
  ///   unless `support` is given, one support.
  public init(_ mixing: Categorical, _ component: repeat each Component, support: Support? = nil) {
    var anyComponents: [any Distribution] = []
    for part in repeat each component { anyComponents.append(part) }
    if !holds(
      anyComponents.count == mixing.categoryCount,
      "Mixture: there are \(mixing.categoryCount) categories, but \(anyComponents.count) components."
    ) {
      anyComponents = Array(
        repeating: anyComponents.first ?? Normal(0, 1), count: mixing.categoryCount)
    }
    holds(
      anyComponents.allSatisfy { $0.eventShape == anyComponents[0].eventShape },
      "Mixture: the components have different event shapes, \(anyComponents.map(\.eventShape)).")
    let names = anyComponents.map(\.support.name)
    holds(
      support != nil || names.allSatisfy { $0 == names[0] },
      """
      Mixture: the components have supports of their own (\(names.joined(separator: "; "))); \
      give that of the mixture (support:).
      """)
    let shape = broadcastShapes([mixing.batchShape] + anyComponents.map(\.batchShape))
    holds(
      shape != nil,
      """
      Mixture: cannot broadcast mixing \(mixing.batchShape) with components \
      \(anyComponents.map(\.batchShape)).
      """)
    (self.mixing, self.anyComponents, self.support) = (
      mixing, anyComponents, support ?? anyComponents[0].support
    )
    components = (repeat each component)
    (batchShape, eventShape) = (shape ?? mixing.batchShape, anyComponents[0].eventShape)
  }

  /// The parameters of the components under names like `components[1].scale`, and those of `mixing`.
  public var parameters: [Parameter] {
    let ofComponents = anyComponents.enumerated().flatMap { index, part in
      part.parameters.map {
        Parameter("components[\(index)].\($0.name)", $0.value, $0.constraint)
      }
    }
    return mixing.parameters + ofComponents
  }

  /// False: a draw belongs to one component, a choice that no gradient passes through.
  public var hasReparameterizedDraws: Bool { false }

  /// Samples every component, and takes one of the draws.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (componentKey, choiceKey) = key.split()
    let target = shape + batchShape
    let draws = zip(anyComponents, componentKey.split(anyComponents.count)).map { part, key in
      part.expanded(to: target).sample([], key: key)
    }
    return mixing.pick(from: stack(draws, along: target.count), shape: target, key: choiceKey)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let leading = Array(x.shape.dropLast(eventShape.count))
    guard let target = broadcastShapes([leading, batchShape]) else {
      reportMistake("Mixture: a value of shape \(x.shape) does not fit batch \(batchShape).")
      return .full(.nan, batchShape)
    }
    let terms = anyComponents.map { $0.logProb(x).broadcast(to: target) }
    return logMixture(mixing.chances, stack(terms, along: -1))
  }

  /// One tensor for each component, broadcast to `target` and stacked before the event.
  private func stacked(_ tensors: [Tensor], _ target: [Int]) -> Tensor {
    stack(tensors.map { $0.broadcast(to: target) }, along: target.count - eventShape.count)
  }
}

extension Mixture: HasMoments where repeat each Component: HasMoments {
  public var mean: Tensor { mixing.mixed(means, eventRank: eventShape.count) }

  public var variance: Tensor {
    var variances: [Tensor] = []
    for part in repeat each components { variances.append(part.variance) }
    return mixing.mixedVariance(
      stacked(variances, shape), means: means, eventRank: eventShape.count)
  }

  private var means: Tensor {
    var means: [Tensor] = []
    for part in repeat each components { means.append(part.mean) }
    return stacked(means, shape)
  }
}

extension Mixture: HasCDF where repeat each Component: HasCDF {
  public func cdf(_ x: Tensor) -> Tensor {
    var terms: [Tensor] = []
    for part in repeat each components { terms.append(part.cdf(x)) }
    guard let target = broadcastShapes(terms.map(\.shape)) else {
      reportMistake("Mixture: a value of shape \(x.shape) does not fit batch \(batchShape).")
      return .full(.nan, batchShape)
    }
    return (mixing.shares(eventRank: 0) * stacked(terms, target)).sum(along: [-1])
  }
}
