import ArgumentParser
import Foundation
import Preconditions
import Runs

/// The command `ppl rerun RUN`.
struct Rerun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rerun",
    abstract: "Repeat a run by its run.json, and compare the digits of all its files.",
    discussion: """
      The command that run.json names is run with the same flags and data, into another folder; its relative paths are from the \
      folder in which it was typed. Every file is compared except for times, dates and numbers of threads.

      Exit status: 0 when all files are equal, 1 when one differs; the others as those of the command.
      """)
  @Argument(help: "The folder of a run, as --output of any command has written it.")
  var run: String
  @Option(
    help: ArgumentHelp(
      "The folder for the repeated run, which stays; a temporary one, which is removed, if not given.",
      valueName: "dir"))
  var output: String?
  @Option(
    parsing: .unconditional,
    help: "How many threads share the work; as many as there are cores if not given.")
  var threads: Int?

  func validate() throws {
    try requirePath(output, of: "--output")
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), but must be from 1 to 1024.")
    }
    if let output,
      URL(filePath: output).standardizedFileURL == URL(filePath: run).standardizedFileURL
    {
      throw ValidationError(
        "--output is \(output), the folder of the run, whose files stay as they are; name another folder."
      )
    }
  }
}

extension PPLCommand {
  /// Repeats a run and compares its files.
  ///
  /// - Returns: The exit status: 0 for equal files, 1 for a difference, that of the command where it fails.
  static func rerun(
    _ command: Rerun, _ registry: PluginRegistry, _ console: Console
  ) throws -> Int32 {
    let folder = URL(filePath: command.run, directoryHint: .isDirectory).absoluteURL
    let files = try RunFiles(folder, path: command.run)
    let words = files.command
    guard !words.isEmpty else { throw ReportError.noCommand(path: command.run) }
    let place =
      command.output.map { URL(filePath: $0, directoryHint: .isDirectory).absoluteURL }
      ?? FileManager.default.temporaryDirectory.appending(path: "ppl-rerun-\(UUID().uuidString)")
    defer {
      if command.output == nil { try? FileManager.default.removeItem(at: place) }
    }
    let stored = RecordedCommand(stored: files.record)
    if let absent = stored?.absentPath {
      throw ReportError.absent(path: absent, run: command.run)
    }
    let changed = stored?.changedInputs ?? []
    let threads = command.threads.map { ["--threads", "\($0)"] } ?? []
    let repeated =
      (stored?.locatedArguments ?? words) + ["--output", place.path, "--quiet"] + threads
    var program = Program(
      ownName: Program.current.ownName, backends: registry.backends, plugins: registry.plugins,
      arguments: repeated, command: words)
    if let stored { program.workingFolder = stored.workingFolder }
    let status = run(repeated, registry, program, to: console)
    guard FileManager.default.fileExists(atPath: place.path) else {
      console.printError("Error: the repeated run ended with status \(status) and no files.")
      return status == 0 ? ExitStatus.fault : status
    }
    let found = files.names.filter { $0 != RunFileName.journal }.map {
      RunDifference($0, in: folder, and: place, pathsFrom: stored?.workingFolder)
    }
    console.print(RerunReport(files: files, changed: changed, found: found).text)
    if status != 0 {
      console.printError("Error: the repeated run ended with status \(status).")
      return status
    }
    return found.contains { $0.difference != nil } ? 1 : 0
  }
}

extension RecordedCommand {
  /// The command that a record names; nil for records of earlier versions.
  init?(stored record: RecordValue) {
    guard let words = record["command"]?.elements.compactMap(\.string),
      let folder = record["working_folder"]?.string
    else { return nil }
    self.init([], workingFolder: folder)
    arguments = words
    let listed = record["inputs"]?.elements ?? []
    inputs = listed.compactMap { (input: RecordValue) -> Input? in
      guard let path = input["path"]?.string, let sum = input["sha256"]?.string else { return nil }
      return Input(path: path, sha256: sum, files: input["files"]?.double.map { Int($0) })
    }
  }
}

/// The printed comparison of a run with its repetition.
struct RerunReport {
  let files: RunFiles
  let changed: [RecordedCommand.Input]
  let found: [RunDifference]

  var text: String {
    var lines: [String] = []
    let made = files.record["program"]?.string ?? "ppl"
    if made != "ppl \(PPLVersion.current)" {
      lines.append("the run is of \(made), this is ppl \(PPLVersion.current)")
    }
    lines += changed.map { "\($0.path) has changed since the run, or is not there" }
    var table = TextTable([.leading(), .leading()], gap: 2)
    for file in found { table.append([file.name, file.difference ?? "equal"]) }
    lines += table.lines
    let differing = found.count { $0.difference != nil }
    lines.append(
      differing == 0
        ? "all \(counted(found.count, "file")) are equal, except for times and dates"
        : "\(differing) of \(counted(found.count, "file")) \(differing == 1 ? "differs" : "differ")"
    )
    return lines.joined(separator: "\n")
  }
}
