import ArgumentParser

/// The flags of commands that restore a fit to show it: data, threads and messages.
struct RestoredRunOptions: ParsableArguments, Sendable {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The data of the fit, where they were moved; those that the run names if not given.",
      valueName: "path"))
  var data: [String] = []
  @Option(
    parsing: .unconditional,
    help: "How many threads share the work; as many as there are cores if not given.")
  var threads: Int?
  @Flag(help: "Print errors only.")
  var quiet = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), but must be from 1 to 1024.")
    }
    for path in data { try requirePath(path, of: "--data") }
  }
}
