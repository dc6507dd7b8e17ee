/// The handler that computes latent sites from others that are easier to infer.
///
/// A reparameterized site becomes a deterministic one of the same name, and the strategy states the sites from
/// which it is computed, such as `theta_decentered`.
///
/// - Reference: Gorinova, Moore & Hoffman (2020), *Automatic Reparameterisation of Probabilistic
///   Programs*; names of the sites as in NumPyro.
public struct Reparameterize: Handler, NamesSites {
  private let strategy: @Sendable (Site) -> (any Reparameterization)?
  private var names: NamedSites

  /// Reparameterizes by strategies for the names of sites.
  public init(_ strategies: [String: any Reparameterization]) {
    strategy = { strategies[$0.name] }
    names = NamedSites(strategies.keys)
  }

  /// Reparameterizes by a function of the site; nil leaves a site as it is.
  public init(_ strategy: @escaping @Sendable (Site) -> (any Reparameterization)?) {
    self.strategy = strategy
    names = NamedSites([])
  }

  public mutating func process(_ site: inout Site) {
    guard site.kind == .sample else { return }
    names.meet(site)
    guard let strategy = strategy(site) else { return }
    if site.isObserved {
      site.failReparameterization("it is observed")
    } else if site.value != nil {
      site.failReparameterization("it has its value already; give that to the model around it")
    } else {
      strategy.reparameterize(&site)
    }
  }

  /// The error about the first name, in alphabetical order, that no site has; nil if all names are those of sites.
  public var unknownName: ModelError? { names.unknown(in: "reparameterized(_:)") }
}

/// A reparameterization: a way to compute a latent site from others.
///
/// Conforming is enough for a strategy to be used in `Model.reparameterized(_:)`.
public protocol Reparameterization: Sendable {
  /// Replaces the site by `Site.becomeDeterministic(_:)`, reports by `Site.failReparameterization(_:)` why this
  /// is impossible, or leaves the site as it is.
  func reparameterize(_ site: inout Site)
}

extension Site {
  /// Reports why the site cannot be reparameterized, in words that follow "cannot be reparameterized:".
  public mutating func failReparameterization(_ reason: String) {
    fail(.reparameterization(site: name, reason: reason))
  }
}
