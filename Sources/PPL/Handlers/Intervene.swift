/// Puts values in place of random ones without learning from them: Pearl's *do*.
///
/// What follows the site sees the value given. The site itself is drawn as if nothing had happened,
/// so that a trace has both: the draw under its own name, and the value under `name__CF`.
///
/// - Reference: Richardson & Robins (2013), *Single World Intervention Graphs*.
public struct Intervene: Handler {
  private let values: [String: Tensor]

  /// Sets the sites that `values` names.
  public init(_ values: [String: Tensor]) { self.values = values }

  public mutating func process(_ site: inout Site) {
    guard site.kind == .sample, !site.isIntervened, let value = values[site.name] else { return }
    site.isIntervened = true
    site.accompany(by: site)
    site.name += "__CF"
    site.value = value
    site.isObserved = true
    site.isStopped = true
  }
}
