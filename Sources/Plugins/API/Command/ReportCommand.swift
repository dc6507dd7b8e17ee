import ArgumentParser
import Foundation
import Inference
import Runs

/// The command `ppl report` with its flags.
struct ReportCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(Program.current.name) report RUN",
      discussion: """
        The page has the summary, the verdict, tables, figures and what is needed to repeat the run. A fit is restored with its \
        data and without a further step; the page of any other run is made of the files in its folder.

        \(ExitStatus.explanation)
        """)
  }
  @Option(
    help: ArgumentHelp("The file of the page; RUN/report.html if not given.", valueName: "file"))
  var output: String?
  @Flag(help: "Write the page as PDF, too, by Chromium or LibreOffice: RUN/report.pdf.")
  var pdf = false
  @OptionGroup var restored: RestoredRunOptions

  func validate() throws {
    try requirePath(output, of: "--output")
  }

  /// The file of the page.
  ///
  /// - Throws: `ReportError` for a file of the run, and for one whose name is that of a PDF.
  func place(_ files: RunFiles) throws(ReportError) -> URL {
    guard let output else { return files.folder.appending(path: RunFileName.report) }
    let url = URL(filePath: output)
    guard url.pathExtension.lowercased() != "pdf" else { throw .notHTML(path: output) }
    let own = Set(files.names + [RunFileName.run, RunFileName.checkpoint, RunFileName.journal])
      .subtracting([RunFileName.report])
    let isOwn = own.contains { name in
      files.folder.appending(path: name).standardizedFileURL.resolvingSymlinksInPath().path
        == url.standardizedFileURL.resolvingSymlinksInPath().path
    }
    if isOwn { throw .overRunFile(path: output) }
    return url
  }
}

extension PPLCommand {
  /// Runs `ppl report` for the run in a folder.
  ///
  /// - Returns: The exit status.
  static func report(
    _ run: String, _ arguments: [String], _ registry: PluginRegistry, _ console: Console
  ) throws -> Int32 {
    let command = try parse(ReportCommand.self, arguments)
    let files = try RunFiles(URL(filePath: run, directoryHint: .isDirectory))
    let place = try command.place(files)
    let printer = command.pdf ? try PagePrinter() : nil
    // Made before the work, which may be long.
    let folder = try RunFolder(creating: place.deletingLastPathComponent())
    do {
      let html = try page(run, files, command, registry, console).html
      try folder.write([OutputFile(place.lastPathComponent, text: html)])
    } catch {
      folder.removeIfUnused()
      throw error
    }
    var written = [place.relativePath]
    if let printer {
      let pdf = place.deletingPathExtension().appendingPathExtension("pdf")
      try printer.print(place, to: pdf)
      written.append(pdf.relativePath)
    }
    if !command.restored.quiet { console.print("wrote \(written.joined(separator: " and "))") }
    return 0
  }

  /// The page of a run: of its restored fit, or of its files.
  private static func page(
    _ run: String, _ files: RunFiles, _ command: ReportCommand, _ registry: PluginRegistry,
    _ console: Console
  ) throws -> ReportPage {
    guard files.isOfFit else { return RunPage(files: files).page }
    let stored = try StoredRun(path: run)
    let shown = try page(
      registry.model(named: stored.model), stored, command, registry.backends)
    if !command.restored.quiet {
      for problem in shown.problems { console.printError("Warning: \(problem)") }
    }
    return shown.page(files, printed: nil)
  }

  private static func page<M: FittableModel>(
    _ model: M, _ stored: StoredRun, _ command: ReportCommand, _ backends: InferenceBackends
  ) throws -> FitPage {
    FitPage(
      try model.restored(
        stored, data: command.restored.data, threads: command.restored.threads, backends))
  }
}
