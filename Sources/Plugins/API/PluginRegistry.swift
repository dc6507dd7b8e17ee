import Preconditions

/// The plugins of a program.
public struct PluginRegistry: Sendable {
  /// The plugins, in order of registration.
  public private(set) var plugins: [any Plugin] = []

  /// The inference backends among which `--backend` chooses.
  public private(set) var backends = InferenceBackends()

  /// A registry without plugins.
  public init() {}

  /// Adds a plugin.
  ///
  /// - Precondition: Neither its name nor one of its models' or experiments' is taken.
  public mutating func register(_ plugin: some Plugin) {
    requireNew(plugin.name, among: plugins.map(\.name), "plugins")
    for model in plugin.models { requireNew(model.name, among: models.map(\.name), "models") }
    for experiment in plugin.experiments {
      requireNew(experiment.name, among: experiments.map(\.name), "experiments")
    }
    plugins.append(plugin)
  }

  /// Adds an inference backend, which fits every model.
  ///
  /// - Precondition: Its name is not taken.
  public mutating func register(_ backend: some InferenceBackend) {
    requireNew(backend.name, among: backends.all.map(\.name), "backends")
    backends.add(backend)
  }

  private func requireNew(_ name: String, among names: [String], _ plural: String) {
    require(
      !names.contains(name), "PluginRegistry: there are two \(plural) named \"\(name)\".")
  }

  /// All models, in order of registration.
  public var models: [any FittableModel] { plugins.flatMap(\.models) }

  /// All experiments, in order of registration.
  public var experiments: [any Experiment] { plugins.flatMap(\.experiments) }

  /// The experiment of this name.
  ///
  /// - Throws: `UnknownExperiment`, which lists the experiments.
  public func experiment(named name: String) throws(UnknownExperiment) -> any Experiment {
    guard let experiment = experiments.first(where: { $0.name == name }) else {
      throw UnknownExperiment(name: name, known: experiments.map(\.name))
    }
    return experiment
  }

  /// The model of this name.
  ///
  /// - Throws: `UnknownModel`, which lists the models.
  public func model(named name: String) throws(UnknownModel) -> any FittableModel {
    guard let model = models.first(where: { $0.name == name }) else {
      throw UnknownModel(
        name: name, known: models.map(\.name),
        isExperiment: experiments.contains { $0.name == name })
    }
    return model
  }
}

/// The error of a model name that no plugin has.
public struct UnknownModel: Error, Equatable, CustomStringConvertible {
  /// The unknown name.
  public let name: String
  /// The names of all models, in order.
  public let known: [String]
  /// Whether an experiment has the name.
  public var isExperiment = false
  public var description: String {
    if isExperiment {
      return "\"\(name)\" is an experiment, not a model; start it with: run \(name)."
    }
    let list = known.isEmpty ? "none" : known.map { "\"\($0)\"" }.joined(separator: ", ")
    return "no model is named \"\(name)\"; there are: \(list)."
  }
}
