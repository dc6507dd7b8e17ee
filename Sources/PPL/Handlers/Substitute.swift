/// The handler that gives values to sites: latent ones, parameters, deterministic ones and the indices of plates.
///
/// These values are not data: a latent site stays latent.
public struct Substitute: Handler, NamesSites {
  private let value: @Sendable (Site) -> Tensor?
  private var names: NamedSites

  /// Substitutes values by the name of the site; other sites keep their own.
  public init(_ values: [String: Tensor]) {
    value = { values[$0.name] }
    names = NamedSites(values.keys)
  }

  /// Substitutes values by a function of the site; nil leaves a site as it is.
  public init(_ value: @escaping @Sendable (Site) -> Tensor?) {
    self.value = value
    names = NamedSites([])
  }

  public mutating func process(_ site: inout Site) {
    guard [.sample, .parameter, .plate, .deterministic].contains(site.kind) else { return }
    names.meet(site)
    if let value = value(site) { site.value = value }
  }

  /// The error about the first name, in alphabetical order, that no site has; nil if all names are those of sites.
  public var unknownName: ModelError? { names.unknown(in: "substituting(_:)") }
}
