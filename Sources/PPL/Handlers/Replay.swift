/// The handler that gives latent sites their values from another run, such as that of a guide.
public struct Replay: Handler {
  private let trace: Trace

  /// Gives latent sites their values in `trace`.
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
