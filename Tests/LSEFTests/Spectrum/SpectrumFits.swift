import CommandTestSupport
import Foundation
import SpectrumExamples
import Tables
import TestSupport

@testable import LSEF
@testable import Plugins

/// Runs a command of a program with this plugin alone.
func ppl(_ arguments: [String]) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(LSEF())
  return command(arguments, registry)
}

/// Runs a test in a folder that holds `data/pairs.csv`: the pairs of `examplePairs`, or another text.
func withPairs(_ text: String? = nil, _ body: (URL) throws -> Void) throws {
  try withTemporaryFolder { folder in
    let data = folder.appending(path: "data")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    try Data((text ?? pairsText(130)).utf8).write(to: data.appending(path: "pairs.csv"))
    try body(folder)
  }
}

/// `pairs.csv` of so many pairs.
func pairsText(_ count: Int) throws -> String {
  let pairs = try examplePairs(count, noise: 0.05, seed: 1)
  var csv = CSVWriter(
    header: (1...3).map { "bandVariance\($0)" } + (0..<5).map { "spectrum\($0)" })
  for k in 0..<count {
    let row = Array(pairs.bandVariances.row(k)) + Array(pairs.spectra.row(k))
    csv.append(row.map { .number($0) })
  }
  return csv.text
}

/// Fits the folder `data` of a folder by a small network on the circle.
func fitPairs(_ folder: URL, _ flags: String...) -> CommandResult { fitPairs(folder, flags) }

/// Fits the folder `data` of a folder by a small network on the circle.
func fitPairs(_ folder: URL, _ flags: [String]) -> CommandResult {
  ppl(
    [
      "fit", "lsef-spectrum", "--data", folder.appending(path: "data").path, "--preset", "circle",
      "--hidden", "8", "--batch-size", "50",
    ] + flags)
}

/// The text of a run's file.
func file(_ name: String, of run: URL) throws -> String {
  try String(contentsOf: run.appending(path: name), encoding: .utf8)
}
