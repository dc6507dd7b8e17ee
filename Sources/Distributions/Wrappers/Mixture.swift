import Autodiff
import PPL
import Preconditions

/// One of several laws of different families, which one being unknown: the choice is summed out.
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
  /// The chance of each component; its batch broadcasts with theirs.
  public let mixing: Categorical
  /// The laws that are mixed, in the order of `mixing`'s categories.
  public let components: (repeat each Component)
  public let support: Support
  public let batchShape, eventShape: [Int]

  /// The components without their types.
  private let laws: [any Distribution]

  /// - Parameters:
  ///   - mixing: The chance of each component.
  ///   - component: The laws, in the order of the categories.
  ///   - support: Where the values lie, if the components differ in that; by default the
  ///     support that all of them have.
  /// - Precondition: There is a component for each category, and all have one event shape and,
  ///   unless `support` is given, one support.
  public init(_ mixing: Categorical, _ component: repeat each Component, support: Support? = nil) {
    var laws: [any Distribution] = []
    for law in repeat each component { laws.append(law) }
    if !holds(
      laws.count == mixing.categoryCount,
      "Mixture: there are \(mixing.categoryCount) categories, but \(laws.count) components.")
    {
      laws = Array(repeating: laws.first ?? Normal(0, 1), count: mixing.categoryCount)
    }
    holds(
      laws.allSatisfy { $0.eventShape == laws[0].eventShape },
      "Mixture: the components have different event shapes, \(laws.map(\.eventShape)).")
    let names = laws.map(\.support.name)
    holds(
      support != nil || names.allSatisfy { $0 == names[0] },
      """
      Mixture: the components have supports of their own (\(names.joined(separator: "; "))); \
      give that of the mixture (support:).
      """)
    let shape = broadcastShapes([mixing.batchShape] + laws.map(\.batchShape))
    holds(
      shape != nil,
      """
      Mixture: cannot broadcast mixing \(mixing.batchShape) with components \
      \(laws.map(\.batchShape)).
      """)
    (self.mixing, self.laws, self.support) = (mixing, laws, support ?? laws[0].support)
    components = (repeat each component)
    (batchShape, eventShape) = (shape ?? mixing.batchShape, laws[0].eventShape)
  }

  /// Those of the components under names like `components[1].scale`.
  public var parameters: [Parameter] {
    let ofComponents = laws.enumerated().flatMap { index, law in
      law.parameters.map {
        Parameter("components[\(index)].\($0.name)", $0.value, $0.constraint)
      }
    }
    return mixing.parameters + ofComponents
  }

  /// A draw keeps to one of its parts, whose choice no gradient passes through.
  public var hasReparameterizedDraws: Bool { false }

  /// A draw of every component, of which one is taken.
  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (componentKey, choiceKey) = key.split()
    let target = shape + batchShape
    let draws = zip(laws, componentKey.split(laws.count)).map { law, key in
      law.expanded(to: target).sample([], key: key)
    }
    return mixing.pick(from: stack(draws, along: target.count), shape: target, key: choiceKey)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let leading = Array(x.shape.dropLast(eventShape.count))
    guard let target = broadcastShapes([leading, batchShape]) else {
      reportMistake("Mixture: a value of shape \(x.shape) does not fit batch \(batchShape).")
      return .full(.nan, batchShape)
    }
    let terms = laws.map { $0.logProb(x).broadcast(to: target) }
    return logMixture(mixing.chances, stack(terms, along: -1))
  }

  /// One tensor for each component, broadcast to `target` and stacked before the event.
  private func stacked(_ tensors: [Tensor], _ target: [Int]) -> Tensor {
    stack(tensors.map { $0.broadcast(to: target) }, along: target.count - eventShape.count)
  }
}

extension Mixture: Moments where repeat each Component: Moments {
  public var mean: Tensor { mixing.mixed(means, eventRank: eventShape.count) }

  public var variance: Tensor {
    var variances: [Tensor] = []
    for law in repeat each components { variances.append(law.variance) }
    return mixing.mixedVariance(
      stacked(variances, shape), means: means, eventRank: eventShape.count)
  }

  private var means: Tensor {
    var means: [Tensor] = []
    for law in repeat each components { means.append(law.mean) }
    return stacked(means, shape)
  }
}

extension Mixture: HasCDF where repeat each Component: HasCDF {
  public func cdf(_ x: Tensor) -> Tensor {
    var terms: [Tensor] = []
    for law in repeat each components { terms.append(law.cdf(x)) }
    guard let target = broadcastShapes(terms.map(\.shape)) else {
      reportMistake("Mixture: a value of shape \(x.shape) does not fit batch \(batchShape).")
      return .full(.nan, batchShape)
    }
    return (mixing.shares(eventRank: 0) * stacked(terms, target)).sum(along: [-1])
  }
}
