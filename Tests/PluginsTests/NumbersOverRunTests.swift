import Foundation
import TestSupport
import Testing

/// A file of `--json` that is one of the run's own or one of its data.
struct NumbersOverRunTests {
  /// By its name, by a link to it, by a hard link to it and by a way around.
  @Test func theRunsOwnFilesAndItsInputsAreRefused() throws {
    try withData { folder in
      #expect(fit(folder, to: "run", "--steps", "5").status == 0)
      let run = folder.appending(path: "run")
      let (soft, hard) = (folder.appending(path: "soft"), folder.appending(path: "hard"))
      let checkpoint = run.appending(path: "checkpoint.json")
      try FileManager.default.createSymbolicLink(at: soft, withDestinationURL: checkpoint)
      try FileManager.default.linkItem(at: checkpoint, to: hard)
      let before = try results(run)
      let own = ["run.json", "results.json", "checkpoint.json", "journal.jsonl", "losses.csv"]
        .map { run.appending(path: $0).path }
      for path in own + [soft.path, hard.path, "\(folder.path)/data/../run/run.json"] {
        let result = fit(folder, to: "run", "--steps", "9", "--overwrite", "--json", path)
        #expect(result.status == 2)
        #expect(
          result.errors
            == "Error: --json is \(path), a file that the run itself writes; name another file.")
      }
      let input = folder.appending(path: "data/maxima.csv").path
      let result = fit(folder, to: "run", "--steps", "9", "--overwrite", "--json", input)
      #expect(result.status == 2)
      #expect(
        result.errors == "Error: --json is \(input), a file that the run reads; name another file.")
      #expect(try results(run) == before)
      #expect(try String(contentsOfFile: input, encoding: .utf8) == smallData["maxima.csv"])
    }
  }

  /// Which files a model leaves of its own is known once it is fitted: then its file stays, and the numbers are not written.
  @Test func aFileOfTheModelsOwnIsNotReplacedByNumbers() throws {
    try withData { folder in
      let path = folder.appending(path: "run/stations_posterior.csv").path
      let result = fit(folder, to: "run", "--steps", "5", "--json", path)
      #expect(result.status == 2)
      #expect(
        result.errors
          == "Error: --json is \(path), a file that the run itself writes; name another file.")
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.hasPrefix("station,"))
    }
  }
}
