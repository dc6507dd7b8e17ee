import Inference
import PPL
import Runs

/// An inference method that `--backend` chooses by its name.
///
///     registry.register(MyBackend())  // `ppl fit ANY-MODEL --backend my-backend`
public protocol InferenceBackend: Sendable {
  /// The name as typed, in lower case.
  var name: String { get }
  /// The method in one line, for messages.
  var summary: String { get }

  /// Runs a fit, from its start or from the checkpoint in the output folder.
  ///
  /// - Parameters:
  ///   - problem: The posterior and its start.
  ///   - settings: The flags of the fit; those of the backends are `settings.inference`.
  ///   - control: The progress display and the interruption of the fit.
  /// - Throws: `InferenceOptionError` for flags that the backend has no use for; else as `FitRun`.
  func run(
    _ problem: InferenceProblem, _ settings: FitOptions, control: RunControl
  ) throws -> FitRun
}

/// A posterior as a model gives it to an inference backend.
public struct InferenceProblem: Sendable {
  /// The model conditioned on its data.
  public let posterior: Model<Void>
  /// The rule for the values that a fit starts from; the guide's own if nil.
  public let start: Initialization?
  /// The standard deviation of normal guides at the start, in unconstrained space.
  public let startingDeviation: Double
  /// What decides the digits of the fit besides the flags of every fit; a checkpoint made under others is refused.
  public let conditions: [CheckpointFile.Condition]

  /// A posterior with its start and the conditions of its checkpoints.
  public init(
    _ posterior: Model<Void>, start: Initialization? = nil, startingDeviation: Double = 0.1,
    conditions: [CheckpointFile.Condition]
  ) {
    (self.posterior, self.start) = (posterior, start)
    (self.startingDeviation, self.conditions) = (startingDeviation, conditions)
  }
}

/// The backends of a program: those of this module, and those that were registered.
public struct InferenceBackends: Sendable {
  /// The backends in order of registration.
  public private(set) var all: [any InferenceBackend] = [
    GuideBackend(name: "svi", summary: "a guide fitted by stochastic variational inference"),
    GuideBackend(name: "adam", summary: "the posterior mode alone, by Adam", family: .delta),
    GuideBackend(
      name: "laplace", summary: "a normal distribution with the curvature at the posterior mode",
      family: .laplace),
  ]

  /// The backends of this module.
  public init() {}

  /// Adds a backend, whose name must be new.
  mutating func add(_ backend: some InferenceBackend) { all.append(backend) }

  /// The backend of this name.
  ///
  /// - Throws: `InferenceOptionError`, which lists those there are.
  func backend(named name: String) throws(InferenceOptionError) -> any InferenceBackend {
    guard let backend = all.first(where: { $0.name == name }) else {
      let names = all.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")
      throw InferenceOptionError("no backend is named \"\(name)\"; there are: \(names).")
    }
    return backend
  }
}

extension InferenceBackends: Decodable {
  /// The backends of this module, whatever is decoded: a command line brings none.
  public init(from decoder: any Decoder) { self.init() }
}

/// An error in the flags of inference: a backend that is not there, or a flag without a use.
public struct InferenceOptionError: PluginError, Equatable {
  /// The sentence.
  public let description: String

  /// An error with this sentence.
  public init(_ description: String) { self.description = description }
}
