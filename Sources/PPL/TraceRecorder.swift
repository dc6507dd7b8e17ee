/// The handler that records every site that it sees, in order.
public struct TraceRecorder: Handler {
  /// The trace of the sites so far.
  public private(set) var trace = Trace()
  /// The error about the first name that was used twice, for sites that cannot be the same.
  public private(set) var failure: ModelError?

  /// A recorder with an empty trace.
  public init() {}

  public mutating func finish(_ site: Site) {
    if site.kind == .randomKey { return }
    // Plates and parameters may occur again, unchanged.
    let mayRepeat = site.kind == .plate || site.kind == .parameter
    if let former = trace[site.name], !mayRepeat || former.kind != site.kind {
      failure = failure ?? .duplicateSite(site.name)
    } else if let former = trace[site.name] {
      failure = failure ?? site.difference(from: former)
    }
    trace.record(site)
  }
}

extension Site {
  /// The difference between a parameter or a plate and another one of the same name.
  ///
  /// - Parameter places: The words of the message for the statements of `other` and of this site.
  package func difference(
    from other: Site, places: (String, String) = ("one statement", "another")
  ) -> ModelError? {
    guard kind == .plate || kind == .parameter, other.signature != signature else { return nil }
    let (first, second) = (
      "\(places.0) has \(other.signature)", "\(places.1) has \(signature)"
    )
    return kind == .plate
      ? .differentPlates(name: name, first: first, second: second)
      : .differentParameters(name: name, first: first, second: second)
  }

  /// The common properties, in words, of parameters or plates of one name.
  private var signature: String {
    if let plateSize {
      let rows = plateSize.used < plateSize.full ? ", of which \(plateSize.used) are used" : ""
      return "\(plateSize.full) elements\(rows)"
    }
    return "shape \(value?.shape ?? []) and values that must be \(constraint.name)"
  }
}
