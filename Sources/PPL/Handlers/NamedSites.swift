/// The sites that a caller names, and those that a run has met: to find a name that no site has.
struct NamedSites: Sendable {
  private let given: Set<String>
  private var met: [String] = []

  init(_ given: some Sequence<String>) { self.given = Set(given) }

  mutating func meet(_ site: Site) { met.append(site.name) }

  /// The first name, in alphabetical order, for which no site has asked.
  func unknown(in call: String) -> ModelError? {
    given.subtracting(met).min().map { .unknownName(call: call, name: $0, known: met) }
  }
}

/// A handler that is told of sites by name.
///
/// The methods of `Model` report a name that no site has. `Model.under(_:)` passes over it, which
/// is right for values that are meant for several models together, as the parameters of a fit are.
protocol NamesSites: Handler {
  /// The first name, in alphabetical order, that no site of the run has had.
  var unknownName: ModelError? { get }
}

extension Model {
  /// The model with a handler around it whose names must all be those of sites.
  func naming(_ handler: some NamesSites) -> Model {
    Model { p in
      let (output, used) = p.under(handler) { p in self(&p) }
      if let error = used.unknownName { p.fail(error) }
      return output
    }
  }
}
