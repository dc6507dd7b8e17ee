import CommandTestSupport
import Foundation
import Plugins
import SpatialExtremes
import TestSupport

extension Mutant {
  /// Fits the folder by the command, a few steps.
  ///
  /// - Returns: What is wrong with how it ended; nil for an error that says what is wrong with the data, and for a fit with
  ///   whole files and finite numbers.
  func problem(in folder: URL) throws -> String? {
    let data = folder.appending(path: path, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    for (name, bytes) in files {
      let file = data.appending(path: name)
      if name == folderInPlaceOf {
        try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
      } else {
        try Data(bytes).write(to: file)
      }
    }
    let output = folder.appending(path: "run")
    var registry = PluginRegistry()
    registry.register(SpatialExtremes())
    let result = command(
      [
        "fit", "gev-multiplicative", "--data", data.path, "--backend", "svi", "--steps", "3",
        "--draws",
        "4", "--threads", "1", "--quiet", "--output", output.path, "--json",
        folder.appending(path: "numbers.json").path,
      ] + flags, registry)
    let left = try leftovers(folder)
    switch result.status {
    case 0: return try left ?? problem(ofRun: output)
    // A fit that ended without a finite loss; what it wrote must be whole all the same.
    case 3: return left
    case 2:
      if !result.errors.hasPrefix("Error: ") || result.errors.count < 20 {
        return "status 2 with \"\(result.errors)\""
      }
      if FileManager.default.fileExists(atPath: output.path) { return "a failed run left a folder" }
      return left
    default: return "status \(result.status) with \"\(result.errors)\""
    }
  }

  /// A file that is half written, or has no place there.
  private func leftovers(_ folder: URL) throws -> String? {
    let known: Set = [
      "run.json", "results.json", "losses.csv", "draws.csv", "stations_posterior.csv",
      "checkpoint.json", "numbers.json", "run", "summary.txt", "posterior.nc", "quantities.csv",
      "stations.geojson",
    ]
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let run = try? FileManager.default.contentsOfDirectory(
      atPath: folder.appending(path: "run").path)
    let first = path.split(separator: "/").first.map(String.init)
    let unknown = (names + (run ?? [])).filter { !known.contains($0) && $0 != first }
    return unknown.isEmpty ? nil : "files are left: \(unknown)"
  }

  private func problem(ofRun output: URL) throws -> String? {
    for name in ["run.json", "results.json", "checkpoint.json"] {
      let data = try Data(contentsOf: output.appending(path: name))
      if (try? JSONSerialization.jsonObject(with: data)) == nil { return "\(name) is no JSON" }
    }
    for name in ["draws.csv", "stations_posterior.csv"] {
      let text = try String(contentsOf: output.appending(path: name), encoding: .utf8)
      if !text.hasSuffix("\n") { return "\(name) is not whole" }
      if text.contains("nan") || text.contains("inf") {
        return "\(name) has numbers that are not finite"
      }
    }
    return nil
  }
}
