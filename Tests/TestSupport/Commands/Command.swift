import Plugins
import Synchronization

/// What a command printed, and its exit status.
public struct CommandResult: Sendable {
  public let status: Int32
  public let output, errors: String
}

/// Runs a command of a program over a registry in this process.
public func command(
  _ arguments: [String], _ registry: PluginRegistry, as name: String? = nil
) -> CommandResult {
  let (output, errors) = (Printed(), Printed())
  let status = PPLCommand.run(
    arguments, registry, as: name, to: Console(print: output.append, printError: errors.append))
  return CommandResult(status: status, output: output.text, errors: errors.text)
}

private final class Printed: Sendable {
  private let lines = Mutex<[String]>([])
  @Sendable func append(_ text: String) { lines.withLock { $0.append(text) } }
  var text: String { lines.withLock { $0.joined(separator: "\n") } }
}
