/// The running program, for command configurations, which are static and take no parameters.
struct Program: Sendable {
  /// The name of the program in help and messages.
  var name: String { ownName ?? "ppl" }
  /// The name of a program on this library; nil for `ppl` itself.
  var ownName: String?
  /// The backends among which `--backend` chooses.
  var backends = InferenceBackends()
  /// The arguments of the command.
  var arguments: [String] = []

  @TaskLocal static var current = Program()

  /// The name after `--backend`, or the default.
  var backendName: String {
    let given = arguments.enumerated().last { place, argument in
      argument.hasPrefix("--backend=")
        || argument == "--backend" && arguments.indices.contains(place + 1)
    }
    guard let (place, argument) = given else { return backends.all[0].name }
    return argument == "--backend" ? arguments[place + 1] : String(argument.dropFirst(10))
  }

  /// The backend that the arguments choose.
  ///
  /// - Throws: `InferenceOptionError`, which lists the backends.
  func backend() throws(InferenceOptionError) -> any InferenceBackend {
    try backends.backend(named: backendName)
  }
}
