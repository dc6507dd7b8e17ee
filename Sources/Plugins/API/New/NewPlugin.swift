import ArgumentParser
import Foundation
import Runs

/// The command `new plugin NAME`, which writes the template of a plugin package.
struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a package to begin from.", subcommands: [NewPlugin.self])
}

struct NewPlugin: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin",
    abstract: "Write a package with a model, its data reader, its plugin, a program and tests.")

  @Argument(
    help: "The name of the plugin and its program: lower case with hyphens, as in river-levels.")
  var name: String
  @Option(
    help: ArgumentHelp(
      "The folder to write the package's folder in; the present one if not given.",
      valueName: "dir"))
  var path: String?
  @Option(
    help: ArgumentHelp(
      "Where the package takes PPL from; the checkout of this program if not given.",
      valueName: "folder-or-url"))
  var dependency: String?

  func validate() throws {
    try requirePath(path, of: "--path")
    try requirePath(dependency, of: "--dependency")
    do { _ = try PluginPackage.module(for: name) } catch { throw ValidationError("\(error)") }
  }

  /// Writes the package.
  ///
  /// - Parameter program: The file of the program.
  /// - Returns: The message about the package.
  func write(program: URL?) throws -> String {
    let package = try PluginPackage(name: name, dependency: source(program))
    let folder = URL(filePath: path ?? ".", directoryHint: .isDirectory).appending(path: name)
      .standardizedFileURL
    guard !FileManager.default.fileExists(atPath: folder.path) else {
      throw NewPluginError.inTheWay(path: folder.path)
    }
    let made = try RunFolder(creating: folder)
    do { try made.write(package.files) } catch {
      made.removeIfUnused()
      throw error
    }
    return """
      \(folder.path): a package with the plugin "\(name)", its program and its tests. README.md says what to change.
        cd \(folder.path)
        swift test
        swift run \(name) fit \(name)
      """
  }

  private func source(_ program: URL?) throws(NewPluginError) -> PluginPackage.Dependency {
    if let dependency { return try .init(dependency) }
    guard let program else { throw .noDependency }
    return try .init(around: program)
  }
}
