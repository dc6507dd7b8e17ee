/// Puts values in place of random ones without learning from them: Pearl's *do*.
///
/// What follows the site sees the value given. The site itself is drawn as if nothing had happened,
/// so that a trace has the draw under its own name; the value given is no site of it.
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
    // Of no trace: `isStopped` below keeps it from all handlers further out.
    site.name += "__CF"
    site.value = value
    site.isObserved = true
    site.isStopped = true
  }

  /// The first name, in alphabetical order, for which no site has asked.
  public var unknownName: ModelError? { names.unknown(in: "intervening(on:)") }
}
