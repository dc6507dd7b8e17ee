/// Turns parameters into random variables with a prior.
public struct Lift: Handler, NamesSites {
  private let priors: [String: any Distribution]
  private var names: NamedSites

  /// Draws the parameters that `priors` names from the laws given.
  public init(_ priors: [String: any Distribution]) {
    (self.priors, names) = (priors, NamedSites(priors.keys))
  }

  public mutating func process(_ site: inout Site) {
    guard site.kind == .parameter else { return }
    names.meet(site)
    guard let prior = priors[site.name] else { return }
    site.kind = .sample
    site.distribution = prior
    site.isObserved = false
  }

  /// The first name, in alphabetical order, for which no site has asked.
  public var unknownName: ModelError? { names.unknown(in: "lifting(_:)") }
}
