/// A distribution whose log density has a term that no parameter changes, such as the logarithm of the unit of its values.
///
/// The density that samplers and optimizers see leaves the term out, so that its digits do not depend on it.
public protocol HasConstantTerm: Distribution {
  /// The term of the log density of `x`, of the shape of `logProb(_:)`.
  func constantTerm(_ x: Tensor) -> Tensor
  /// The same distribution, whose log density lacks the term.
  var withoutConstantTerm: any Distribution { get }
}

extension Site {
  /// The sum of the constant terms of the log density at the value, masked and scaled; 0 for most sites.
  fileprivate var constantTerm: Tensor {
    guard isStochastic, let family = distribution?.innermost as? any HasConstantTerm, let value
    else { return 0 }
    var term = family.constantTerm(value)
    if let mask { term = select(mask .== 1, term, 0) }
    return (scale.map { $0 * term } ?? term).sum()
  }

  /// The site, whose log density lacks its constant term.
  fileprivate var withoutConstantTerm: Site {
    guard let distribution, let family = distribution.innermost as? any HasConstantTerm
    else { return self }
    var site = self
    site.distribution = distribution.rewrapping(family.withoutConstantTerm)
    return site
  }
}

extension Trace {
  /// The trace, the log densities of whose sites lack their constant terms.
  public var withoutConstantTerms: Trace {
    guard contains(where: { $0.distribution?.innermost is any HasConstantTerm }) else {
      return self
    }
    return reduce(into: Trace()) { $0.record($1.withoutConstantTerm) }
  }

  /// The sum of the constant terms of the log densities, a scalar.
  public var constantTerm: Tensor { reduce(0) { $0 + $1.constantTerm } }
}
