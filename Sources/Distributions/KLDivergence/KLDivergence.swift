import Autodiff
import PPL
import Preconditions

/// A distribution that knows its Kullback–Leibler divergence from some others in closed form.
///
/// Conforming is enough for `klDivergence(_:_:)` to find it: there is no registry.
public protocol HasKLDivergence: Distribution {
  /// The divergence `E[log p(x) - log q(x)]` for `x` drawn from this distribution, in nats.
  ///
  /// - Parameter q: The other distribution, without wrappers: `klDivergence(_:_:)` has unwrapped both.
  /// - Returns: The divergence, of the shape of the two batches broadcast together; nil where no closed form is known.
  func klDivergence(to q: any Distribution) -> Tensor?
}

/// The Kullback–Leibler divergence of `q` from `p` in nats, where there is a closed form.
///
///     KL(p ‖ q) = E[log p(x) - log q(x)],    x ~ p
///
///     klDivergence(Normal(0, 1), Normal(1, 2))
///
/// Closed forms are known for pairs of one family, `Weibull` to `Gamma`, `Kumaraswamy` to `Beta`, independent
/// normals to a multivariate or circulant normal, `Delta` to anything, and for expanded, masked, independent or
/// equally transformed forms of these.
///
/// - Returns: The divergence, of the shape of the two batches broadcast together; nil where no closed form is known.
/// - Precondition: The events have one shape, and the batches broadcast.
public func klDivergence(_ p: any Distribution, _ q: any Distribution) -> Tensor? {
  guard
    holds(
      p.eventShape == q.eventShape,
      "klDivergence: \(p.name) has events of shape \(p.eventShape), but \(q.name) \(q.eventShape).")
  else { return nil }
  let shape = batchShape(of: "klDivergence", [p.name: p.batchShape, q.name: q.batchShape])
  return unwrappedDivergence(p, q)?.broadcast(to: shape)
}

private func unwrappedDivergence(_ p: any Distribution, _ q: any Distribution) -> Tensor? {
  // The divergence from a point mass needs only the density of the other distribution, wrapped or not.
  if let p = p as? Delta { return p.logDensity - q.logProb(p.value) }
  let (p, q) = (canonical(p), canonical(q))
  if let p = p as? any ExpandedDistribution { return klDivergence(p.expandedBase, q) }
  if let q = q as? any ExpandedDistribution { return klDivergence(p, q.expandedBase) }
  switch (p, q) {
  case (let p as any MaskedDistribution, let q as any MaskedDistribution):
    return klDivergence(p.maskedBase, q.maskedBase).map { select(p.mask .& q.mask, $0, 0) }
  case (let p as any IndependentDistribution, let q as any IndependentDistribution):
    let shared = min(p.rank, q.rank)
    let first = p.independentBase.toEvent(p.rank - shared)
    let second = q.independentBase.toEvent(q.rank - shared)
    let axes = Array(-shared..<0)
    return klDivergence(first, second).map { shared > 0 ? $0.sum(along: axes) : $0 }
  case (let p as any IndependentDistribution, let q as any VectorNormal):
    return independentNormal(p).flatMap(q.klDivergence(from:))
  case (let p as Transformed, let q as Transformed):
    return transformedDivergence(p, q)
  default:
    return (p as? any HasKLDivergence)?.klDivergence(to: q)
  }
}

/// The divergence of two transformed distributions with the same bijection, which changes both densities alike.
private func transformedDivergence(_ p: Transformed, _ q: Transformed) -> Tensor? {
  guard p.transforms.count == q.transforms.count,
    zip(p.transforms, q.transforms).allSatisfy(isSame),
    p.base.eventShape == q.base.eventShape
  else { return nil }
  return klDivergence(p.base, q.base)
}

/// Whether two transforms are of one type without parameters, or affine with the same numbers.
private func isSame(_ a: any Transform, _ b: any Transform) -> Bool {
  if let a = a as? AffineTransform, let b = b as? AffineTransform {
    let pairs = [(a.location, b.location), (a.scale, b.scale)]
    return pairs.allSatisfy { one, other in
      !one.isRecorded && !other.isRecorded && one.shape == other.shape
        && one.scalars == other.scalars
    }
  }
  func size<T>(_: T) -> Int { MemoryLayout<T>.size }
  return type(of: a) == type(of: b) && size(a) == 0
}

/// The independent normal distributions of a vector; nil for other distributions.
private func independentNormal(_ distribution: any IndependentDistribution) -> Normal? {
  guard distribution.rank == 1 else { return nil }
  let base = distribution.independentBase
  let wrapped = (base as? any ExpandedDistribution)?.expandedBase ?? base
  guard let normal = canonical(wrapped) as? Normal else { return nil }
  let shape = base.batchShape
  return Normal(normal.mean.broadcast(to: shape), normal.deviation.broadcast(to: shape))
}
