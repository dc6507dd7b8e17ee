import ArgumentParser
import Inference
import PPL
import Runs

/// An inference method that `--backend` chooses by its name.
///
///     registry.register(MyBackend())  // `ppl fit ANY-MODEL --backend my-backend`
///
/// Its `Options` are flags of its own, which `ppl fit MODEL --backend NAME --help` shows. All of them are conditions of
/// `--resume`, but those that they name as `AnnotatedFlags` without an effect.
public protocol InferenceBackend: Sendable {
  /// The flags of the backend; those of every fit come with them (`FitOptions`).
  associatedtype Options: ParsableArguments & Sendable

  /// The name as typed, in lower case.
  var name: String { get }
  /// The method in one line, for messages.
  var summary: String { get }

  /// Fits a posterior, from its start or from the checkpoint in the output folder.
  ///
  /// - Parameters:
  ///   - problem: The posterior and its start.
  ///   - options: The backend's own flags.
  ///   - context: The flags of every fit, the key, and the control of the fit.
  /// - Throws: `InferenceOptionError` for flags that have no use; `FitFailure` for a fit without a result; `Interrupted`
  ///   for one that the user ended before there was any.
  func run(
    _ problem: InferenceProblem, _ options: Options, in context: FitContext
  ) throws -> any Fit
}

/// The backends of a program: those of this module, and those that were registered.
public struct InferenceBackends: Sendable {
  /// The backends in order of registration; the first is the default.
  public private(set) var all: [any InferenceBackend] = [
    GuideBackend(name: "svi", summary: "a guide fitted by stochastic variational inference"),
    GuideBackend(name: "adam", summary: "the posterior mode alone, by Adam", family: .delta),
    GuideBackend(
      name: "laplace", summary: "a normal distribution with the curvature at the posterior mode",
      family: .laplace),
    NUTSBackend(),
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

/// An error in the flags of inference: a backend that is not there, or a flag without a use.
public struct InferenceOptionError: PluginError, Equatable {
  /// The sentence that says what is wrong.
  public let description: String

  /// An error with a sentence that says what is wrong.
  public init(_ description: String) { self.description = description }
}
