/// Keeps every site that it sees, in order.
public struct TraceRecorder: Handler {
  /// The sites so far.
  public private(set) var trace = Trace()
  /// The first name that was used twice.
  public private(set) var failure: ModelError?

  public init() {}

  public mutating func finish(_ site: Site) {
    if site.kind == .randomKey { return }
    let mustBeNew = site.isStochastic || site.kind == .deterministic
    if mustBeNew && trace[site.name] != nil {
      failure = failure ?? .duplicateSite(site.name)
    }
    trace.record(site)
  }
}
