/// An effect handler: it changes or observes the statements of a model.
///
/// A handler is a value with state: `Context.under(_:_:)` returns it when its scope ends.
public protocol Handler: Sendable {
  /// Called before the site has its value, innermost handler first.
  ///
  /// Setting `site.isStopped` keeps the site from handlers further out.
  mutating func process(_ site: inout Site)

  /// Called with the value of the site on the handlers that processed it, outermost first.
  mutating func finish(_ site: Site)
}

extension Handler {
  public mutating func process(_ site: inout Site) {}
  public mutating func finish(_ site: Site) {}
}
