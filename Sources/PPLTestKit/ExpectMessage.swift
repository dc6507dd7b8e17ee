import Testing

/// Expects the process of an exit test to have written a message.
///
/// - Parameters:
///   - message: A part of what the process wrote to standard error.
///   - exit: The result of `#expect(processExitsWith: .failure, observing: [\.standardErrorContent])`.
///   - sourceLocation: The place that a failure is reported at.
public func expectMessage(
  _ message: String, of exit: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
) {
  let written = String(decoding: exit?.standardErrorContent ?? [], as: UTF8.self)
  #expect(written.contains(message), sourceLocation: sourceLocation)
}

/// Expects `body` to throw an error that describes itself by this sentence.
public func expectError(
  _ message: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch {
    #expect("\(error)" == message, sourceLocation: sourceLocation)
  }
}
