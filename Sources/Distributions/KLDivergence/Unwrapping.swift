import Autodiff
import PPL

// Views of wrappers for `klDivergence(_:_:)`, whatever distribution they hold.

protocol ExpandedDistribution: Distribution {
  var expandedBase: any Distribution { get }
}
extension Expanded: ExpandedDistribution {
  var expandedBase: any Distribution { base }
}

protocol MaskedDistribution: Distribution {
  var maskedBase: any Distribution { get }
  var mask: Tensor { get }
}
extension Masked: MaskedDistribution {
  var maskedBase: any Distribution { base }
}

protocol IndependentDistribution: Distribution {
  var independentBase: any Distribution { get }
  var rank: Int { get }
}
extension Independent: IndependentDistribution {
  var independentBase: any Distribution { base }
}

// MARK: Canonical form of equal distributions

/// The same distribution in a canonical form: the transforms on the outside, as a flat list without identities,
/// over a base of the same batch; special cases become members of their larger family.
///
///     Independent(Expanded(LogNormal))                  -> Transformed(Independent(Expanded(Normal)), [exp])
///     Transformed(Independent(Normal), [identity])      -> Independent(Normal)
func canonical(_ distribution: any Distribution) -> any Distribution {
  switch distribution {
  case let distribution as any SpecialCase: return canonical(distribution.general)
  case let distribution as any ExpandedDistribution:
    guard let inner = canonical(distribution.expandedBase) as? Transformed else {
      return distribution
    }
    return transformed(inner.base.expanded(to: distribution.batchShape), inner.transforms)
  case let distribution as any IndependentDistribution:
    guard let inner = canonical(distribution.independentBase) as? Transformed else {
      return distribution
    }
    return transformed(inner.base.toEvent(distribution.rank), inner.transforms)
  case let distribution as Transformed:
    // Batch dimensions of the base that the transforms have made part of the event.
    let absorbed = distribution.base.batchShape.count - distribution.batchShape.count
    let base = canonical(distribution.base.toEvent(absorbed))
    let outer = distribution.transforms.flatMap(elements)
    guard let inner = base as? Transformed else { return transformed(base, outer) }
    return transformed(inner.base, inner.transforms + outer)
  case let distribution as any TransformedDistribution:
    return canonical(transformed(distribution.base, distribution.transforms))
  default: return distribution
  }
}

private func transformed(
  _ base: any Distribution, _ transforms: [any Transform]
) -> any Distribution {
  func wrapped(_ base: some Distribution) -> any Distribution { Transformed(base, transforms) }
  return transforms.isEmpty ? base : wrapped(base)
}

/// The elementary parts of a transform. The rank of its events does not matter for the function.
private func elements(_ transform: any Transform) -> [any Transform] {
  switch transform {
  case is IdentityTransform: []
  case let transform as IndependentTransform: elements(transform.base)
  case let transform as ComposedTransform: transform.parts.flatMap(elements)
  default: [transform]
  }
}
