/// The handler of interventions, Pearl's *do*: it sets random sites to values without learning from them.
///
/// Statements after the site see the given value. The site itself is drawn as usual, so that a trace has the draw
/// under its own name; the given value is not a site.
///
/// - Reference: Richardson & Robins (2013), *Single World Intervention Graphs*.
public struct Intervene: Handler, NamesSites {
  private let values: [String: Tensor]
  private var names: NamedSites

  /// Sets the sites that `values` names.
  public init(_ values: [String: Tensor]) {
    (self.values, names) = (values, NamedSites(values.keys))
  }

  public mutating func process(_ site: inout Site) {
    guard site.kind == .sample else { return }
    names.meet(site)
    guard !site.isIntervened, let value = values[site.name] else { return }
    site.isIntervened = true
    site.accompany(by: site)
    // The drawn site is in no trace: `isStopped` below keeps it from all handlers further out.
    site.name += "__CF"
    site.value = value
    site.isObserved = true
    site.isStopped = true
  }

  /// The error about the first name, in alphabetical order, that no site has; nil if all names are those of sites.
  public var unknownName: ModelError? { names.unknown(in: "intervening(on:)") }
}
