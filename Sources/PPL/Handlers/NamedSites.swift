/// The sites named by a caller and those that a run has met, to find names that no site has.
struct NamedSites: Sendable {
  private let given: Set<String>
  private var met: [String] = []

  init(_ given: some Sequence<String>) { self.given = Set(given) }

  mutating func meet(_ site: Site) { met.append(site.name) }

  /// The error about the first name, in alphabetical order, that no site has; nil if all names are those of sites.
  func unknown(in call: String) -> ModelError? {
    given.subtracting(met).min().map { .unknownName(call: call, name: $0, known: met) }
  }
}

/// A handler whose sites are given by name.
///
/// The methods of `Model` report a name that no site has. `Model.under(_:)` ignores it, which is right for values
/// that are meant for several models together, such as the parameters of a fit.
protocol NamesSites: Handler {
  /// The error about the first name, in alphabetical order, that no site of the run has.
  var unknownName: ModelError? { get }
}
