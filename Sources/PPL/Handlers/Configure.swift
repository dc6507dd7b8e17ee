/// The handler that changes the configuration of sites for inference: NumPyro's `infer_config`.
///
///     model.configured { site, notes in notes.isAuxiliary = site.name == "latent" }
public struct Configure: Handler {
  private let change: @Sendable (Site, inout Site.Configuration) -> Void

  /// Changes the configuration of every `sample` site by `change`, which is also given the site.
  public init(_ change: @escaping @Sendable (Site, inout Site.Configuration) -> Void) {
    self.change = change
  }

  public mutating func process(_ site: inout Site) {
    guard site.kind == .sample else { return }
    var configuration = site.configuration
    change(site, &configuration)
    site.configuration = configuration
  }
}
