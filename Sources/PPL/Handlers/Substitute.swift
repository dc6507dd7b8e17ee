/// Gives sites their values: latent ones, parameters, deterministic ones and the indices of plates.
///
/// Values given here are not data: a latent site stays latent.
public struct Substitute: Handler, NamesSites {
  private let value: @Sendable (Site) -> Tensor?
  private var names: NamedSites

  /// Values by the name of the site; sites that are not named keep their own.
  public init(_ values: [String: Tensor]) {
    value = { values[$0.name] }
    names = NamedSites(values.keys)
  }

  /// Values by a function of the site; nothing leaves a site as it is.
  public init(_ value: @escaping @Sendable (Site) -> Tensor?) {
    self.value = value
    names = NamedSites([])
  }

  public mutating func process(_ site: inout Site) {
    guard [.sample, .parameter, .plate, .deterministic].contains(site.kind) else { return }
    names.meet(site)
    if let value = value(site) { site.value = value }
  }

  /// The first name, in alphabetical order, for which no site has asked.
  public var unknownName: ModelError? { names.unknown(in: "substituting(_:)") }
}
