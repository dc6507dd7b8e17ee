/// An error of the process of an external model: the process, its fault, and the last lines of its standard error.
public struct ExternalModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The fault of a process.
  public enum Fault: Equatable, Sendable {
    /// A command that cannot be started.
    case notStarted(reason: String)
    /// A process that ended, or closed its output, before its answer was complete.
    case ended(how: String, received: Int, needed: Int)
    /// Output that is not a message of the protocol; `found` are its first bytes, as text.
    case notAMessage(found: String, needed: String)
    /// Another version of the protocol.
    case version(found: Int)
    /// A state of another dimension.
    case dimension(found: Int, needed: Int)
    /// An answer to another request: another number of states or other steps.
    case otherAnswer(found: String, needed: String)
    /// A request that the model refused, in its own words.
    case refused(String)
    /// A number of the answer that is not finite.
    case notFinite(state: Int, point: Int, step: Int, value: String)
    /// A state for the model that is not finite already.
    case givenNotFinite(state: Int, point: Int, step: Int, value: String)
    /// No complete answer within the time limit.
    case timeLimit(seconds: Double, received: Int, needed: Int)
  }

  /// The command of the process, its words separated by spaces.
  public let process: String
  /// The fault of the process.
  public let fault: Fault
  /// The last lines that the process wrote on its standard error, at most eight.
  public let lastLines: [String]

  /// An error of this process.
  public init(process: String, fault: Fault, lastLines: [String] = []) {
    (self.process, self.fault, self.lastLines) = (process, fault, lastLines)
  }

  public var description: String {
    let lines =
      lastLines.isEmpty
      ? "" : " Its last lines on standard error: \"\(lastLines.joined(separator: " | "))\"."
    return "the external model \"\(process)\" \(text)\(lines)"
  }

  private var text: String {
    switch fault {
    case .notStarted(let reason):
      "cannot be started: \(reason); give the path of a program that may be executed, and each argument as a word "
        + "of its own."
    case .ended(let how, let received, let needed):
      "\(how) after \(received) bytes of an answer of \(needed); it must answer each request in full and read the next, "
        + "until its standard input ends."
    case .notAMessage(let found, let needed):
      "wrote \"\(found)\", but must write a message that begins with \"\(needed)\"; standard output is for messages only, "
        + "so print on standard error."
    case .version(let found):
      "speaks version \(found) of the protocol, but version \(ExternalMessage.version) is needed; see ExternalModels.md."
    case .dimension(let found, let needed):
      "has states of \(found) numbers, but \(needed) are needed; give both the same dimension."
    case .otherAnswer(let found, let needed):
      "answered with \(found), but must answer with \(needed); repeat the numbers of the request in the answer."
    case .refused(let message):
      "refused a request: \"\(message)\"."
    case .notFinite(let state, let point, let step, let value):
      "gave \(value) at point \(point) of state \(state) in step \(step), but must give finite numbers; its forecast is "
        + "unstable: try a shorter time step, or observations or an inflation that change states less."
    case .givenNotFinite(let state, let point, let step, let value):
      "would be given \(value) at point \(point) of state \(state) in step \(step), but takes finite numbers only; "
        + FilterError.remedy
    case .timeLimit(let seconds, let received, let needed):
      "gave \(received) bytes of an answer of \(needed) within the time limit of \(seconds) s, and was ended; give a longer "
        + "limit, or see that it flushes its output after each answer."
    }
  }
}
