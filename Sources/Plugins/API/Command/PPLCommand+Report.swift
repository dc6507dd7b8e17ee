import Inference
import Runs

extension PPLCommand {
  /// Does the work and writes its report.
  ///
  /// - Parameters:
  ///   - destination: The places of the results.
  ///   - isQuiet: Whether only errors are printed.
  ///   - console: The streams to print to.
  ///   - isRun: Whether the folder becomes that of a run, with its printed report as a file, and not a folder of data.
  ///   - interruptedNote: The note on standard error about an interrupted run whose report does not mention it.
  ///   - work: The work.
  /// - Returns: The exit status.
  static func report(
    _ destination: Destination, isQuiet: Bool, _ console: Console, isRun: Bool = true,
    interruptedNote: String? = nil, _ work: (RunControl) throws -> RunReport
  ) throws -> Int32 {
    // Checked before any work: can the results be written?
    let place = try destination.opened()
    // The checksums are those of the files as they are before the work.
    let words = repeatedArguments(Program.current.command)
    let command =
      destination.hasFolder && !words.isEmpty
      ? RecordedCommand(words, workingFolder: Program.current.workingFolder) : nil
    let interruption = Interruption()
    do {
      let control = RunControl(
        progress: isQuiet ? .silent : .automatic,
        isCancelled: { [request = interruption.request] in request.exists },
        warn: { if !isQuiet { console.printError($0) } })
      let report = try work(control)
      var outputError: OutputError?
      do throws(OutputError) {
        let earlier = report.isOfEarlierRun ? destination.text(of: RunFileName.summary) : nil
        let text = earlier ?? report.table + "\n"
        let summary =
          isRun ? [OutputFile(RunFileName.summary, text: text)] : []
        try place.write(
          summary + report.files, numbers: report.numbers, command: command, control: control)
      } catch { outputError = error }
      // Printed even if the files could not be written, so that the results are not lost.
      if !isQuiet {
        console.print(report.table)
        if let profile = report.profile { console.print("\n\(profile)") }
      }
      return try status(
        of: report, outputError, interruption.request, console,
        interruptedNote: isQuiet ? nil : interruptedNote)
    } catch let error as Interrupted {
      place.removeIfUnused()
      console.printError("Error: \(error)")
      return interruption.request.exitStatus
    } catch {
      place.removeIfUnused()
      throw error
    }
  }

  /// Reports all failures of a run whose table is printed.
  ///
  /// - Returns: The exit status; that of an interruption comes before that of a failure.
  /// - Throws: `outputError`, unless it is that of an interruption.
  static func status(
    of report: RunReport, _ outputError: OutputError?, _ interruption: Interruption.Request,
    _ console: Console, interruptedNote: String?
  ) throws -> Int32 {
    if let failure = report.failure { console.printError("Error: \(failure)") }
    if let outputError {
      guard case .noReader = outputError else { throw outputError }
      console.printError("Error: \(outputError)")
    }
    guard interruption.exists else {
      return report.failure == nil ? 0 : ExitStatus.nothingFinite
    }
    if let interruptedNote { console.printError(interruptedNote) }
    // The status of a program ended by SIGINT, so that scripts do not take the run for a complete one.
    return interruption.exitStatus
  }
}
