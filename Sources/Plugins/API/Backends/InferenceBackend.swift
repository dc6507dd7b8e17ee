import ArgumentParser
import Inference
import PPL
import Runs

/// An inference method, chosen by its name with `--backend`.
///
///     registry.register(MyBackend())  // `ppl fit ANY-MODEL --backend my-backend`
///
/// Its `Options` are its flags, which `ppl fit MODEL --backend NAME --help` shows. All of them are conditions of `--resume`,
/// except those named in `AnnotatedFlags.flagsWithoutEffect`.
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
  /// - Throws: `InferenceOptionError` for flags that do not apply; `FitFailure` for a fit without a result; `Interrupted` if
  ///   the user interrupts before the first result.
  func run(
    _ problem: InferenceProblem, _ options: Options, in context: FitContext
  ) throws -> any Fit
}

/// The inference backends of a program: those of this module, and registered ones.
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

/// An error in the flags of inference: an unknown backend, or a flag that does not apply.
public struct InferenceOptionError: PluginError, Equatable {
  /// The message of the error.
  public let description: String

  /// An error with this message.
  public init(_ description: String) { self.description = description }
}
