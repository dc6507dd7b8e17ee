/// The handler that turns parameters into random variables with a prior.
public struct Lift: Handler, NamesSites {
  private let priors: [String: any Distribution]
  private var names: NamedSites

  /// Draws the parameters named in `priors` from the given distributions.
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

  /// The error about the first name, in alphabetical order, that no parameter has; nil if all names are those of
  /// parameters.
  public var unknownName: ModelError? { names.unknown(in: "lifting(_:)") }
}
