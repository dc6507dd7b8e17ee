/// The handler that turns `sample` sites into observed ones.
public struct Condition: Handler, NamesSites {
  private let data: @Sendable (Site) -> Tensor?
  private var names: NamedSites

  /// Conditions on data by the name of the site.
  public init(_ data: [String: Tensor]) {
    self.data = { data[$0.name] }
    names = NamedSites(data.keys)
  }

  /// Conditions on data by a function of the site; nil leaves a site as it is.
  public init(_ data: @escaping @Sendable (Site) -> Tensor?) {
    self.data = data
    names = NamedSites([])
  }

  public mutating func process(_ site: inout Site) {
    guard site.kind == .sample else { return }
    names.meet(site)
    guard let value = data(site) else { return }
    site.value = value
    site.isObserved = true
  }

  /// The error about the first name, in alphabetical order, that no site has; nil if all names are those of sites.
  public var unknownName: ModelError? { names.unknown(in: "conditioned(on:)") }
}
