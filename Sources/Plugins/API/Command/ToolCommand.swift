import ArgumentParser
import Runs

struct ToolCommand<T: Tool>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(Program.current.name) PLUGIN COMMAND", discussion: ExitStatus.explanation)
  }
  @OptionGroup var run: ToolOptions
  @OptionGroup(title: "Options of the command") var options: T.Options
}

extension PPLCommand {
  /// Runs a tool, where the first word is the name of a plugin that has some.
  ///
  /// - Returns: The exit status; nil for another command line.
  static func tool(
    _ arguments: [String], _ registry: PluginRegistry, _ console: Console
  ) throws -> Int32? {
    guard let plugin = registry.plugins.first(where: { $0.name == arguments.first }),
      !plugin.tools.isEmpty
    else { return nil }
    let second = arguments.dropFirst().first
    if second == "--help" || second == "-h" {
      var table = TextTable([.leading(), .leading()], gap: 2)
      table.append(line: "\(plugin.name): \(plugin.summary)\n")
      for tool in plugin.tools { table.append(["  \(tool.name)", tool.summary]) }
      table.append(line: "\n\(Program.current.name) \(plugin.name) COMMAND --help shows its flags.")
      console.print(table.description)
      return 0
    }
    guard let tool = plugin.tools.first(where: { $0.name == second }) else {
      throw UnknownTool(plugin: plugin.name, name: second, known: plugin.tools.map(\.name))
    }
    return try run(tool, Array(arguments.dropFirst(2)), console)
  }

  private static func run<T: Tool>(
    _ tool: T, _ arguments: [String], _ console: Console
  ) throws -> Int32 {
    let command = try parse(ToolCommand<T>.self, arguments)
    let run = command.run
    return try report(run.destination(), isQuiet: run.quiet, console) { control in
      let report = try tool.run(run, command.options, control: control)
      return run.report ? report.withPageOfFiles() : report
    }
  }
}
