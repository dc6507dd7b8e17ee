import Autodiff
import PPL
import Preconditions

/// A transformed distribution: that of `f(x)` where `x` has a base distribution and `f` is a differentiable bijection.
///
///     log p(y) = log p_base(x) - log |det ∂f/∂x|,    y = f(x)
///
/// A draw keeps its `x`, so that its density needs no inverse of `f`.
///
///     Transformed(Normal(0, 1), [AffineTransform(location: m, scale: s), ExpTransform()])
///
/// - Shape: a transform of whole vectors or matrices makes these dimensions of the base an event,
///   and one whose parameters have a batch gives it to the base.
/// - Reference: NumPyro's `TransformedDistribution`.
public struct Transformed: TransformedDistribution {
  /// The distribution of `x`, with the batch that the transform needs.
  public let base: any Distribution
  /// The bijections, the first one applied first.
  public let transforms: [any Transform]
  public let support: Support
  public let batchShape, eventShape: [Int]

  private var transform: ComposedTransform { ComposedTransform(transforms) }

  /// The distribution of `f(x)`, with f a chain of transforms.
  ///
  /// - Parameters:
  ///   - base: The distribution of `x`.
  ///   - transforms: The parts of `f`, the first one applied first.
  ///   - support: The support of `f(x)`; by default the image of the support of `base`, whose map from the reals
  ///     is that of `base` followed by `f`.
  /// - Precondition: There is a transform, and the base has the dimensions that it acts on.
  public init(
    _ base: some Distribution, _ transforms: [any Transform], onto support: Support? = nil
  ) {
    let inner = base as? Transformed
    self.transforms = (inner?.transforms ?? []) + transforms
    let transform = ComposedTransform(self.transforms)
    let distribution: any Distribution = inner?.base ?? base

    let baseShape = distribution.batchShape + distribution.eventShape
    let (rank, baseRank) = (transform.domainEventRank, distribution.eventShape.count)
    guard
      holds(
        baseShape.count >= rank,
        "Transformed: the transform acts on \(rank) dimensions, but \(distribution.name) has \(baseShape)."
      )
    else {
      (self.base, self.support) = (distribution, support ?? distribution.support)
      (batchShape, eventShape) = (distribution.batchShape, distribution.eventShape)
      return
    }
    let shape = transform.forwardShape(baseShape)
    let batched = transform.inverseShape(shape)
    self.base =
      batched == baseShape
      ? distribution : distribution.expanded(to: Array(batched.dropLast(baseRank)))

    let eventRank = transform.codomainEventRank + max(baseRank - rank, 0)
    batchShape = Array(shape.dropLast(eventRank))
    eventShape = Array(shape.suffix(eventRank))
    self.support =
      support ?? Support(Image(of: distribution.support, by: transform, eventRank: eventRank))
  }

  /// The distribution of `f(x)`, with f a single transform.
  public init(_ base: some Distribution, _ transform: some Transform, onto support: Support? = nil)
  {
    self.init(base, [transform], onto: support)
  }

  public var parameters: [Parameter] { base.parameters }
  public var hasReparameterizedDraws: Bool { base.hasReparameterizedDraws }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    transform(base.sample(shape, key: key))
  }

  public func draw(_ shape: [Int], key: RandomKey) -> Draw {
    let x = base.sample(shape, key: key)
    return Draw(value: transform(x), base: x)
  }

  public func logProb(of draw: Draw) -> Tensor {
    guard let x = draw.base else { return logProb(draw.value) }
    return logProb(x, draw.value)
  }

  public func logProb(_ y: Tensor) -> Tensor {
    let inside = support.contains(y)
    let element = inside.reshaped(to: inside.shape + eventShape.map { _ in 1 })
    let safe = select(element, y, support.feasible(y.shape))
    return select(inside, logProb(transform.inverse(safe), safe), Tensor(-.infinity))
  }

  /// The log density at `y = f(x)`.
  private func logProb(_ x: Tensor, _ y: Tensor) -> Tensor {
    let (rank, baseRank) = (transform.domainEventRank, base.eventShape.count)
    let jacobian = sum(transform.logAbsDetJacobian(x, y), trailing: baseRank - rank)
    return sum(base.logProb(x), trailing: rank - baseRank) - jacobian
  }
}

/// The sum over the last `rank` dimensions, if there are any.
private func sum(_ x: Tensor, trailing rank: Int) -> Tensor {
  rank > 0 ? x.sum(along: Array(-rank..<0)) : x
}

/// The image of a set under a transform, as a constraint.
private struct Image: Constraint {
  let source: Support
  let transform: ComposedTransform
  let eventRank: Int

  init(of source: Support, by transform: ComposedTransform, eventRank: Int) {
    (self.source, self.transform, self.eventRank) = (source, transform, eventRank)
  }

  var name: String { "a transformed value, where the original must be \(source.name)" }

  func contains(_ y: Tensor) -> Tensor {
    let inside = source.contains(transform.inverse(y))
    let rank = transform.domainEventRank - source.eventRank
    return rank > 0 ? inside.min(along: Array(-rank..<0)) : inside
  }

  /// The bijection onto the source followed by the transform, over the whole event.
  var bijection: any Transform {
    let map = ComposedTransform([source.bijection, transform])
    return IndependentTransform(map, rank: eventRank - map.codomainEventRank)
  }
}
