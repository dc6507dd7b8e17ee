import CommandTestSupport
import Foundation
import Inference
import PPL
import Runs
import TestSupport
import Testing

@testable import Plugins

private func json(_ folder: URL, _ name: String = "run.json") throws -> JSONValue {
  try JSONDecoder().decode(
    JSONValue.self, from: Data(contentsOf: folder.appending(path: name)))
}

/// What `run.json` says of a run, and how times of resumed runs add up.
struct RunRecordTests {
  @Test func itHasThreadsDateAndValuesAsTheyAreTyped() throws {
    try withTemporaryFolder { folder in
      let before = Date().addingTimeInterval(-1)
      let result = means(
        "fit",
        [
          "--backend", "nuts", "--chains", "1", "--warmup", "20", "--draws", "20", "--threads", "2",
          "--output", folder.path,
        ])
      #expect(result.status == 0, "\(result.errors)")
      let record = try json(folder)
      #expect(record["threads"]?.double == 2)
      #expect(record["options"]?["mass-matrix"]?.string == "low-rank")
      let date = try Date(try #require(record["date"]?.string), strategy: .iso8601)
      #expect(date >= before && date <= Date())
    }
  }

  @Test func itHasWhatAnAutomaticFieldBecame() throws {
    try withData { folder in
      let run = folder.appending(path: "run")
      #expect(fit(folder, to: "run", "--steps", "5", "--mu-field", "centred").status == 0)
      let fields = try json(run)["parameterizations"]
      #expect(fields?["mu-field"]?.string == "centred")
      // Six years with a warming of 0.2 °C say less about a rate than its prior.
      #expect(fields?["beta-field"]?.string == "whitened")
      #expect(fit(folder, to: "own", "--steps", "5").status == 0)
      let chosen = try json(folder.appending(path: "own"))["parameterizations"]
      #expect(chosen?["mu-field"]?.string == "partial")
    }
  }

  @Test(arguments: [
    ["--backend", "svi", "--steps"], ["--backend", "nuts", "--chains", "2", "--draws"],
    ["--backend", "match", "--tolerance", "1e-9", "--iterations"],
  ])
  func theTimesOfAResumedRunAddUp(flags: [String]) throws {
    try withTemporaryFolder { folder in
      let output = ["--output", folder.path]
      #expect(means("fit", flags + ["40"] + output).status == 0)
      let first = try #require(try json(folder)["seconds"]?.double)
      let result = means("fit", flags + ["80"] + output + ["--resume"])
      #expect(result.status == 0, "\(result.errors)")
      let second = try #require(try json(folder)["seconds"]?.double)
      #expect(second > first)
      #expect(result.output.contains(" s in all, with the run that was resumed\n"))
      let results = try json(folder, "results.json")
      #expect(results["sampling"]?["seconds"]?.double == second)
    }
  }

  @Test func theTimesOfACalibrationAddUp() throws {
    try withTemporaryFolder { folder in
      func run(_ panels: String, _ more: String...) throws -> Double {
        let result = means(
          "calibrate",
          [
            "--backend", "laplace", "--steps", "300", "--draws", "20", "--output", folder.path,
            "--panels", panels,
          ] + more)
        #expect(result.status == 0, "\(result.errors)")
        return try #require(try json(folder)["seconds"]?.double)
      }
      let first = try run("6")
      // Every panel is known, so that the second part takes no time to speak of.
      let second = try run("6", "--resume")
      #expect(second >= first && second < 2 * first + 1)
      #expect(try run("12", "--resume") > second)
    }
  }
}
