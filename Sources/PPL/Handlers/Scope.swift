/// The handler that prefixes the names of sites and plates, so that a model can be used twice in another.
public struct Scope: Handler {
  private let prefix: String

  /// Prefixes all names with `prefix` and `divider`.
  ///
  /// - Parameters:
  ///   - prefix: The beginning of every name.
  ///   - divider: The text between the prefix and the name.
  public init(_ prefix: String, divider: String = "/") { self.prefix = prefix + divider }

  public mutating func process(_ site: inout Site) {
    site.name = prefix + site.name
    for place in site.plates.indices {
      site.plates[place].name = prefix + site.plates[place].name
    }
  }
}
