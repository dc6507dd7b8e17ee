import ArgumentParser
import Runs

/// A tool: a command of a plugin on the user's own data, run by `ppl PLUGIN NAME`.
public protocol Tool: Sendable {
  /// The tool's own flags; those of every tool come with them (`ToolOptions`).
  associatedtype Options: ParsableArguments & Sendable

  /// The name as typed after that of the plugin, in lower case with hyphens.
  var name: String { get }
  /// The line for `ppl list` and `--help`.
  var summary: String { get }

  /// Runs the tool and returns its report, which includes the files to write.
  func run(_ run: ToolOptions, _ options: Options, control: RunControl) throws -> RunReport
}

/// The flags of every tool.
public struct ToolOptions: ParsableArguments, HasCommonOptions, Sendable {
  /// The flags that all commands share.
  @OptionGroup public var common: CommonOptions

  /// `--report`: whether to write the page `report.html` into the output folder.
  @Flag(help: "Write the page report.html, with tables and figures, into --output.")
  public var report = false

  public init() {}

  public func validate() throws {
    if report && output == nil {
      throw ValidationError("--report needs --output, the folder for the page and its figures.")
    }
  }
}

extension UnreadFlag {
  /// The flags of runs that can be interrupted and continued, which the options of a tool without checkpoints return as their
  /// `unreadFlags`.
  public static var ofToolsWithoutState: [UnreadFlag] {
    ["--resume", "--checkpoint-interval"].map {
      UnreadFlag($0, by: "this command, which keeps no state")
    }
  }
}

/// The error of a tool name that a plugin does not have.
public struct UnknownTool: Error, Equatable, CustomStringConvertible {
  /// The name of the plugin.
  public let plugin: String
  /// The unknown name; nil where none was given.
  public let name: String?
  /// The names of its tools, in order.
  public let known: [String]
  public var description: String {
    let list = known.map { "\"\($0)\"" }.joined(separator: ", ")
    let found = name.map { "\(plugin) has no command \"\($0)\"" } ?? "\(plugin) needs a command"
    return "\(found); there are: \(list)."
  }
}
