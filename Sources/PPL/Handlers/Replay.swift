/// Gives latent sites the values that they had in another run, as a guide's.
public struct Replay: Handler {
  private let trace: Trace

  /// Gives latent sites the values that they have in `trace`.
  public init(_ trace: Trace) { self.trace = trace }

  public mutating func process(_ site: inout Site) {
    guard site.kind == .sample || site.kind == .plate, let former = trace[site.name] else { return }
    if site.kind == .sample && site.isObserved { return }
    guard former.kind == site.kind, !former.isObserved else {
      site.fail(.replay(site: site.name, wasObserved: former.isObserved))
      return
    }
    site.value = former.value
    if site.kind == .sample { site.configuration = former.configuration }
  }
}
