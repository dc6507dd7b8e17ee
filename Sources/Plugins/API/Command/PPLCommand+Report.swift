import Inference

extension PPLCommand {
  /// Does the work and puts its report where it was asked for.
  ///
  /// - Parameter interruptedNote: What standard error says of an interrupted run, whose own report does not tell.
  /// - Returns: The exit status.
  static func report(
    _ destination: Destination, isQuiet: Bool, _ console: Console, interruptedNote: String? = nil,
    _ work: (RunControl) throws -> RunReport
  ) throws -> Int32 {
    // At the door, before any work: can the results be written?
    let place = try destination.opened()
    let interruption = Interruption()
    do {
      let control = RunControl(
        progress: isQuiet ? .silent : .automatic,
        isCancelled: { [request = interruption.request] in request.exists },
        warn: { if !isQuiet { console.printError($0) } })
      let report = try work(control)
      var failure: OutputError?
      do throws(OutputError) { try place.write(report, control: control) } catch { failure = error }
      // Also where it could not be written: what was computed is not lost.
      if !isQuiet {
        console.print(report.table)
        if let profile = report.profile { console.print("\n\(profile)") }
      }
      if let failure {
        guard case .noReader = failure else { throw failure }
        console.printError("Error: \(failure)")
        return interruption.request.exitStatus
      }
      // As a shell reports a program that SIGINT ended: a script must not take the run for a whole one.
      if interruption.request.exists {
        if let interruptedNote, !isQuiet { console.printError(interruptedNote) }
        return interruption.request.exitStatus
      }
      guard let failure = report.failure else { return 0 }
      console.printError("Error: \(failure)")
      return ExitStatus.nothingFinite
    } catch let error as Interrupted {
      place.removeIfUnused()
      console.printError("Error: \(error)")
      return interruption.request.exitStatus
    } catch {
      place.removeIfUnused()
      throw error
    }
  }
}
