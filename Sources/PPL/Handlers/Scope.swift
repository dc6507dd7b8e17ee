/// Puts a prefix before the names of sites and of the plates inside, so that a model may be used
/// twice in another.
public struct Scope: Handler {
  private let prefix: String

  /// - Parameters:
  ///   - prefix: What stands before every name.
  ///   - divider: What stands between the prefix and the name.
  public init(_ prefix: String, divider: String = "/") { self.prefix = prefix + divider }

  public mutating func process(_ site: inout Site) {
    site.name = prefix + site.name
    for place in site.plates.indices {
      site.plates[place].name = prefix + site.plates[place].name
    }
  }
}
