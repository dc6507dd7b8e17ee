import Autodiff
import PPL

// What `klDivergence(_:_:)` sees of wrappers whatever law they hold.

protocol ExpandedLaw: Distribution {
  var expandedBase: any Distribution { get }
}
extension Expanded: ExpandedLaw {
  var expandedBase: any Distribution { base }
}

protocol MaskedLaw: Distribution {
  var maskedBase: any Distribution { get }
  var mask: Tensor { get }
}
extension Masked: MaskedLaw {
  var maskedBase: any Distribution { base }
}

protocol IndependentLaw: Distribution {
  var independentBase: any Distribution { get }
  var rank: Int { get }
}
extension Independent: IndependentLaw {
  var independentBase: any Distribution { base }
}

/// A law that is a member of a larger family, or a transform of one, under another name.
protocol SpecialCase: Distribution {
  var generalLaw: any Distribution { get }
}
extension Chi2: SpecialCase {
  var generalLaw: any Distribution { gamma }
}
extension Exponential: SpecialCase {
  var generalLaw: any Distribution { Gamma(shape: 1, rate: rate) }
}
extension BetaProportion: SpecialCase {
  var generalLaw: any Distribution { beta }
}
extension LogNormal: SpecialCase {
  var generalLaw: any Distribution { Transformed(Normal(location, scale), ExpTransform()) }
}

// MARK: One form for laws that are the same

/// The same law with transforms on the outside, as a flat list without identities, over a base of the same batch;
/// families under other names become what they are.
///
///     Independent(Expanded(LogNormal))                  -> Transformed(Independent(Expanded(Normal)), [exp])
///     Transformed(Independent(Normal), [identity])      -> Independent(Normal)
func canonical(_ law: any Distribution) -> any Distribution {
  switch law {
  case let law as any SpecialCase: return canonical(law.generalLaw)
  case let law as any TransformedFamily: return canonical(law.law)
  case let law as any ExpandedLaw:
    guard let inner = canonical(law.expandedBase) as? Transformed else { return law }
    return transformed(inner.base.expanded(to: law.batchShape), inner.transforms)
  case let law as any IndependentLaw:
    guard let inner = canonical(law.independentBase) as? Transformed else { return law }
    return transformed(inner.base.toEvent(law.rank), inner.transforms)
  case let law as Transformed:
    // Batch dimensions of the base that the transforms have made part of the event.
    let absorbed = law.base.batchShape.count - law.batchShape.count
    let base = canonical(law.base.toEvent(absorbed))
    let outer = law.transforms.flatMap(elements)
    guard let inner = base as? Transformed else { return transformed(base, outer) }
    return transformed(inner.base, inner.transforms + outer)
  default: return law
  }
}

private func transformed(
  _ base: any Distribution, _ transforms: [any Transform]
) -> any Distribution {
  func wrapped(_ base: some Distribution) -> any Distribution { Transformed(base, transforms) }
  return transforms.isEmpty ? base : wrapped(base)
}

/// The parts of a transform; what counts as one event does not matter for the function.
private func elements(_ transform: any Transform) -> [any Transform] {
  switch transform {
  case is IdentityTransform: []
  case let transform as IndependentTransform: elements(transform.base)
  case let transform as ComposedTransform: transform.parts.flatMap(elements)
  default: [transform]
  }
}
