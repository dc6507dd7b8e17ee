import CommandTestSupport
import Foundation
import Inference
import Parallel
import Runs
import SpatialExtremes
import TestSupport

@testable import Plugins

/// Runs a command of `ppl` in this process.
func ppl(_ arguments: String...) -> CommandResult { ppl(arguments) }

/// Runs a command of `ppl` in this process.
func ppl(_ arguments: [String]) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(SpatialExtremes())
  return command(arguments, registry)
}

/// Three stations, six years, one maximum missing.
let smallData = [
  "stations.csv": """
  station,lon,lat
  0016A,1.18,41.15
  0076,2.07,41.29
  3195,-3.68,40.41

  """,
  "gmst.csv": "year,gmst\n2014,0.8\n2015,0.9\n2016,1.0\n2017,0.92\n2018,0.85\n2019,0.98\n",
  "maxima.csv": """
  year,0016A,0076,3195
  2014,37.1,33.4,39.6
  2015,38.1,33.0,40.6
  2016,37.2,,39.1
  2017,36.0,32.8,40.2
  2018,37.9,34.1,39.3
  2019,36.1,35.0,40.7

  """,
]

/// Runs a test in a folder with a folder `data`, and `changes` to its files.
func withData(_ changes: [String: String] = [:], _ body: (URL) throws -> Void) throws {
  try withTemporaryFolder { folder in
    let data = folder.appending(path: "data")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: false)
    for (name, text) in smallData.merging(changes, uniquingKeysWith: { $1 }) {
      try Data(text.utf8).write(to: data.appending(path: name))
    }
    try body(folder)
  }
}

// MARK: - Fits

/// Fits by the flags of a fit and of SVI, under no other conditions.
func run(
  _ svi: SVI, _ options: SVIOptions, _ flags: [String] = [],
  control: RunControl = RunControl(progress: .silent)
) throws -> SVIRun {
  try SVIRun(
    svi, steps: options.steps, learningRate: options.learningRate,
    in: FitContext(.parse(flags), control: control))
}

/// Fits the folder `data` in a folder by the backend svi, 20 draws, into another one beside it.
func fit(_ folder: URL, to output: String, _ flags: String...) -> CommandResult {
  ppl(
    [
      "fit", "gev-multiplicative", "--data", folder.appending(path: "data").path, "--backend",
      "svi", "--draws", "20", "--output", folder.appending(path: output).path,
    ] + flags)
}

/// The files of two runs that must be the same bytes, `results.json` without its time.
func results(_ folder: URL) throws -> [String: String] {
  var texts: [String: String] = [:]
  for name in [
    "losses.csv", "draws.csv", "stations_posterior.csv", "results.json", "checkpoint.json",
  ] {
    let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    texts[name] = text.replacing(/"seconds" : [0-9.e-]+/, with: "")
  }
  return texts
}
