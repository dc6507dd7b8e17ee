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

/// A law that is a member of a larger family under another name.
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
