import Foundation
import PluginTemplate
import TestSupport
import Testing

@testable import Plugins
@testable import Runs

private let root = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()
private let example = root.appending(path: "Examples/EightSchools")

/// The files of a package by their paths in it, without what builds leave.
private func tree(_ folder: URL) throws -> [String: String] {
  var files: [String: String] = [:]
  for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
    let isBuilt = path.hasPrefix(".") || path == "Package.resolved"
    guard !isBuilt, !isFolder(folder.appending(path: path)) else { continue }
    files[path] = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }
  return files
}

@Suite struct NewPluginTests {
  /// Under its own name and with its own dependency the template gives the example back: neither can change alone.
  @Test func theExampleIsWhatTheCommandWritesForItsName() throws {
    let package = try PluginPackage(name: "eight-schools", dependency: .folder("../.."))
    try withTemporaryFolder { folder in
      try RunFolder(creating: folder).write(package.files)
      #expect(try tree(folder) == tree(example))
    }
  }

  @Test func aNewPackageHasItsNameThroughout() throws {
    try withTemporaryFolder { folder in
      let result = ppl(
        "new", "plugin", "river-levels", "--path", folder.path, "--dependency", root.path)
      #expect(result.status == 0, "\(result.errors)")
      let place = folder.appending(path: "river-levels")
      #expect(result.output.contains("cd \(place.path)\n"))
      let files = try tree(place)
      #expect(files.count == PluginTemplate.files.count)
      #expect(files.keys.contains("Tests/RiverLevelsTests/RiverLevelsTests.swift"))
      let all = (Array(files.keys) + Array(files.values)).joined(separator: "\n")
      #expect(!all.contains("EightSchools") && !all.contains("eight-schools"))
      let manifest = files["Package.swift"] ?? ""
      #expect(manifest.contains(".package(name: \"PPL\", path: \"\(root.path)\"),"))
      #expect(manifest.contains("name: \"river-levels\", targets: [\"RiverLevelsProgram\"]"))
    }
  }

  /// The tests' program lies in the checkout as `ppl` does.
  @Test func theDependencyIsTheCheckoutOfTheProgramByDefault() throws {
    try withTemporaryFolder { folder in
      #expect(ppl("new", "plugin", "levels", "--path", folder.path).status == 0)
      let manifest = try tree(folder.appending(path: "levels"))["Package.swift"] ?? ""
      #expect(manifest.contains("path: \"\(root.path)\""))
    }
  }

  @Test(arguments: [
    ("https://example.org/swift/ppl.git", "ppl"), ("git@example.org:probability", "probability"),
  ])
  func aURLIsADependencyByItsLastPart(url: String, identity: String) throws {
    try withTemporaryFolder { folder in
      #expect(
        ppl("new", "plugin", "levels", "--path", folder.path, "--dependency", url).status == 0)
      let manifest = try tree(folder.appending(path: "levels"))["Package.swift"] ?? ""
      #expect(manifest.contains(".package(url: \"\(url)\", branch: \"main\"),"))
      for product in ["PPL", "Plugins"] {
        #expect(manifest.contains(".product(name: \"\(product)\", package: \"\(identity)\")"))
      }
      #expect(!manifest.contains("package: \"PPL\""))
    }
  }

  @Test(arguments: ["RiverLevels", "3d", "river levels", "river--levels", "-river", "fluß", ""])
  func aNameIsLowerCaseWithHyphens(name: String) {
    let result = ppl("new", "plugin", "--path", "/nowhere", "--", name)
    #expect(result.status == 64)
    #expect(
      result.errors.hasPrefix(
        "Error: \"\(name)\" is not a name for a plugin; give lower-case letters, digits "
          + "and hyphens, beginning with a letter, as in \"river-levels\".\n"))
  }

  @Test(arguments: [
    "ppl", "plugins", "spatial-extremes", "argument-parser", "foundation", "any", "self", "program",
    "fittable", "command-line",
  ])
  func aNameThatIsTakenIsRefused(name: String) {
    let result = ppl("new", "plugin", name, "--path", "/nowhere")
    #expect(result.status == 64)
    #expect(
      result.errors.hasPrefix(
        "Error: \"\(name)\" is taken by Swift, by PPL or by what a plugin is made of; choose another.\n"
      ))
  }

  /// Every target of this package is a module that a plugin's name must not be.
  @Test func theModulesOfThisPackageAreAllTaken() throws {
    let manifest = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    let targets = manifest.matches(of: /arget\(\s*name: "([A-Za-z]+)"/).map { String($0.1) }
    #expect(targets.count > 10)
    for target in targets where !target.hasSuffix("Tests") {
      #expect(throws: NewPluginError.takenName(target.lowercased()), "\(target)") {
        try PluginPackage(name: target.lowercased(), dependency: .folder("."))
      }
    }
  }

  @Test func nothingIsOverwritten() throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "levels")
      try Data("mine".utf8).write(to: place)
      let result = ppl("new", "plugin", "levels", "--path", folder.path)
      #expect(result.status == 2)
      #expect(
        result.errors == "Error: \(place.path): there is something of this name already; "
          + "choose another name, or another folder with --path.")
      #expect(try String(contentsOf: place, encoding: .utf8) == "mine")
    }
  }

  @Test func aFolderThatIsNoCheckoutIsNoDependency() throws {
    try withTemporaryFolder { folder in
      let result = ppl(
        "new", "plugin", "levels", "--path", folder.path, "--dependency", folder.path)
      #expect(result.status == 2)
      #expect(
        result.errors == "Error: --dependency \(folder.path): this is not a checkout of PPL; "
          + "give the folder that holds its Package.swift, or a URL.")
      let left = try names(in: folder)
      #expect(left.isEmpty)
    }
  }

  @Test func aProgramOutsideACheckoutAsksForTheDependency() throws {
    try withTemporaryFolder { folder in
      let command = try NewPlugin.parse(["levels", "--path", folder.path])
      let error = #expect(throws: NewPluginError.self) {
        try command.write(program: folder.appending(path: "bin/ppl"))
      }
      #expect(
        error?.description == "this program does not lie in a checkout of PPL; "
          + "say where one is with --dependency, a folder or a URL.")
    }
  }

  @Test(arguments: ["--path", "--dependency"])
  func anEmptyPathIsNamed(flag: String) {
    let result = ppl("new", "plugin", "levels", flag, "")
    #expect(result.status == 64)
    #expect(result.errors.hasPrefix("Error: \(flag) is empty, but must be a path.\n"))
  }

  @Test func aPlaceThatCannotBeWrittenInIsSaid() {
    let result = ppl("new", "plugin", "levels", "--path", "/proc")
    #expect(result.status == 2)
    #expect(
      result.errors.hasPrefix("Error: /proc/levels: the folder cannot be written in ("),
      "\(result.errors)")
  }
}
