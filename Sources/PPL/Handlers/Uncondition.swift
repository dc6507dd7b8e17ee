/// The handler that removes the data from observed sites, so that they are drawn again.
public struct Uncondition: Handler {
  /// Removes the data from every observed site.
  public init() {}

  public mutating func process(_ site: inout Site) {
    guard site.kind == .sample, site.isObserved else { return }
    site.configuration.formerObservation = site.value
    site.isObserved = false
    site.value = nil
    // A seed further in has skipped the site, because it had a value then.
    if site.key == nil { site.requestKey() }
  }
}
