extension InferenceBackend {
  /// Refuses flags of the running command that have no effect on a fit of a problem.
  ///
  /// - Throws: `InferenceOptionError` for the first one.
  func refuseUnreadFlags(_ options: Options, of problem: InferenceProblem)
    throws(InferenceOptionError)
  {
    let arguments = CommandLineFlags.current.typed
    for flag in unreadFlags(options, of: problem) where flag.isGiven(in: arguments) {
      throw InferenceOptionError("\(flag)")
    }
  }
}

extension UnreadFlag {
  /// `--profile` of a backend that does not time its steps.
  static func profile(of backend: some InferenceBackend) -> UnreadFlag {
    UnreadFlag(
      "--profile", by: "--backend \(backend.name), which does not time its steps",
      remedy: "leave it out, or take --backend svi")
  }
}
