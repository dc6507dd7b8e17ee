import ArgumentParser

/// The flags of a command that fits a model by a backend, after those of the model's reference run.
///
/// - Throws: `InferenceOptionError` for a flag of another backend; `Usage` for any other mistake.
func parsed<C: ParsableArguments>(
  _ command: C.Type, _ arguments: [String], of model: some FittableModel,
  by backend: some InferenceBackend
) throws -> C {
  do {
    let usual = ["--backend", backend.name] + model.defaultFlags(for: backend.name)
    return try parse(command, usual + arguments, given: arguments)
  } catch {
    try refuseForeignFlags(arguments, known: C.flagNames, backend.name)
    throw error
  }
}

private func refuseForeignFlags(
  _ arguments: [String], known: [String], _ name: String
) throws(InferenceOptionError) {
  let known = Set(known + ["--help", "-h"])
  let program = Program.current
  for argument in arguments where argument.hasPrefix("--") {
    let flag = String(argument.prefix { $0 != "=" })
    if known.contains(flag) { continue }
    let owners = program.backends.all.filter { backend in
      backend.name != name && flagNames(of: backend).contains(flag)
    }.map(\.name)
    guard let owner = owners.first else { continue }
    throw InferenceOptionError(
      program.choosesBackend
        ? "\(flag) does not apply to --backend \(name); it is a flag of --backend \(owners.joined(separator: ", "))."
        : "\(flag) belongs to --backend \(alternatives(owners)); this fit's default is \(name); add --backend \(owner)."
    )
  }
}

private func flagNames<B: InferenceBackend>(of backend: B) -> [String] { B.Options.flagNames }

/// The text of several names: `svi, adam or laplace`.
private func alternatives(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.joined() }
  return names.dropLast().joined(separator: ", ") + " or \(last)"
}
