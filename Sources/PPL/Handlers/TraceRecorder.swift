/// Keeps every site that it sees, in order.
public struct TraceRecorder: Handler {
  /// The sites so far.
  public private(set) var trace = Trace()
  /// The first name that was used twice.
  public private(set) var failure: ModelError?

  /// Begins with an empty trace.
  public init() {}

  public mutating func finish(_ site: Site) {
    if site.kind == .randomKey { return }
    // Plates and parameters may be met again, and stay what they are.
    let mayRepeat = site.kind == .plate || site.kind == .parameter
    if let former = trace[site.name], !mayRepeat || former.kind != site.kind {
      failure = failure ?? .duplicateSite(site.name)
    }
    trace.record(site)
  }
}
