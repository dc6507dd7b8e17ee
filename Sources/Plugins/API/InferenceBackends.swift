/// The inference backends of a program: those of this module, and registered ones.
public struct InferenceBackends: Sendable {
  /// The backends in order of registration; `FittableModel.defaultBackend(hasOwnData:)` names the default.
  public private(set) var all: [any InferenceBackend] = [
    GuideBackend(name: "svi", summary: "a guide fitted by stochastic variational inference"),
    GuideBackend(name: "adam", summary: "the posterior mode alone, by Adam", family: .delta),
    GuideBackend(
      name: "laplace", summary: "a normal distribution with the curvature at the posterior mode",
      family: .laplace),
    MatchBackend(), MaximumLikelihoodBackend(), NestedLaplaceBackend(), NUTSBackend(),
  ]

  /// The backends of this module.
  public init() {}

  /// Adds a backend, whose name must be new.
  mutating func add(_ backend: some InferenceBackend) { all.append(backend) }

  /// The backend of this name.
  ///
  /// - Throws: `InferenceOptionError`, which lists the names.
  func backend(named name: String) throws(InferenceOptionError) -> any InferenceBackend {
    guard let backend = all.first(where: { $0.name == name }) else {
      throw InferenceOptionError("no backend is named \"\(name)\"; there are: \(list(all)).")
    }
    return backend
  }

  /// The names and summaries of all backends but one: `adam (the posterior mode alone, by Adam), …`.
  func others(than name: String) -> String { list(all.filter { $0.name != name }) }

  private func list(_ backends: [any InferenceBackend]) -> String {
    backends.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")
  }
}
