/// Takes the data from observed sites, so that they are drawn again.
public struct Uncondition: Handler {
  /// Takes the data from every observed site.
  public init() {}

  public mutating func process(_ site: inout Site) {
    guard site.kind == .sample, site.isObserved else { return }
    site.configuration.formerObservation = site.value
    site.isObserved = false
    site.value = nil
    // A seed further in has passed the site over, since it had a value then.
    if site.key == nil { site.requestKey() }
  }
}
