/// Something that changes, or watches, the statements of a model.
///
/// A handler is a value with state: `Context.under(_:_:)` hands it back when its scope ends.
public protocol Handler: Sendable {
  /// Meets a site before its value is known; innermost handlers first.
  ///
  /// Setting `site.isStopped` keeps the site from handlers further out.
  mutating func process(_ site: inout Site)

  /// Meets the site with its value; outermost handlers first, of those that met it before.
  mutating func finish(_ site: Site)
}

extension Handler {
  public mutating func process(_ site: inout Site) {}
  public mutating func finish(_ site: Site) {}
}
