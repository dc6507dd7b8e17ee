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

  /// The default values of the flags of every fit, such as `--draws`, by this backend; none by default. Those of a model and the
  /// command line override them.
  var defaultFlags: [String] { get }

  /// The flags that have no effect on a fit of a problem, which are refused where they are given; none by default.
  ///
  /// Those that depend on other flags alone are `AnnotatedFlags.unreadFlags` of the options.
  ///
  /// - Parameters:
  ///   - options: The backend's own flags.
  ///   - problem: The posterior that is fitted.
  func unreadFlags(_ options: Options, of problem: InferenceProblem) -> [UnreadFlag]

  /// The memory that a fit needs besides that of one step of the model; none by default.
  ///
  /// - Parameters:
  ///   - options: The backend's own flags.
  ///   - draws: The number of draws of each chain.
  ///   - threads: The number of threads.
  func memory(_ options: Options, draws: Int, threads: Int) -> MethodMemory

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

extension InferenceBackend {
  public var defaultFlags: [String] { [] }

  public func unreadFlags(_ options: Options, of problem: InferenceProblem) -> [UnreadFlag] { [] }

  public func memory(_ options: Options, draws: Int, threads: Int) -> MethodMemory {
    MethodMemory()
  }
}

/// An error in the flags of inference: an unknown backend, or a flag that does not apply.
public struct InferenceOptionError: PluginError, Equatable {
  /// The message of the error.
  public let description: String

  /// An error with this message.
  public init(_ description: String) { self.description = description }
}
