import CommandTestSupport
import Foundation
import SpatialExtremes
import TestSupport
import Testing

@testable import Plugins
@testable import Runs

/// Repeated runs: equal files, or where they differ.
@Suite struct RerunTests {
  @Test(arguments: [
    ["--backend", "nuts", "--chains", "2", "--warmup", "20", "--draws", "10", "--report"],
    ["--backend", "svi", "--steps", "20", "--draws", "10", "--seed", "4"],
    ["--backend", "laplace", "--draws", "10"], ["--backend", "match", "--draws", "10"],
    ["--backend", "mle"], ["--backend", "nested-laplace", "--draws", "10"],
    ["--backend", "adam", "--steps", "20"],
  ])
  func aFitByAnyBackendIsRepeatedDigitByDigit(flags: [String]) throws {
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "run")
      #expect(means("fit", flags + ["--output", run.path]).status == 0)
      let result = means(["rerun", run.path])
      #expect(result.status == 0, "\(result.output)\(result.errors)")
      #expect(result.output.hasSuffix("are equal, except for times and dates"))
      for name in try names(in: run) where name != "figures" && name != "losses.csv" {
        #expect(result.output.contains(name), "\(name)")
      }
    }
  }

  @Test func changedFilesAndDataAreNamed() throws {
    try withData { folder in
      #expect(fit(folder, to: "run", "--steps", "5").status == 0)
      let run = folder.appending(path: "run")
      let table = folder.appending(path: "data/maxima.csv")
      let maxima = try String(contentsOf: table, encoding: .utf8)
      try Data(maxima.replacing("37.1", with: "37.2").utf8).write(to: table)
      let again = folder.appending(path: "again")
      let result = ppl(["rerun", run.path, "--output", again.path, "--threads", "1"])
      #expect(result.status == 1)
      let data = folder.appending(path: "data").path
      #expect(result.output.hasPrefix("\(data) has changed since the run, or is not there\n"))
      #expect(result.output.contains(/draws.csv +line 2 was ".+" and is ".+"/))
      #expect(result.output.contains(/results.json +[a-z0-9_.\[\]]+ was [-0-9.e]+ and is/))
      #expect(result.output.contains(/posterior.nc +[A-Za-z0-9_.\/]+, number 0, was/))
      #expect(result.output.contains(/stations.csv/) == false)
      #expect(try names(in: again).contains("posterior.nc"))
    }
  }

  /// A fit typed in a folder, with its data by the relative path `data`.
  private func fitWithRelativeData(_ folder: URL) throws -> URL {
    var registry = PluginRegistry()
    registry.register(SpatialExtremes())
    let (data, run) = (folder.appending(path: "data").path, folder.appending(path: "run"))
    let flags = ["--backend", "svi", "--steps", "5", "--draws", "5"]
    let words = ["fit", "gev-multiplicative", "--data"]
    let typed = words + [data] + flags + ["--output", run.path, "--quiet"]
    var program = Program(
      backends: registry.backends, plugins: registry.plugins, arguments: typed,
      command: words + ["data"] + flags)
    program.workingFolder = folder.path
    let console = Console(print: { _ in }, printError: { _ in })
    #expect(PPLCommand.run(typed, registry, program, to: console) == 0)
    let record = run.appending(path: "run.json")
    let text = try String(contentsOf: record, encoding: .utf8)
    // As it is written where the process is in that folder.
    try Data(
      text.replacing("\"\(data)\"", with: "\"data\"")
        .replacing("\"\(data.replacing("/", with: "\\/"))\"", with: "\"data\"").utf8
    ).write(to: record)
    #expect(RecordValue(contentsOf: record)?["data_folder"]?.string == "data")
    return run
  }

  @Test func relativePathsAreFromTheFolderOfTheRunAndTheProcessStaysWhereItIs() throws {
    try withData { folder in
      let run = try fitWithRelativeData(folder)
      let present = FileManager.default.currentDirectoryPath
      let result = ppl(["rerun", run.path])
      #expect(result.status == 0, "\(result.output)\(result.errors)")
      #expect(FileManager.default.currentDirectoryPath == present)
      try FileManager.default.moveItem(
        at: folder.appending(path: "data"), to: folder.appending(path: "elsewhere"))
      let absent = ppl(["rerun", run.path])
      #expect(absent.status == 2)
      #expect(
        absent.errors
          == "Error: the run in \(run.path) was made from \(folder.path)/data, which is not there; put it back there, or "
          + "run the command again with the paths as they are now.")
    }
  }

  @Test func aWorkingFolderThatHasMovedIsNamed() throws {
    try withTemporaryFolder { outer in
      let folder = outer.appending(path: "work")
      let data = folder.appending(path: "data")
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      for (name, text) in smallData { try Data(text.utf8).write(to: data.appending(path: name)) }
      _ = try fitWithRelativeData(folder)
      let moved = outer.appending(path: "moved")
      try FileManager.default.moveItem(at: folder, to: moved)
      let run = moved.appending(path: "run").path
      let result = ppl(["rerun", run])
      #expect(result.status == 2)
      #expect(
        result.errors.hasPrefix("Error: the run in \(run) was made from \(folder.path), which is"))
    }
  }

  @Test func aRunThatNamesNoCommandIsRefused() throws {
    try withTemporaryFolder { folder in
      try RunFolder(creating: folder).write([OutputFile("run.json", json: ["seed": 1])])
      let result = means(["rerun", folder.path])
      #expect(result.status == 2)
      #expect(
        result.errors
          == "Error: run.json in \(folder.path) does not name the command of the run, as those of earlier versions; run it "
          + "again with --output.")
    }
  }

  @Test func theFolderOfTheRunIsNotOverwritten() {
    let result = means(["rerun", "a", "--output", "./a"])
    #expect(result.status == 64)
    #expect(
      result.errors.contains(
        "--output is ./a, the folder of the run, whose files stay as they are; name another folder."
      ))
  }

  @Test func aCommandThatFailsGivesItsStatus() throws {
    try withTemporaryFolder { folder in
      try RunFolder(creating: folder).write(
        [OutputFile("run.json", json: ["seed": 1])],
        command: RecordedCommand(["fit", "no-model"]))
      let result = means(["rerun", folder.path])
      #expect(result.status == 64)
      #expect(result.errors.contains("no model is named \"no-model\""))
      #expect(result.errors.contains("the repeated run ended with status 64 and no files."))
    }
  }

  @Test func theCommandHasNoPlacesAndKeepsData() {
    let words = [
      "fit", "m", "--output", "a", "--seed=3", "--threads", "2", "--quiet", "--json=b", "--data",
      "d",
    ]
    #expect(repeatedArguments(words) == ["fit", "m", "--seed=3", "--data", "d"])
    #expect(lastingArguments(Array(words.dropFirst(2)), backend: nil) == ["--seed=3"])
  }
}
