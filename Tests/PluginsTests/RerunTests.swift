import CommandTestSupport
import Foundation
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
