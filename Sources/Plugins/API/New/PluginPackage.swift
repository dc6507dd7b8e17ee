import Foundation
import PluginTemplate
import Runs

/// A package with a plugin, its program, its tests and its data: `Examples/EightSchools` under another name.
struct PluginPackage {
  /// The name of the plugin, its model, its program and its folder, in lower case with hyphens.
  let name: String
  /// The name of the module, in upper camel case.
  let module: String
  /// The dependency of the package on PPL.
  let dependency: Dependency

  enum Dependency: Equatable {
    /// The folder of a checkout.
    case folder(String)
    case url(String)
  }

  /// The package of a plugin with this name.
  ///
  /// - Throws: As `module(for:)`.
  init(name: String, dependency: Dependency) throws(NewPluginError) {
    module = try Self.module(for: name)
    (self.name, self.dependency) = (name, dependency)
  }

  /// The name of the module of a plugin: `RiverLevels` for `river-levels`.
  ///
  /// - Throws: `NewPluginError` if the name is invalid, or the module would have a name that is taken.
  static func module(for name: String) throws(NewPluginError) -> String {
    guard name.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) != nil else { throw .notAName(name) }
    let module = name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
      .joined()
    // File systems may ignore case.
    guard !takenNames.contains(module.lowercased()) else { throw .takenName(name) }
    return module
  }

  private static let takenNames: Set = [
    // Keywords, and names in the template: the folder of its program, a protocol that its model conforms to.
    "any", "self", "program", "fittable", "commandline",
    "assimilation", "autodiff", "blas", "ccrypto", "cdistributions", "cfftw", "ckernels",
    "cnumerics", "fourier", "linearalgebra", "lsef",
    "netcdf", "cnetcdf",
    "lsefcyclenetwork", "spectralfields", "spectrumestimator", "spectrumexamples",
    "commandlineprogram", "copenblas", "clapacke",
    "distributions", "inference", "kernels", "parallel", "plotting", "plugins", "preconditions",
    "plugintemplate", "ppl", "runs", "tables",
    "spainsynthetic", "statespace",
    "spatialextremes", "posteriormodels", "ppltestkit", "testsupport", "testmodels",
    "filtertestsupport",
    "commandtestsupport", "twinbenchmarks", "argumentparser", "argumentparsertoolinfo",
    "complexmodule", "integerutilities", "numerics", "realmodule", "dispatch", "foundation",
    "glibc", "packagedescription", "swift", "synchronization", "testing", "xctest",
  ]

  var files: [OutputFile] {
    PluginTemplate.files.map { OutputFile(renamed($0.path), text: renamed(pointed($0.text))) }
  }

  private func renamed(_ text: String) -> String {
    text.replacing("EightSchools", with: module).replacing("eight-schools", with: name)
  }

  /// The manifest with this dependency in place of the template's.
  private func pointed(_ text: String) -> String {
    let package =
      switch dependency {
      case .folder(let path): "name: \"PPL\", path: \(path.swiftLiteral)"
      case .url(let url): "url: \(url.swiftLiteral), branch: \"main\""
      }
    return text.replacing("name: \"PPL\", path: \"../..\"", with: package)
      .replacing("package: \"PPL\"", with: "package: \(dependency.identity.swiftLiteral)")
  }
}

extension PluginPackage.Dependency {
  /// The value of `--dependency`: a URL, or the folder of a checkout.
  ///
  /// - Throws: `NewPluginError.noCheckout` if the folder is not a checkout.
  init(_ text: String) throws(NewPluginError) {
    if text.contains("://") || text.hasPrefix("git@") {
      self = .url(text)
      return
    }
    // Absolute, since the manifest is in another folder.
    let folder = URL(filePath: text, directoryHint: .isDirectory).standardizedFileURL
    guard Self.isCheckout(folder) else { throw .noCheckout(text) }
    self = .folder(folder.path)
  }

  /// The checkout that a program was built in: the nearest folder above it.
  init(around program: URL) throws(NewPluginError) {
    var folder = program.resolvingSymlinksInPath().standardizedFileURL
    while folder.pathComponents.count > 1 {
      folder.deleteLastPathComponent()
      if Self.isCheckout(folder) {
        self = .folder(folder.path)
        return
      }
    }
    throw .noDependency
  }

  private static func isCheckout(_ folder: URL) -> Bool {
    let manifest = try? String(
      contentsOf: folder.appending(path: "Package.swift"), encoding: .utf8)
    return manifest?.contains("\n  name: \"PPL\",\n") ?? false
  }

  /// The name of the package in SwiftPM.
  fileprivate var identity: String {
    switch self {
    case .folder: return "PPL"
    case .url(let url):
      let last = url.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? url
      return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }
  }
}

/// An error of `new plugin`.
enum NewPluginError: PluginError, Equatable {
  case notAName(String)
  case takenName(String)
  case inTheWay(path: String)
  case noCheckout(String)
  case noDependency

  var description: String {
    switch self {
    case .notAName(let name):
      "\"\(name)\" is not a name for a plugin; give lower-case letters, digits and hyphens, "
        + "beginning with a letter, as in \"river-levels\"."
    case .takenName(let name):
      "\"\(name)\" is taken by Swift, by PPL or by what a plugin is made of; choose another."
    case .inTheWay(let path):
      "\(path): there is something of this name already; "
        + "choose another name, or another folder with --path."
    case .noCheckout(let path):
      "--dependency \(path): this is not a checkout of PPL; "
        + "give the folder that holds its Package.swift, or a URL."
    case .noDependency:
      "this program does not lie in a checkout of PPL; "
        + "say where one is with --dependency, a folder or a URL."
    }
  }
}

extension String {
  fileprivate var swiftLiteral: String {
    "\"\(replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }
}
