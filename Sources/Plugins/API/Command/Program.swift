import Foundation

/// The running program, for command configurations, which are static and take no parameters.
struct Program: Sendable {
  /// The name of the program in help and messages.
  var name: String { ownName ?? "ppl" }
  /// The name of a program on this library; nil for `ppl` itself.
  var ownName: String?
  /// The backends among which `--backend` chooses.
  var backends = InferenceBackends()
  /// The plugins, whose models, experiments and flags complete a command line; none but in a program's own process.
  var plugins: [any Plugin] = []
  /// The arguments of the command.
  var arguments: [String] = []
  /// The words of the command line after the name of the program; none for a call of the library.
  var command: [String] = []
  /// The folder from which relative paths of that command line are; for a repeated run the one where it was typed first.
  var workingFolder = FileManager.default.currentDirectoryPath
  /// The backends of the model that is fitted, where the arguments choose none.
  var defaultBackend = DefaultBackend()
  /// The default flags of the model that is fitted, for the chosen backend.
  var defaultFlags: [String] = []

  @TaskLocal static var current = Program()

  /// Runs a command of this program, whose flags options then know.
  func run<R>(_ command: () throws -> R) rethrows -> R {
    let flags = CommandLineFlags(typed: arguments, ofModel: defaultFlags)
    return try Program.$current.withValue(self) {
      try CommandLineFlags.$current.withValue(flags, operation: command)
    }
  }

  /// Whether the arguments choose a backend.
  var choosesBackend: Bool { value(of: "--backend", in: arguments) != nil }

  /// The name after `--backend`, or the default.
  var backendName: String {
    value(of: "--backend", in: arguments) ?? defaultBackend.name(arguments)
  }

  /// The same program while it fits a model.
  ///
  /// - Parameter arguments: The flags of the fit; the arguments of the program if nil.
  func fitting(_ model: some FittableModel, _ arguments: [String]? = nil) -> Program {
    var program = self
    program.arguments = arguments ?? self.arguments
    program.defaultBackend = DefaultBackend(of: model)
    program.defaultFlags = program.defaultFlags(of: model)
    return program
  }

  /// The same program while it checks a model on simulated data, which are fitted as own data are.
  func calibrating(_ model: some FittableModel) -> Program {
    var program = self
    program.defaultBackend = DefaultBackend(ofSimulatedData: model)
    program.defaultFlags = model.defaultFlags(for: program.backendName)
    return program
  }

  /// The default flags of fits of a model by the chosen backend, if there is one of its name.
  private func defaultFlags(of model: some FittableModel) -> [String] {
    ((try? backend())?.defaultFlags ?? []) + model.defaultFlags(for: backendName)
  }

  /// The backend that the arguments choose.
  ///
  /// - Throws: `InferenceOptionError`, which lists the backends.
  func backend() throws(InferenceOptionError) -> any InferenceBackend {
    try backends.backend(named: backendName)
  }
}
