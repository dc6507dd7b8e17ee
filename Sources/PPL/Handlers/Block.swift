/// The handler that hides sites from the handlers further out.
///
/// Requests for random keys always pass, so that a hidden site is still drawn from the seed.
public struct Block: Handler {
  private let hides: @Sendable (Site) -> Bool

  /// Hides every site.
  public init() { hides = { _ in true } }

  /// Hides the sites with these names.
  public init(hiding names: Set<String>) { hides = { names.contains($0.name) } }

  /// Hides all sites but those with these names.
  public init(exposing names: Set<String>) { hides = { !names.contains($0.name) } }

  /// Hides the sites for which `hides` is true.
  public init(where hides: @escaping @Sendable (Site) -> Bool) { self.hides = hides }

  public mutating func process(_ site: inout Site) {
    guard site.kind != .randomKey, hides(site) else { return }
    site.isStopped = true
    let isDrawn = site.kind == .sample || site.kind == .plate
    if isDrawn && site.value == nil && site.key == nil { site.requestKey() }
  }
}
