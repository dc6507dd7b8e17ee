import Autodiff
import PPL
import Preconditions

/// A family that knows its Kullback-Leibler divergence to some others in closed form.
///
/// Conforming is enough for `klDivergence(_:_:)` to find it: there is no registry.
public protocol HasKLDivergence: Distribution {
  /// `E[log p(x) - log q(x)]` for `x` drawn from this law, in nats.
  ///
  /// - Parameter q: A law that is no wrapper: `klDivergence(_:_:)` has unwrapped both.
  /// - Returns: The batches broadcast together; nothing where no closed form is known.
  func klDivergence(to q: any Distribution) -> Tensor?
}

/// The Kullback-Leibler divergence of `q` from `p`, where there is a closed form.
///
///     KL(p ‖ q) = E[log p(x) - log q(x)],    x ~ p
///
///     klDivergence(Normal(0, 1), Normal(1, 2))
///
/// Pairs of one family, `Weibull` to `Gamma`, `Kumaraswamy` to `Beta`, independent normals to a multivariate or
/// circulant one, `Delta` to anything; and laws made from these by expanding, masking, counting dimensions as events,
/// or transforming both alike.
///
/// - Returns: In nats; shape of the two batches broadcast together; nothing where no closed form is known.
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
  // A point is judged by the density of any other law, wrapped or not.
  if let p = p as? Delta { return p.logDensity - q.logProb(p.value) }
  let (p, q) = (canonical(p), canonical(q))
  if let p = p as? any ExpandedLaw { return klDivergence(p.expandedBase, q) }
  if let q = q as? any ExpandedLaw { return klDivergence(p, q.expandedBase) }
  switch (p, q) {
  case (let p as any MaskedLaw, let q as any MaskedLaw):
    return klDivergence(p.maskedBase, q.maskedBase).map { select(p.mask .& q.mask, $0, 0) }
  case (let p as any IndependentLaw, let q as any IndependentLaw):
    let shared = min(p.rank, q.rank)
    let first = p.independentBase.toEvent(p.rank - shared)
    let second = q.independentBase.toEvent(q.rank - shared)
    let axes = Array(-shared..<0)
    return klDivergence(first, second).map { shared > 0 ? $0.sum(along: axes) : $0 }
  case (let p as any IndependentLaw, let q as any VectorNormal):
    return independentNormal(p).flatMap(q.klDivergence(from:))
  case (let p as Transformed, let q as Transformed):
    return transformedDivergence(p, q)
  default:
    return (p as? any HasKLDivergence)?.klDivergence(to: q)
  }
}

/// A bijection changes both densities alike; that the two are one function must be plain to see.
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

/// Independent normals as a vector; nothing for other laws.
private func independentNormal(_ law: any IndependentLaw) -> Normal? {
  guard law.rank == 1 else { return nil }
  let base = law.independentBase
  let wrapped = (base as? any ExpandedLaw)?.expandedBase ?? base
  guard let normal = canonical(wrapped) as? Normal else { return nil }
  let shape = base.batchShape
  return Normal(normal.mean.broadcast(to: shape), normal.deviation.broadcast(to: shape))
}
